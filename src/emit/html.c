/* html - evidence made safe to put between tags and into attributes
 *
 * Takes memory for one copy of the text. */
#include "html.h"

static struct tt_slice reference_for(uint8_t c)
{
	switch (c) {
	case '&': return TT_S("&amp;");
	case '<': return TT_S("&lt;");
	case '>': return TT_S("&gt;");
	case '"': return TT_S("&quot;");
	case '\'': return TT_S("&#39;");
	default: return TT_NO_SLICE;
	}
}

void tt_html_written(struct tt_out *out, struct tt_slice s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const struct tt_slice ref = reference_for(s.p[i]);

		if (!ref.n)
			continue;
		tt_out_bytes(out, tt_slice_sub(s, from, i - from));
		tt_out_bytes(out, ref);
		from = i + 1;
	}
	tt_out_bytes(out, tt_slice_sub(s, from, s.n - from));
}

void tt_html_text(struct tt_out *out, struct tt_slice s)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	text.filter = out->filter;
	tt_out_text(&text, s);
	tt_html_written(out, (struct tt_slice){ text.buf, text.n });
	tt_out_release(&text);
}

/* Filtered whole, then cut: half an address is no address to a filter. */
void tt_html_cut(struct tt_out *out, struct tt_slice s, size_t width)
{
	if (out->filter)
		s = out->filter->apply(out->filter->ctx, s);
	struct tt_out text;
	const bool is_cut = tt_text_width(s) > width;

	tt_out_init(&text, -1);
	tt_out_text(&text, is_cut ? tt_text_cut(s, width - 1) : s);
	tt_html_written(out, (struct tt_slice){ text.buf, text.n });
	if (is_cut)
		tt_out_str(out, TT_CUT_MARK);
	tt_out_release(&text);
}

void tt_html_hash(struct tt_out *out, const uint8_t *hash, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tt_out_printf(out, "%02x", hash[i]);
}

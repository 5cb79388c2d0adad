/* paste_text.c - texts that know where each byte was pasted; their lines
 *
 * Memory: two texts of at most 9/4 of the paste and six bytes each (UTF-16
 * may grow by half, a space before each line by half again). */
#include "paste_text.h"

void tt_text_init(struct tt_text *t, struct tt_arena *arena, size_t cap)
{
	*t = (struct tt_text){
		.b = tt_arena_alloc(arena, cap),
		.from = tt_arena_alloc(arena, tt_mul_size(cap, 4)),
		.width = tt_arena_alloc(arena, cap),
		.cap = cap,
	};
}

void tt_repairs_begin(struct tt_repairs *r)
{
	r->spare.n = 0;
}

void tt_repairs_turn(struct tt_repairs *r)
{
	const struct tt_text t = r->text;

	r->text = r->spare;
	r->spare = t;
}

static void put(struct tt_repairs *r, uint8_t c, uint32_t from, size_t width)
{
	struct tt_text *const t = &r->spare;

	if (t->n == t->cap)
		return; /* cannot be: see the bound above */
	t->b[t->n] = c;
	t->from[t->n] = from;
	t->width[t->n++] = (uint8_t)(width < 255 ? width : 255);
}

void tt_put(struct tt_repairs *r, size_t i)
{
	put(r, r->text.b[i], r->text.from[i], r->text.width[i]);
}

void tt_put_run(struct tt_repairs *r, size_t i, size_t j)
{
	for (; i < j; i++)
		tt_put(r, i);
}

void tt_put_as(struct tt_repairs *r, uint8_t c, size_t i, size_t j)
{
	const struct tt_text *const t = &r->text;

	put(r, c, t->from[i],
	    (size_t)t->from[j - 1] + t->width[j - 1] - t->from[i]);
}

void tt_put_space(struct tt_repairs *r, size_t i)
{
	put(r, ' ', r->text.from[i], 0);
}

void tt_repair_note(struct tt_repairs *r, enum tt_diag_code code, size_t i)
{
	struct tt_repair_note *const note = &r->note[code];

	if (note->n++ == 0)
		note->off = i < r->text.n ? r->text.from[i] : 0;
}

void tt_lines_cut(struct tt_repairs *r)
{
	const struct tt_slice all = { r->text.b, r->text.n };
	size_t at = 0;

	r->lines.list.n = 0;
	while (at < all.n) {
		const struct tt_slice rest = tt_slice_sub(all, at, all.n);
		const size_t end = tt_slice_chr(rest, '\n');
		const size_t n = end == SIZE_MAX ? rest.n : end;

		*tt_vec_push(r->arena, &r->lines.list) =
			(struct tt_line){ at, n };
		at += n + 1;
	}
}

struct tt_slice tt_line_text(const struct tt_repairs *r, size_t i)
{
	const struct tt_line *const l = &r->lines.list.v[i];

	return (struct tt_slice){ r->text.b + l->off, l->n };
}

size_t tt_line_indent(struct tt_slice line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

bool tt_line_is_blank(struct tt_slice line)
{
	return tt_line_indent(line) == line.n;
}

/* Names that may stand without a space behind their colon; a '-' at the end
 * stands for a family. */
static const char *const known[] = {
	"Received",	"From",		 "To",
	"Cc",		"Bcc",		 "Subject",
	"Date",		"Message-ID",	 "Return-Path",
	"Reply-To",	"Sender",	 "In-Reply-To",
	"References",	"Delivered-To",	 "Envelope-To",
	"MIME-Version", "DKIM-Signature", "Received-SPF",
	"ARC-",		"X-",		 "List-",
	"Content-",	"Resent-",	 "Authentication-Results",
	"Precedence",	"User-Agent",	 "DomainKey-Signature",
	"Delivery-Date", "Thread-",	 "Importance",
};

static bool is_known(struct tt_slice name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct tt_slice k = tt_slice_str(known[i]);

		if (k.p[k.n - 1] == '-' ? tt_slice_istarts(name, k) :
					  tt_slice_ieq(name, k))
			return true;
	}
	return false;
}

static bool is_name_byte(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c == '-' || c == '_' ||
	       c == '.';
}

/* A signature's list of names: From:To:Subject; */
static bool is_list(struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && is_name_byte(s.p[n]))
		n++;
	return n > 0 && n < s.n && (s.p[n] == ':' || s.p[n] == ';');
}

size_t tt_line_name(struct tt_slice line)
{
	size_t n = 0, colon;

	if (line.n == 0 || !tt_is_alpha(line.p[0]))
		return 0;
	while (n < line.n && is_name_byte(line.p[n]))
		n++;
	colon = n + tt_line_indent(tt_slice_sub(line, n, line.n));
	if (colon >= line.n || line.p[colon] != ':')
		return 0;
	if (is_known(tt_slice_sub(line, 0, n)) &&
	    !is_list(tt_slice_sub(line, colon + 1, line.n)))
		return n;
	return colon + 1 == line.n || line.p[colon + 1] == ' ' ||
			       line.p[colon + 1] == '\t' ?
		       n :
		       0;
}

bool tt_line_is_known(struct tt_slice line)
{
	const size_t n = tt_line_name(line);

	return n > 0 && is_known(tt_slice_sub(line, 0, n));
}

/* Prose may begin "Received: yesterday"; a stamp begins with a clause. */
bool tt_line_is_stamp(struct tt_slice line)
{
	static const char *const words[] = { "from", "by",   "(",  "id", "via",
					     "with", "[", "unknown", "=" };
	const size_t n = tt_line_name(line);
	struct tt_slice rest = tt_slice_sub(line, n, line.n);

	if (!tt_slice_ieq(tt_slice_sub(line, 0, n), TT_S("Received")))
		return false;
	rest = tt_slice_trim(
		tt_slice_sub(rest, tt_slice_chr(rest, ':') + 1, rest.n));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (tt_slice_istarts(rest, tt_slice_str(words[i])))
			return true;
	return rest.n == 0 || (*rest.p >= 0x80);
}

size_t tt_text_score(struct tt_slice text, struct tt_arena *arena)
{
	struct tt_header h;
	struct tt_diags diags;
	size_t n = 0, seen = 0;

	tt_diags_init(&diags, arena);
	tt_header_slice(&h, text, arena, &diags);
	for (size_t i = 0; i < h.fields.n && seen < TT_MAX_hops; i++) {
		const struct tt_field *const f = &h.fields.v[i];
		struct tt_stamp s;

		if (!tt_slice_ieq(f->name, TT_S("Received")))
			continue;
		seen++;
		tt_stamp_split(&s, f->value, f->value_off, arena, &diags);
		n += s.date.is_set && s.slot[TT_SLOT_BY].p &&
		     !s.is_malformed;
	}
	return n;
}

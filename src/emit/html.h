/* html.h - the one way by which text gets into HTML
 *
 * Our own markup is written by tt_out_str(); all else, our own words too,
 * goes through tt_html_text(), which serves elements and quoted attributes
 * alike: what could act on a terminal is spelled out (tt_out_text()), then
 * & < > " and ' become references. */
#ifndef TLSTRAIL_EMIT_HTML_H
#define TLSTRAIL_EMIT_HTML_H

#include <tlstrail/util.h>

void tt_html_text(struct tt_out *out, struct tt_slice s);
/* What has been through tt_out_text() already. */
void tt_html_written(struct tt_out *out, struct tt_slice s);
/* A beginning of at most `width` columns, with U+2026 if cut. */
void tt_html_cut(struct tt_out *out, struct tt_slice s, size_t width);
static inline void tt_html_str(struct tt_out *out, const char *s)
{
	tt_html_text(out, tt_slice_str(s));
}
/* Lower-case hexadecimal. */
void tt_html_hash(struct tt_out *out, const uint8_t *hash, size_t n);

#endif

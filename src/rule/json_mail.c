/* json_mail.c - a mail that a record carries: its text becomes bytes */
#include <tlstrail/message/base64.h>

#include "json_rules.h"

int tt_json_coding_of(struct tt_slice word)
{
	if (word.n == 0 || tt_slice_eq(word, TT_S("text")))
		return TT_JSON_TEXT;
	return tt_slice_eq(word, TT_S("base64")) ? TT_JSON_BASE64 : -1;
}

struct tt_slice tt_json_mail_bytes(enum tt_json_coding coding,
				   struct tt_slice text,
				   struct tt_arena *arena, bool *is_cut_r)
{
	*is_cut_r = false;
	if (coding == TT_JSON_TEXT)
		return text;
	uint8_t *const out = tt_arena_alloc(arena, text.n);
	struct tt_slice bytes = { out, 0 };

	*is_cut_r = tt_base64_decode(text, out, &bytes.n) < text.n;
	return bytes;
}

/* listed.c - the order of lists, newest last, in one value
 *
 * A byte that tells messages of their own (1) from those inside others (0);
 * the time, so that it compares as bytes, 0 where there is none; the hash of
 * the content, or of the log's key.  So it names one message, needs no number
 * of a row, and is the same in every case of the same evidence. */
#include "store_private.h"

#define SIGN (UINT64_C(1) << 63)

struct tt_slice tt_listed_put(const struct tt_listed *l,
			      struct tt_arena *arena)
{
	uint8_t *const p = tt_arena_alloc(arena, TT_LISTED_LEN);
	const uint64_t time =
		l->has_time ? (uint64_t)l->time_unix ^ SIGN : 0;

	p[0] = !l->is_embedded;
	for (unsigned i = 0; i < 8; i++)
		p[1 + i] = (uint8_t)(time >> (56 - 8 * i));
	memcpy(p + 9, l->key, TT_SHA256_LEN);
	return (struct tt_slice){ p, TT_LISTED_LEN };
}

bool tt_listed_get(struct tt_listed *l_r, struct tt_slice s)
{
	uint64_t time = 0;

	*l_r = (struct tt_listed){ 0 };
	if (s.n != TT_LISTED_LEN)
		return false;
	for (unsigned i = 0; i < 8; i++)
		time = time << 8 | s.p[1 + i];
	l_r->is_embedded = s.p[0] == 0;
	l_r->has_time = time != 0;
	l_r->time_unix = time ? (int64_t)(time ^ SIGN) : 0;
	l_r->key = s.p + 9;
	return true;
}

/* Not within a character of UTF-8. */
static size_t cut_at(struct tt_slice s, size_t n)
{
	while (n > 0 && (s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

struct tt_slice tt_recipients_text(const struct tt_identity *i,
				   struct tt_arena *arena)
{
	const size_t max = TT_MAX_listed_recipients;
	struct tt_out text;

	if (i->to.n == 1 && i->to.v[0].n <= max)
		return i->to.v[0];
	tt_out_init(&text, -1);
	for (size_t k = 0; k < i->to.n && text.n <= max; k++) {
		tt_out_str(&text, k ? ", " : "");
		tt_out_bytes(&text, i->to.v[k]);
	}
	struct tt_slice s = { text.buf, text.n };

	if (s.n > max) {
		text.n = cut_at(s, max);
		tt_out_str(&text, "\xe2\x80\xa6");
		s = (struct tt_slice){ text.buf, text.n };
	}
	s = tt_arena_dup(arena, s);
	tt_out_release(&text);
	return s;
}

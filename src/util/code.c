/* code.c - numbers, texts and lists as bytes, and back */
#include <limits.h>
#include <string.h>
#include <tlstrail/util/code.h>

/* n bytes of the input; fewer are none. */
static struct tt_slice take(struct tt_codec *c, uint64_t n)
{
	struct tt_slice s = TT_NO_SLICE;

	if (n > c->in.n) {
		c->is_bad = true;
		c->in = TT_NO_SLICE;
		return s;
	}
	s = tt_slice_sub(c->in, 0, (size_t)n);
	c->in = tt_slice_sub(c->in, (size_t)n, c->in.n);
	return s;
}

static uint64_t get_u64(struct tt_codec *c)
{
	uint64_t v = 0;

	if (c->in.n && c->in.p[0] < 0x80) {
		v = c->in.p[0];
		c->in.p++;
		c->in.n--;
		return v;
	}
	for (unsigned shift = 0; shift < 64; shift += 7) {
		const struct tt_slice byte = take(c, 1);

		if (byte.n == 0)
			return 0;
		v |= (uint64_t)(byte.p[0] & 0x7f) << shift;
		if (byte.p[0] < 0x80)
			return v;
	}
	c->is_bad = true;
	return 0;
}

static void put_u64(struct tt_codec *c, uint64_t left)
{
	uint8_t bytes[10];
	size_t n = 0;

	for (; left >= 0x80; left >>= 7)
		bytes[n++] = (uint8_t)(left | 0x80);
	bytes[n++] = (uint8_t)left;
	tt_out_bytes(c->out, (struct tt_slice){ bytes, n });
}

void tt_code_u64_slowly(struct tt_codec *c, uint64_t *v)
{
	if (c->out)
		put_u64(c, *v);
	else
		*v = get_u64(c);
}

void tt_code_i64(struct tt_codec *c, int64_t *v)
{
	uint64_t folded = ((uint64_t)*v << 1) ^ (*v < 0 ? UINT64_MAX : 0);

	tt_code_u64(c, &folded);
	if (!c->out)
		*v = (int64_t)(folded >> 1) ^ -(int64_t)(folded & 1);
}

void tt_code_u32(struct tt_codec *c, uint32_t *v)
{
	uint64_t wide = *v;

	tt_code_u64(c, &wide);
	if (c->out)
		return;
	c->is_bad |= wide > UINT32_MAX;
	*v = (uint32_t)wide;
}

void tt_code_uint(struct tt_codec *c, unsigned *v)
{
	uint32_t same = *v;

	tt_code_u32(c, &same);
	if (!c->out)
		*v = same;
}

void tt_code_int(struct tt_codec *c, int *v)
{
	int64_t wide = *v;

	tt_code_i64(c, &wide);
	if (c->out)
		return;
	c->is_bad |= wide < INT_MIN || wide > INT_MAX;
	*v = (int)wide;
}

/* ---- texts ---- */

/* How a text begins: its number of bytes is added to the last. */
enum { MISSING, WITHIN, LITERAL };

#define LEAST_AGAIN 2
#define LEAST_WITHIN 4
#define LEAST_LONG 48
#define N_LONGS 4

void tt_code_texts_init(struct tt_code_texts *texts,
			enum tt_code_looking looking)
{
	texts->looking = looking;
	texts->again = 0;
	texts->n = texts->n_long = 0;
	texts->last = TT_CODE_TEXTS;
	if (looking != TT_LOOK_AT_PLACE)
		memset(texts->slot, 0, sizeof(texts->slot));
}

static uint8_t *slot_of(struct tt_code_texts *x, struct tt_slice s)
{
	uint64_t h = s.n, word = 0;
	size_t i = 0;

	for (; s.n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	for (word = 0; i < s.n; i++)
		word = word << 8 | s.p[i];
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return &x->slot[h >> 32 & (TT_CODE_SLOTS - 1)];
}

/* Known from here on, to both sides alike. */
static void learn(struct tt_codec *c, struct tt_slice s, uint8_t *slot,
		  size_t place)
{
	struct tt_code_texts *const x = c->texts;

	if (!x || s.n < LEAST_AGAIN || x->n == TT_CODE_TEXTS)
		return;
	if (s.n >= LEAST_LONG)
		x->longs[x->n_long++ % N_LONGS] = (uint8_t)x->n;
	x->last = x->n;
	x->name[x->n] = NULL;
	x->place[x->n] = place;
	x->text[x->n++] = s;
	if (slot)
		*slot = (uint8_t)x->n;
}

/* A few bytes must not stand for more than was ever read. */
static bool may_give_again(struct tt_code_texts *x, size_t n)
{
	if (n > TT_MAX_frame - x->again)
		return false;
	x->again += n;
	return true;
}

static void put_number(struct tt_codec *c, uint64_t n)
{
	tt_code_u64(c, &n);
}

/* Numbers of known texts are odd, lengths of new ones even. */
static bool put_again(struct tt_codec *c, struct tt_slice s, uint8_t at)
{
	struct tt_code_texts *const x = c->texts;

	if (!tt_slice_eq(x->text[at - 1], s) ||
	    !may_give_again(x, s.n))
		return false;
	put_number(c, LITERAL + 1 + 2 * (uint64_t)(at - 1));
	return true;
}

/* SIZE_MAX: it is not a piece of it. */
static size_t place_in(struct tt_slice hay, struct tt_slice s)
{
	const uintptr_t at = (uintptr_t)s.p - (uintptr_t)hay.p;

	return at <= hay.n && s.n <= hay.n - at ? (size_t)at : SIZE_MAX;
}

static bool put_within(struct tt_codec *c, struct tt_slice s, uint8_t *slot,
		       size_t *place_r)
{
	struct tt_code_texts *const x = c->texts;
	const size_t n = x->n_long < N_LONGS ? x->n_long : N_LONGS;

	for (size_t i = 0; i < n; i++) {
		const size_t at = place_in(x->text[x->longs[i]], s);

		if (at == SIZE_MAX || !may_give_again(x, s.n))
			continue;
		put_number(c, WITHIN);
		put_number(c, x->longs[i]);
		put_number(c, at);
		put_number(c, s.n);
		*place_r = x->place[x->longs[i]] + at;
		learn(c, s, slot, *place_r);
		return true;
	}
	return false;
}

/* Returns where its first byte stands, of none what comes next. */
static size_t put_text(struct tt_codec *c, struct tt_slice s)
{
	struct tt_code_texts *const x = c->texts;
	uint8_t *slot = NULL;
	size_t place;

	if (!s.p) {
		put_number(c, MISSING);
		return c->out->n;
	}
	if (x && x->looking != TT_LOOK_AT_PLACE && s.n >= LEAST_AGAIN) {
		slot = slot_of(x, s);
		if (*slot && put_again(c, s, *slot))
			return x->place[*slot - 1];
	}
	if (x && x->looking != TT_LOOK_FOR_SAME && s.n >= LEAST_WITHIN &&
	    put_within(c, s, slot, &place))
		return place;
	put_number(c, LITERAL + 2 * (uint64_t)s.n);
	place = c->out->n;
	tt_out_bytes(c->out, s);
	learn(c, s, slot, place);
	return place;
}

static struct tt_slice refuse(struct tt_codec *c)
{
	c->is_bad = true;
	return TT_NO_SLICE;
}

static struct tt_slice get_within(struct tt_codec *c)
{
	const uint64_t which = get_u64(c), at = get_u64(c), n = get_u64(c);
	struct tt_code_texts *const x = c->texts;

	if (!x || which >= x->n || at > x->text[which].n ||
	    n > x->text[which].n - at || !may_give_again(x, (size_t)n))
		return refuse(c);
	const struct tt_slice s = { x->text[which].p + at, (size_t)n };

	learn(c, s, NULL, 0);
	return s;
}

static struct tt_slice get_again(struct tt_codec *c, uint64_t which)
{
	struct tt_code_texts *const x = c->texts;

	if (!x || which >= x->n || !may_give_again(x, x->text[which].n))
		return refuse(c);
	x->last = (size_t)which;
	return x->text[which];
}

static struct tt_slice get_text(struct tt_codec *c)
{
	const uint64_t v = get_u64(c);

	if (c->texts)
		c->texts->last = TT_CODE_TEXTS;
	if (v == MISSING)
		return TT_NO_SLICE;
	if (v == WITHIN)
		return get_within(c);
	if ((v - LITERAL) % 2)
		return get_again(c, (v - LITERAL) / 2);
	const struct tt_slice s = take(c, (v - LITERAL) / 2);

	learn(c, s, NULL, 0);
	return s;
}

/* ---- where they stand ---- */

void tt_code_places_begin(struct tt_code_places *places)
{
	places->round++;
	places->n = 0;
	places->is_full = false;
}

/* Its slot, or the one that is free for it.  Not by slots.h: keys are addresses,
 * a round ends by a number and not by clearing, and each text of each message
 * comes here. */
static size_t place_slot(const struct tt_code_places *x, struct tt_slice s)
{
	const uint64_t h = ((uint64_t)(uintptr_t)s.p ^ (uint64_t)s.n << 48) *
			   UINT64_C(0x9e3779b97f4a7c15);
	size_t i = h >> 32 & (TT_CODE_PLACES - 1);

	while (x->slot[i].round == x->round &&
	       (x->slot[i].p != s.p || x->slot[i].n != s.n))
		i = (i + 1) & (TT_CODE_PLACES - 1);
	return i;
}

static void note(struct tt_code_places *x, struct tt_slice s, size_t at)
{
	struct tt_code_place *const slot = &x->slot[place_slot(x, s)];

	if (slot->round == x->round)
		return;
	if (x->n == TT_CODE_PLACES / 2) {
		x->is_full = true;
		return;
	}
	x->n++;
	*slot = (struct tt_code_place){ s.p, s.n, at, x->round };
}

size_t tt_code_place_of(const struct tt_code_places *places, struct tt_slice s)
{
	const struct tt_code_place *const slot =
		&places->slot[place_slot(places, s)];

	return slot->round == places->round ? slot->at : SIZE_MAX;
}

/* ---- the rest of texts ---- */

void tt_code_text_slowly(struct tt_codec *c, struct tt_slice *s)
{
	if (!c->out) {
		*s = get_text(c);
		return;
	}
	const size_t at = put_text(c, *s);

	if (c->places && s->n)
		note(c->places, *s, at);
}

void tt_code_name(struct tt_codec *c, const char **name)
{
	if (c->out) {
		put_text(c, *name ? tt_slice_str(*name) : TT_NO_SLICE);
		return;
	}
	struct tt_code_texts *const x = c->texts;
	const struct tt_slice s = get_text(c);
	const char **const known =
		x && x->last < TT_CODE_TEXTS ? &x->name[x->last] : NULL;

	c->is_bad |= tt_slice_chr(s, '\0') != SIZE_MAX;
	*name = known && *known ? *known :
		s.p		? tt_arena_cstr(c->arena, s) :
				  NULL;
	if (known)
		*known = *name;
}

/* ---- the rest ---- */

void tt_code_bytes(struct tt_codec *c, uint8_t *bytes, size_t n)
{
	if (c->out) {
		tt_out_bytes(c->out, (struct tt_slice){ bytes, n });
		return;
	}
	const struct tt_slice s = take(c, n);

	if (s.n)
		memcpy(bytes, s.p, s.n);
}

size_t tt_code_count(struct tt_codec *c, size_t n, size_t least)
{
	uint64_t count = n;

	tt_code_u64(c, &count);
	if (c->out)
		return n;
	if (count > c->in.n / least) {
		c->is_bad = true;
		return 0;
	}
	return (size_t)count;
}

void tt_code_version(struct tt_codec *c, uint8_t version)
{
	uint8_t byte = version;

	tt_code_bytes(c, &byte, 1);
	c->is_bad |= byte != version;
}

static void code_diag(struct tt_codec *c, struct tt_diag *d)
{
	const char *name = c->out ? tt_diag_info(d->code)->code : NULL;

	tt_code_name(c, &name);
	tt_code_u64(c, &d->off);
	tt_code_name(c, &d->text);
	c->is_bad |= !d->text;
	if (!c->out)
		c->is_bad |= !name || !tt_diag_find(name, &d->code);
}

void tt_diags_code(struct tt_codec *c, struct tt_diags *d)
{
	tt_code_u64(c, &d->more);
	tt_code_bool(c, &d->is_serious);
	TT_CODE_LIST(c, &d->list, 3);
	for (size_t i = 0; i < d->list.n; i++)
		code_diag(c, &d->list.v[i]);
}

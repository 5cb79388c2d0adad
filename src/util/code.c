/* code.c - numbers, texts and lists as bytes, and back */
#include <limits.h>
#include <tlstrail/util/code.h>

static void put_byte(struct tt_codec *c, uint8_t byte)
{
	tt_out_bytes(c->out, (struct tt_slice){ &byte, 1 });
}

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

void tt_code_u64(struct tt_codec *c, uint64_t *v)
{
	uint64_t left = *v;

	if (!c->out) {
		*v = get_u64(c);
		return;
	}
	for (; left >= 0x80; left >>= 7)
		put_byte(c, (uint8_t)(left | 0x80));
	put_byte(c, (uint8_t)left);
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

void tt_code_bool(struct tt_codec *c, bool *v)
{
	uint64_t bit = *v;

	tt_code_u64(c, &bit);
	if (c->out)
		return;
	c->is_bad |= bit > 1;
	*v = bit != 0;
}

void tt_code_text(struct tt_codec *c, struct tt_slice *s)
{
	uint64_t n = s->p ? (uint64_t)s->n + 1 : 0;

	tt_code_u64(c, &n);
	if (c->out) {
		tt_out_bytes(c->out, *s);
		return;
	}
	*s = n ? take(c, n - 1) : TT_NO_SLICE;
}

void tt_code_name(struct tt_codec *c, const char **name)
{
	struct tt_slice s = *name ? tt_slice_str(*name) : TT_NO_SLICE;

	tt_code_text(c, &s);
	if (c->out)
		return;
	c->is_bad |= tt_slice_chr(s, '\0') != SIZE_MAX;
	*name = s.p ? tt_arena_cstr(c->arena, s) : NULL;
}

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

/* fuzz_parts - the walk over the parts of a message
 *
 * The first byte chooses line ends and whether to hash, the second the size
 * of the pieces; the rest is a message.  Aborts where the pieces change the
 * answer, where a message inside is not the bytes it points at, where one
 * stands outside the message around it, or where a bound is passed. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/message.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* Behind the first empty line. */
static size_t body_at(struct tt_slice s, bool is_cr)
{
	bool is_empty = true;

	for (size_t i = 0; i < s.n; i++) {
		const bool ends = s.p[i] == '\n' || (is_cr && s.p[i] == '\r');

		if (ends && is_empty)
			return i + 1;
		if (ends || s.p[i] != '\r')
			is_empty = ends;
	}
	return s.n;
}

/* ---- what was found, against the message ---- */

static bool is_same(struct tt_slice a, struct tt_slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void check_hash(const struct tt_embedded *m, struct tt_slice bytes)
{
	uint8_t sum[TT_SHA256_LEN];
	struct tt_sha256 *h = tt_sha256_new();

	tt_sha256_begin(h);
	tt_sha256_add(h, bytes);
	tt_sha256_end(h, sum);
	tt_sha256_free(&h);
	must(memcmp(sum, m->sha256, sizeof(sum)) == 0);
}

static void check_message(const struct tt_parts_found *f, size_t i,
			  struct tt_slice all, bool want_hash)
{
	const struct tt_embedded *m = &f->embedded.v[i];
	const struct tt_embedded *around =
		m->parent == TT_CARRIER ? NULL : &f->embedded.v[m->parent];
	uint64_t depth = 1;

	must(m->parent >= TT_CARRIER && m->parent < (int)i);
	must(m->header.n <= m->header_length);
	must(m->header_length <= m->length);
	must(m->has_hash == want_hash);
	for (int up = m->parent; up != TT_CARRIER;
	     up = f->embedded.v[up].parent)
		depth++;
	must(depth <= TT_MAX_embedded_depth);
	must(m->is_decoded == (m->off == TT_NO_OFF));
	must(!around || !around->is_decoded || m->is_decoded);
	if (m->is_decoded)
		return;
	must(m->off <= all.n && m->length <= all.n - m->off);
	must(!around || (m->off >= around->off + around->header_length &&
			 m->off + m->length <= around->off + around->length));
	const struct tt_slice mine = { all.p + m->off, (size_t)m->length };

	must(is_same(m->header, tt_slice_sub(mine, 0, m->header.n)));
	if (want_hash)
		check_hash(m, mine);
}

/* Returns the length of the text. */
static size_t check_status(const struct tt_parts_found *f,
			   const struct tt_status_part *s, struct tt_slice all)
{
	const struct tt_embedded *m = NULL;

	must(s->message >= TT_CARRIER && s->message < (int)f->embedded.n);
	if (s->message != TT_CARRIER)
		m = &f->embedded.v[s->message];
	if (s->off == TT_NO_OFF)
		return s->text.n;
	if (m)
		must(s->off + s->text.n <= m->length);
	if (!m || !m->is_decoded)
		must(is_same(s->text, tt_slice_sub(all,
						   (m ? m->off : 0) + s->off,
						   s->text.n)));
	return s->text.n;
}

static void check(const struct tt_parts_found *f, struct tt_slice all,
		  bool want_hash)
{
	size_t n_status = 0, n_headers = 0;

	for (size_t i = 0; i < f->embedded.n; i++) {
		check_message(f, i, all, want_hash);
		n_headers += f->embedded.v[i].header.n;
	}
	for (size_t i = 0; i < f->status.n; i++)
		n_status += check_status(f, &f->status.v[i], all);
	must(f->embedded.n <= TT_MAX_embedded);
	must(n_headers <= TT_MAX_embedded_headers);
	must(n_status <= TT_MAX_status_text);
	must(f->diags.list.n <= TT_MAX_diags);
}

/* ---- two answers ---- */

static void compare(const struct tt_parts_found *a,
		    const struct tt_parts_found *b)
{
	must(a->end_to_end == b->end_to_end);
	must(a->embedded.n == b->embedded.n && a->status.n == b->status.n);
	must(a->diags.list.n == b->diags.list.n);
	must(a->diags.more == b->diags.more);
	for (size_t i = 0; i < a->embedded.n; i++) {
		const struct tt_embedded *x = &a->embedded.v[i];
		const struct tt_embedded *y = &b->embedded.v[i];

		must(x->parent == y->parent && x->off == y->off);
		must(x->length == y->length && is_same(x->header, y->header));
		must(x->header_length == y->header_length);
		must(x->end_to_end == y->end_to_end);
		must(memcmp(x->sha256, y->sha256, TT_SHA256_LEN) == 0);
		must(memcmp(x->content_sha256, y->content_sha256,
			    TT_SHA256_LEN) == 0);
	}
	for (size_t i = 0; i < a->status.n; i++) {
		must(a->status.v[i].message == b->status.v[i].message);
		must(a->status.v[i].off == b->status.v[i].off);
		must(is_same(a->status.v[i].text, b->status.v[i].text));
	}
	for (size_t i = 0; i < a->diags.list.n; i++) {
		must(a->diags.list.v[i].code == b->diags.list.v[i].code);
		must(a->diags.list.v[i].off == b->diags.list.v[i].off);
		must(strcmp(a->diags.list.v[i].text,
			    b->diags.list.v[i].text) == 0);
	}
}

static struct tt_parts_found walk(struct tt_parts *parts, struct tt_slice all,
				  size_t body,
				  const struct tt_parts_options *options,
				  size_t piece)
{
	if (tt_parts_begin(parts, tt_slice_sub(all, 0, body), options))
		for (size_t at = body; at < all.n; at += piece)
			tt_parts_add(parts, tt_slice_sub(all, at, piece));
	return *tt_parts_end(parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	const struct tt_slice all = { data + 2, size - 2 };
	struct tt_arena arena = { 0 };
	struct tt_parts *parts = tt_parts_new();
	struct tt_parts_options options = {
		.is_cr = (data[0] & 1) != 0,
		.want_hash = (data[0] & 2) != 0,
		.arena = &arena,
	};

	options.body_off = body_at(all, options.is_cr);
	const size_t body = (size_t)options.body_off;
	const struct tt_parts_found whole =
		walk(parts, all, body, &options, all.n + 1);

	check(&whole, all, options.want_hash);
	/* The second walk begins with what the first left behind. */
	const struct tt_parts_found pieces =
		walk(parts, all, body, &options, 1 + data[1]);

	compare(&whole, &pieces);
	tt_parts_free(&parts);
	tt_arena_release(&arena);
	return 0;
}

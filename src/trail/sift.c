/* sift.c - the events that can be joined, out of logs that are much larger
 *
 * Ids are known by 64 bits of their hash; if two are one by chance, more is
 * kept than is wanted, which changes nothing.  What was left out is known only
 * as far as to notice, without fail, that it is wanted after all: by Bloom
 * filters, each larger than the one before that is full, the last as large as
 * it gets; four bits of one word for each id.  Small ones stay in the caches,
 * and most logs need no others.  Logs that tell of a
 * message in the order of its way seldom come to that: it takes a message that
 * went on under another Message-ID. */
#include <string.h>

#include "sift.h"

#define FIRST_IDS 256
#define LATELY 2048
#define SOON 16
#define FILTERS 3
#define FULL 2 /* ids for each word */

struct tt_sift {
	uint64_t *id; /* open addressing; 0: free */
	size_t n, cap;
	bool is_full; /* nothing is left out any more */
	bool is_missed; /* what was left out is wanted */
	struct {
		uint64_t *word; /* NULL: not needed yet */
		size_t n;	/* ids in it */
	} left_out[FILTERS];
	size_t filter; /* that is filled */
	uint64_t lately[LATELY]; /* some that are in it: most of a message's
				  * lines stand close together */
	/* Those that are still to be set in left_out, whose words are on their
	 * way out of memory: waiting for each is most of the work. */
	uint64_t soon[SOON];
	size_t n_soon; /* ever */
};

/* Its words; a hash picks one by its highest bits. */
static const unsigned filter_bits[FILTERS] = { 15, 17, 20 };

static void begin_filter(struct tt_sift *s, size_t i)
{
	s->left_out[i].word = tt_zalloc(sizeof(uint64_t) << filter_bits[i]);
	s->left_out[i].n = 0;
	s->filter = i;
}

static void end_filters(struct tt_sift *s)
{
	for (size_t i = 0; i < FILTERS; i++)
		tt_free(&s->left_out[i].word);
}

struct tt_sift *tt_sift_new(void)
{
	struct tt_sift *s = tt_zalloc(sizeof(*s));

	s->cap = FIRST_IDS;
	s->id = tt_zalloc(s->cap * sizeof(*s->id));
	begin_filter(s, 0);
	return s;
}

void tt_sift_free(struct tt_sift **sift)
{
	if (!*sift)
		return;
	tt_free(&(*sift)->id);
	end_filters(*sift);
	tt_free(sift);
}

/* ---- ids ---- */

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* Queue ids and Message-IDs are two kinds.  Never 0. */
static uint64_t hash_of(struct tt_slice s, uint64_t kind)
{
	uint64_t h = mix(kind, s.n), word;
	uint32_t half;

	for (; s.n >= sizeof(word); s = tt_slice_sub(s, sizeof(word), s.n)) {
		memcpy(&word, s.p, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	if (s.n >= sizeof(half)) {
		memcpy(&half, s.p + (s.n - sizeof(half)), sizeof(half));
		memcpy(&word, s.p, sizeof(half));
		word |= (uint64_t)half << 32;
	} else {
		for (size_t i = 0; i < s.n; i++)
			word = word << 8 | s.p[i];
	}
	h = mix(mix(h, word), kind);
	return h ? h : 1;
}

static uint64_t hash_id(struct tt_slice id)
{
	return id.n ? hash_of(id, 1) : 0;
}

static uint64_t *slot_of(const struct tt_sift *s, uint64_t hash)
{
	size_t i = (size_t)hash & (s->cap - 1);

	while (s->id[i] && s->id[i] != hash)
		i = (i + 1) & (s->cap - 1);
	return &s->id[i];
}

static bool is_wanted(const struct tt_sift *s, uint64_t hash)
{
	return hash && *slot_of(s, hash);
}

static void grow(struct tt_sift *s)
{
	uint64_t *const before = s->id;
	const size_t n = s->cap;

	s->cap *= 2;
	s->id = tt_zalloc(tt_mul_size(s->cap, sizeof(*s->id)));
	for (size_t i = 0; i < n; i++)
		if (before[i])
			*slot_of(s, before[i]) = before[i];
	tt_free_(before);
}

/* ---- what was left out ---- */

static uint64_t bits_of(uint64_t hash)
{
	return UINT64_C(1) << (hash >> 20 & 63) |
	       UINT64_C(1) << (hash >> 26 & 63) |
	       UINT64_C(1) << (hash >> 32 & 63) |
	       UINT64_C(1) << (hash >> 38 & 63);
}

static uint64_t *word_of(const struct tt_sift *s, size_t filter, uint64_t hash)
{
	return &s->left_out[filter].word[hash >> (64 - filter_bits[filter])];
}

static void set_soon(struct tt_sift *s)
{
	for (size_t i = 0; i < SOON; i++) {
		const uint64_t hash = s->soon[i];

		if (hash)
			*word_of(s, s->filter, hash) |= bits_of(hash);
		s->soon[i] = 0;
	}
}

static void use_next_filter(struct tt_sift *s)
{
	set_soon(s);
	begin_filter(s, s->filter + 1);
}

static bool is_filter_full(const struct tt_sift *s)
{
	return s->filter + 1 < FILTERS &&
	       s->left_out[s->filter].n >> filter_bits[s->filter] >= FULL;
}

static void leave_out(struct tt_sift *s, uint64_t hash)
{
	uint64_t *const lately = &s->lately[hash % LATELY];

	if (hash == 0 || *lately == hash)
		return;
	if (is_filter_full(s))
		use_next_filter(s);
	uint64_t *const soon = &s->soon[s->n_soon++ % SOON];

	if (*soon)
		*word_of(s, s->filter, *soon) |= bits_of(*soon);
	*soon = hash;
	__builtin_prefetch(word_of(s, s->filter, hash));
	*lately = hash;
	s->left_out[s->filter].n++;
}

static bool is_left_out(struct tt_sift *s, uint64_t hash)
{
	set_soon(s);
	for (size_t i = 0; i <= s->filter; i++)
		if ((~*word_of(s, i, hash) & bits_of(hash)) == 0)
			return true;
	return false;
}

static void want(struct tt_sift *s, uint64_t hash)
{
	if (!hash || is_wanted(s, hash))
		return;
	s->is_missed |= is_left_out(s, hash);
	if (s->is_full || s->n >= TT_MAX_join_ids) {
		s->is_missed |= !s->is_full;
		s->is_full = true;
		return;
	}
	if (++s->n * 2 > s->cap)
		grow(s);
	*slot_of(s, hash) = hash;
}

/* ---- mails ---- */

/* As logs spell it: without brackets. */
static uint64_t hash_message(struct tt_slice message_id)
{
	struct tt_arena arena = { 0 };
	const struct tt_slice plain = tt_log_plain_id(&arena, message_id);
	const uint64_t hash = plain.n ? hash_of(plain, 2) : 0;

	tt_arena_release(&arena);
	return hash;
}

bool tt_sift_add_mail(struct tt_sift *s, const struct tt_timeline *t)
{
	const struct tt_slice message_id = t->identity.message_id;

	want(s, hash_message(message_id));
	want(s, hash_id(tt_log_ses_id(message_id)));
	for (size_t i = 0; i < t->hops.n; i++)
		want(s, hash_id(t->hops.v[i].id));
	return !s->is_full;
}

/* ---- events ---- */

static uint64_t hash_own(const struct tt_event_ids *ids)
{
	return hash_id(ids->queue_id.n ? ids->queue_id : ids->ses_id);
}

static bool has(const struct tt_sift *s, const struct tt_event_ids *ids,
		uint64_t id, uint64_t next)
{
	return s->is_full || !id || /* of no message: told beside many */
	       is_wanted(s, id) || is_wanted(s, next) ||
	       (ids->message_id.n &&
		is_wanted(s, hash_message(ids->message_id)));
}

bool tt_sift_has(const struct tt_sift *s, const struct tt_event_ids *ids)
{
	return has(s, ids, hash_own(ids), hash_id(ids->next_queue_id));
}

bool tt_sift_takes(struct tt_sift *s, const struct tt_event_ids *ids)
{
	const uint64_t id = hash_own(ids);
	const uint64_t next = hash_id(ids->next_queue_id);

	if (s->is_full || !id)
		return true;
	if (has(s, ids, id, next)) {
		want(s, id);
		want(s, next);
		return true;
	}
	leave_out(s, id);
	leave_out(s, next);
	return false;
}

bool tt_sift_again(struct tt_sift *s)
{
	const bool is_missed = s->is_missed;

	if (is_missed) {
		end_filters(s);
		begin_filter(s, 0);
		memset(s->lately, 0, sizeof(s->lately));
		memset(s->soon, 0, sizeof(s->soon));
	}
	s->is_missed = false;
	return is_missed;
}

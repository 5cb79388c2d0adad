/* apart_event.c - an event as bytes, for a while
 *
 * They are read by the process that wrote them, some seconds later, once or
 * twice: they are made for that, not to be few or to be kept, as the codec's
 * are.  Behind a head of one size stand its quotes, where each of its texts
 * is, and the texts: those of the quotes first, for most of what an event says
 * is a piece of a line that it quotes.  What it shares with others - its
 * clock, where its lines stand, the names of rules and services - goes by
 * number.  Nothing outside the bytes is read, whatever stands in them. */
#include <stddef.h>
#include <string.h>

#include "apart.h"

struct head {
	uint64_t n; /* bytes of texts */
	int64_t time_us;
	int32_t years, bits;
	/* By number. */
	uint32_t clock, level, software, service, context;
	uint32_t n_quotes;
	uint32_t has; /* a bit for each text that is there */
	uint8_t kind, side, time, transport, verdict, silence, version, outcome,
		server_auth, client_auth, flags, is_wide;
};

enum {
	SHOWN = 1,
	EXPERIMENTAL = 2,
	UNSTAMPED = 4,
	THROUGH = 8,
	ORIGIN_LINK = 16,
	AMBIGUOUS = 32,
	CIPHER_WRONG = 64,
};

struct quote {
	uint64_t off;
	uint32_t n, n_pointer; /* bytes; NO_POINTER */
	uint32_t origin, rule; /* by number */
	uint32_t kind, none;
};
#define NO_POINTER UINT32_MAX

/* Of a text among the texts; in half the bytes where they are few. */
struct place {
	uint32_t at, n;
};
struct near {
	uint16_t at, n;
};

static const size_t text_at[TT_APART_TEXTS] = {
#define TEXT_AT(name, member) offsetof(struct tt_event, member),
	TT_APART_EACH_TEXT(TEXT_AT)
#undef TEXT_AT
};

static struct tt_slice *text_of(const struct tt_event *e, size_t i)
{
	return (struct tt_slice *)(uintptr_t)((const char *)e + text_at[i]);
}

/* Always false. */
static bool is_broken(struct tt_apart *a)
{
	tt_err_set(&a->err, TT_IO,
		   "the file of what logs tell is not what was written");
	return false;
}

bool tt_apart_read(struct tt_apart *a, struct tt_piece piece,
		   struct tt_arena *arena, struct tt_slice *bytes_r)
{
	if (piece.n > tt_spool_size(a->spool))
		return is_broken(a);
	uint8_t *const p = tt_arena_alloc(arena, (size_t)piece.n);

	*bytes_r = (struct tt_slice){ p, (size_t)piece.n };
	return tt_spool_get(a->spool, piece.at, p, (size_t)piece.n) ||
	       is_broken(a);
}

/* ---- out ---- */

static uint32_t number(struct tt_apart *a, struct tt_numbering *n,
		       const void *what, size_t with)
{
	return (uint32_t)tt_number_of(n, &a->book->arena, what,
				      (const void *)(uintptr_t)with);
}

static struct head head_of(struct tt_apart *a, const struct tt_event *e,
			   size_t clock)
{
	return (struct head){
		.time_us = e->time_us,
		.years = e->years,
		.bits = e->bits,
		.clock = (uint32_t)clock,
		.level = number(a, &a->levels, e->level, 0),
		.software = number(a, &a->names, e->software.p, e->software.n),
		.service = number(a, &a->services, e->service.p, e->service.n),
		.context = number(a, &a->rules, e->context, 0),
		.n_quotes = (uint32_t)e->quotes.n,
		.kind = (uint8_t)e->kind,
		.side = (uint8_t)e->side,
		.time = (uint8_t)e->time,
		.transport = (uint8_t)e->transport,
		.verdict = (uint8_t)e->verdict,
		.silence = (uint8_t)e->silence,
		.version = (uint8_t)e->version,
		.outcome = (uint8_t)e->outcome,
		.server_auth = (uint8_t)e->server_auth,
		.client_auth = (uint8_t)e->client_auth,
		.flags = (uint8_t)((e->is_shown ? SHOWN : 0) |
				   (e->is_experimental ? EXPERIMENTAL : 0) |
				   (e->is_id_unstamped ? UNSTAMPED : 0) |
				   (e->is_through ? THROUGH : 0) |
				   (e->is_origin_link ? ORIGIN_LINK : 0) |
				   (e->is_version_ambiguous ? AMBIGUOUS : 0) |
				   (e->is_cipher_wrong ? CIPHER_WRONG : 0)),
	};
}

/* Where it stands in the quotes' texts; SIZE_MAX: in none. */
static inline size_t place_in_quotes(const struct tt_event *e,
				     struct tt_slice s)
{
	size_t before = 0;

	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *const q = &e->quotes.v[i];
		const uintptr_t at = (uintptr_t)s.p - (uintptr_t)q->text.p;

		if (at <= q->text.n && s.n <= q->text.n - at)
			return before + at;
		before += q->text.n + q->pointer.n;
	}
	return SIZE_MAX;
}

/* Places of all, and which of them stand behind the quotes. */
static uint32_t place_texts(const struct tt_event *e, struct head *h,
			    struct place *place)
{
	uint32_t behind = 0;

	for (size_t i = 0; i < e->quotes.n; i++)
		h->n += e->quotes.v[i].text.n + e->quotes.v[i].pointer.n;
	for (size_t i = 0; i < TT_APART_TEXTS; i++) {
		const struct tt_slice s = *text_of(e, i);

		if (!s.p)
			continue;
		h->has |= UINT32_C(1) << i;
		place[i].n = (uint32_t)s.n;
		if (s.n == 0)
			continue;
		const size_t at = place_in_quotes(e, s);

		place[i].at = (uint32_t)(at == SIZE_MAX ? h->n : at);
		if (at == SIZE_MAX) {
			behind |= UINT32_C(1) << i;
			h->n += s.n;
		}
	}
	h->is_wide = h->n > UINT16_MAX;
	return behind;
}

/* Each puts something at `to`, where there is room, and returns what is behind
 * it. */

static uint8_t *put(uint8_t *to, const void *p, size_t n)
{
	if (n)
		memcpy(to, p, n);
	return to + n;
}

static uint8_t *put_places(uint8_t *to, const struct head *h,
			   const struct place *place)
{
	for (uint32_t has = h->has; has; has &= has - 1) {
		const struct place p = place[__builtin_ctz(has)];
		const struct near near = { (uint16_t)p.at, (uint16_t)p.n };

		to = h->is_wide ? put(to, &p, sizeof(p)) :
				  put(to, &near, sizeof(near));
	}
	return to;
}

static uint8_t *put_quotes(struct tt_apart *a, uint8_t *to,
			   const struct tt_event *e)
{
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *const q = &e->quotes.v[i];
		const struct quote row = {
			.off = q->off,
			.n = (uint32_t)q->text.n,
			.n_pointer = q->pointer.p ? (uint32_t)q->pointer.n :
						    NO_POINTER,
			.origin = number(a, &a->origins, q->origin, 0),
			.rule = number(a, &a->rules, q->rule, 0),
			.kind = (uint32_t)q->kind,
		};

		to = put(to, &row, sizeof(row));
	}
	return to;
}

static void put_texts(uint8_t *to, const struct tt_event *e, uint32_t behind)
{
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *const q = &e->quotes.v[i];

		to = put(to, q->text.p, q->text.n);
		to = put(to, q->pointer.p, q->pointer.n);
	}
	for (; behind; behind &= behind - 1) {
		const struct tt_slice *const s =
			text_of(e, (size_t)__builtin_ctz(behind));

		to = put(to, s->p, s->n);
	}
}

/* Bytes of all the places. */
static size_t places_bytes(const struct head *h)
{
	return (size_t)__builtin_popcount(h->has) *
	       (h->is_wide ? sizeof(struct place) : sizeof(struct near));
}

void tt_apart_put(struct tt_apart *a, struct tt_out *out,
		  const struct tt_event *e, size_t clock,
		  struct tt_apart_places *places_r)
{
	struct head h = head_of(a, e, clock);
	struct place place[TT_APART_TEXTS] = { 0 };
	const uint32_t behind = place_texts(e, &h, place);
	const size_t before = sizeof(h) +
			      e->quotes.n * sizeof(struct quote) +
			      places_bytes(&h);
	const size_t texts = out->n + before;
	uint8_t *to = tt_out_room(out, before + h.n);

	to = put(to, &h, sizeof(h));
	to = put_quotes(a, to, e);
	to = put_places(to, &h, place);
	put_texts(to, e, behind);
	if (places_r)
		*places_r = (struct tt_apart_places){
			.queue_id = texts + place[TT_APART_queue_id].at,
			.ses_id = texts + place[TT_APART_ses_id].at,
			.host = texts + place[TT_APART_host].at,
		};
}

/* ---- in ---- */

/* The next n bytes; false: there are fewer. */
static bool take(struct tt_slice *bytes, void *to, size_t n)
{
	if (n > bytes->n)
		return false;
	memcpy(to, bytes->p, n);
	bytes->p += n;
	bytes->n -= n;
	return true;
}

static bool is_known(const struct tt_numbering *n, uint32_t number)
{
	return number <= n->list.n;
}

static const void *known(const struct tt_numbering *n, uint32_t number)
{
	return number ? n->list.v[number - 1].what : NULL;
}

static struct tt_slice known_text(const struct tt_numbering *n, uint32_t number)
{
	if (number == 0)
		return TT_NO_SLICE;
	return (struct tt_slice){ n->list.v[number - 1].what,
				  (size_t)(uintptr_t)n->list.v[number - 1].with };
}

/* Has it nothing that an event cannot have? */
static bool is_head(const struct tt_apart *a, const struct head *h)
{
	return is_known(&a->clocks, h->clock) &&
	       is_known(&a->levels, h->level) &&
	       is_known(&a->names, h->software) &&
	       is_known(&a->services, h->service) &&
	       is_known(&a->rules, h->context) &&
	       h->kind <= TT_EVENT_CONTEXT && h->side <= TT_SIDE_SUBMITTER &&
	       h->time <= TT_LOG_UTC && h->transport <= TT_TRANSPORT_LOCAL &&
	       h->verdict <= TT_LOCAL && h->silence <= TT_SILENCE_IF_LEVEL &&
	       h->version <= TT_TLSV1_3 && h->outcome <= TT_OUTCOME_FALLBACK &&
	       h->server_auth <= TT_AUTH_NONE &&
	       h->client_auth <= TT_AUTH_NONE &&
	       h->has < UINT32_C(1) << TT_APART_TEXTS;
}

static void take_head(struct tt_apart *a, struct tt_event *e,
		      const struct head *h)
{
	*e = (struct tt_event){
		.kind = (enum tt_event_kind)h->kind,
		.side = (enum tt_side)h->side,
		.software = known_text(&a->names, h->software),
		.is_shown = h->flags & SHOWN,
		.is_experimental = h->flags & EXPERIMENTAL,
		.service = known_text(&a->services, h->service),
		.time = (enum tt_log_time)h->time,
		.time_us = h->time_us,
		.years = h->years,
		.is_id_unstamped = h->flags & UNSTAMPED,
		.is_through = h->flags & THROUGH,
		.is_origin_link = h->flags & ORIGIN_LINK,
		.transport = (enum tt_transport)h->transport,
		.verdict = (enum tt_verdict)h->verdict,
		.silence = (enum tt_silence)h->silence,
		.level = known(&a->levels, h->level),
		.version = (enum tt_tls)h->version,
		.is_version_ambiguous = h->flags & AMBIGUOUS,
		.is_cipher_wrong = h->flags & CIPHER_WRONG,
		.bits = h->bits,
		.server_auth = (enum tt_auth)h->server_auth,
		.client_auth = (enum tt_auth)h->client_auth,
		.outcome = (enum tt_outcome)h->outcome,
		.context = known(&a->rules, h->context),
	};
}

/* Their texts one after the other, from the first byte of all on. */
static bool take_quotes(struct tt_apart *a, struct tt_event *e,
			struct tt_slice rows, struct tt_slice texts)
{
	struct quote row;

	for (; take(&rows, &row, sizeof(row)); e->quotes.n++) {
		struct tt_event_quote *const q = &e->quotes.v[e->quotes.n];
		const bool has_pointer = row.n_pointer != NO_POINTER;
		const size_t n_pointer = has_pointer ? row.n_pointer : 0;

		if (row.n > texts.n || n_pointer > texts.n - row.n ||
		    !is_known(&a->origins, row.origin) ||
		    !is_known(&a->rules, row.rule) ||
		    row.kind > TT_EVIDENCE_OTHER)
			return false;
		*q = (struct tt_event_quote){
			.kind = (enum tt_evidence_kind)row.kind,
			.rule = known(&a->rules, row.rule),
			.origin = known(&a->origins, row.origin),
			.off = row.off,
			.text = { texts.p, row.n },
		};
		if (has_pointer)
			q->pointer = (struct tt_slice){ texts.p + row.n,
							n_pointer };
		texts.p += row.n + n_pointer;
		texts.n -= row.n + n_pointer;
	}
	return true;
}

static bool take_place(struct tt_slice *places, bool is_wide,
		       struct place *place_r)
{
	struct near near;

	if (is_wide)
		return take(places, place_r, sizeof(*place_r));
	if (!take(places, &near, sizeof(near)))
		return false;
	*place_r = (struct place){ near.at, near.n };
	return true;
}

static bool take_texts(struct tt_event *e, const struct head *h,
		       struct tt_slice places, struct tt_slice texts)
{
	struct place p;

	for (uint32_t has = h->has; has; has &= has - 1) {
		if (!take_place(&places, h->is_wide, &p) || p.at > texts.n ||
		    p.n > texts.n - p.at)
			return false;
		*text_of(e, (size_t)__builtin_ctz(has)) =
			(struct tt_slice){ texts.p + p.at, p.n };
	}
	return true;
}

/* n bytes of it as a piece of their own; false: there are fewer. */
static bool cut(struct tt_slice *bytes, uint64_t n, struct tt_slice *piece_r)
{
	if (n > bytes->n)
		return false;
	*piece_r = (struct tt_slice){ bytes->p, (size_t)n };
	bytes->p += n;
	bytes->n -= (size_t)n;
	return true;
}

bool tt_apart_get(struct tt_apart *a, struct tt_slice *bytes,
		  struct tt_event *e_r, struct tt_arena *arena)
{
	struct head h;
	struct tt_slice rows, places, texts;

	if (bytes->n == 0)
		return false;
	if (!take(bytes, &h, sizeof(h)) || !is_head(a, &h))
		return is_broken(a);
	if (!cut(bytes, h.n_quotes * (uint64_t)sizeof(struct quote), &rows) ||
	    !cut(bytes, places_bytes(&h), &places) ||
	    !cut(bytes, h.n, &texts))
		return is_broken(a);
	take_head(a, e_r, &h);
	e_r->quotes.cap = h.n_quotes;
	e_r->quotes.v = tt_arena_alloc(
		arena, tt_mul_size(h.n_quotes, sizeof(*e_r->quotes.v)));
	if (!take_quotes(a, e_r, rows, texts) ||
	    !take_texts(e_r, &h, places, texts))
		return is_broken(a);
	tt_apart_set_time(a, e_r, h.clock);
	return true;
}

/* ---- is it what was written? ---- */

enum tt_status tt_apart_status(const struct tt_apart *a, struct tt_err *err)
{
	const enum tt_status status = tt_spool_status(a->spool, err);

	if (status == TT_OK && a->err.status != TT_OK && err)
		*err = a->err;
	return status == TT_OK ? a->err.status : status;
}

bool tt_apart_is_failed(const struct tt_apart *a)
{
	return tt_apart_status(a, NULL) != TT_OK;
}

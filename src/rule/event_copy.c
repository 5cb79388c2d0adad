/* event_copy.c - an event that was lent, in memory that stays
 *
 * One piece: the event, its quotes, their texts, and what lies in none of
 * them; most of what an event says is a piece of a line that it quotes. */
#include <stddef.h>
#include <string.h>

#include <tlstrail/rule/event.h>

static const size_t slices[] = {
#define AT(member) offsetof(struct tt_event, member)
	AT(queue_id),  AT(next_queue_id), AT(message_id), AT(ses_id),
	AT(sender),    AT(recipient),	  AT(about),	  AT(from.name),
	AT(from.helo), AT(from.rdns),	  AT(from.ip),	  AT(by.name),
	AT(by.ip),     AT(cipher),	  AT(text),	  AT(host),
#undef AT
};
#define N_SLICES (sizeof(slices) / sizeof(*slices))

static struct tt_slice *slice_at(const struct tt_event *e, size_t i)
{
	return (struct tt_slice *)(uintptr_t)((const char *)e + slices[i]);
}

/* The quote whose text it lies in; NULL: none. */
static const struct tt_event_quote *quote_of(const struct tt_event *e,
					     struct tt_slice s)
{
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_slice text = e->quotes.v[i].text;

		if (s.p >= text.p && s.p + s.n <= text.p + text.n)
			return &e->quotes.v[i];
	}
	return NULL;
}

static size_t size_of(const struct tt_event *e)
{
	size_t n = sizeof(*e) + e->quotes.n * sizeof(*e->quotes.v);

	for (size_t i = 0; i < e->quotes.n; i++)
		n += e->quotes.v[i].text.n + e->quotes.v[i].pointer.n;
	for (size_t i = 0; i < N_SLICES; i++)
		n += quote_of(e, *slice_at(e, i)) ? 0 : slice_at(e, i)->n;
	return n;
}

static struct tt_slice put(uint8_t **at, struct tt_slice s)
{
	const struct tt_slice copy = { *at, s.n };

	if (s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return copy;
}

static struct tt_event *copy_to(void *room, const struct tt_event *e)
{
	struct tt_event *const to = room;
	struct tt_event_quote *const quotes = (struct tt_event_quote *)(to + 1);
	uint8_t *at = (uint8_t *)(quotes + e->quotes.n);

	*to = *e;
	to->quotes.v = quotes;
	to->quotes.cap = e->quotes.n;
	for (size_t i = 0; i < e->quotes.n; i++) {
		quotes[i] = e->quotes.v[i];
		quotes[i].text = put(&at, quotes[i].text);
		if (quotes[i].pointer.n)
			quotes[i].pointer = put(&at, quotes[i].pointer);
	}
	for (size_t i = 0; i < N_SLICES; i++) {
		const struct tt_slice s = *slice_at(e, i);
		const struct tt_event_quote *const q =
			s.n ? quote_of(e, s) : NULL;

		if (q)
			slice_at(to, i)->p = quotes[q - e->quotes.v].text.p +
					     (s.p - q->text.p);
		else if (s.n)
			*slice_at(to, i) = put(&at, s);
	}
	return to;
}

struct tt_event *tt_event_dup(const struct tt_event *e, struct tt_arena *arena)
{
	struct tt_event *const copy =
		copy_to(tt_arena_alloc(arena, size_of(e)), e);

	copy->is_lent = false;
	return copy;
}

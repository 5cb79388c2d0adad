/* json_told.c - what a record tells that one before it has told
 *
 * Every event of a message at SES tells again how the message came there.
 * Whoever joins events keeps one of those that are the same, the first; here
 * it is known before another is built.  Messages are told apart by their id's
 * place in a table of a fixed size: one that was forgotten is told again. */
#include <string.h>

#include "json_rules.h"

#define PLACES 2048

/* The texts of all fields, one behind the other. */
struct tt_json_said {
	const struct tt_json_rule *rule; /* NULL: nothing */
	const struct tt_origin *origin;
	uint8_t *text;
	size_t cap;
	size_t n[TT_JF_COUNT];
};

struct tt_json_told {
	struct tt_json_said said[PLACES];
};

struct tt_json_told *tt_json_told_new(void)
{
	return tt_zalloc(sizeof(struct tt_json_told));
}

void tt_json_told_free(struct tt_json_told **told)
{
	for (size_t i = 0; *told && i < PLACES; i++)
		tt_free(&(*told)->said[i].text);
	tt_free(told);
}

static bool is_same(const struct tt_json_said *said,
		    const struct tt_json_found f[TT_JF_COUNT])
{
	const uint8_t *text = said->text;

	for (int i = 0; i < TT_JF_COUNT; text += said->n[i++])
		if (!tt_slice_eq(f[i].text,
				 (struct tt_slice){ text, said->n[i] }))
			return false;
	return true;
}

static void remember(struct tt_json_said *said,
		     const struct tt_json_found f[TT_JF_COUNT])
{
	size_t n = 0;

	for (int i = 0; i < TT_JF_COUNT; i++)
		n = tt_add_size(n, f[i].text.n);
	if (n > said->cap) {
		said->text = tt_realloc(said->text, n);
		said->cap = n;
	}
	n = 0;
	for (int i = 0; i < TT_JF_COUNT; i++) {
		said->n[i] = f[i].text.n;
		if (f[i].text.n)
			memcpy(said->text + n, f[i].text.p, f[i].text.n);
		n += f[i].text.n;
	}
}

bool tt_json_is_told(struct tt_json_told *told,
		     const struct tt_json_rule *rule,
		     const struct tt_origin *origin,
		     const struct tt_json_found f[TT_JF_COUNT],
		     struct tt_json_said **said_r)
{
	const struct tt_slice id = f[TT_JF_ses_id].text.n ?
					   f[TT_JF_ses_id].text :
					   f[TT_JF_queue_id].text;
	struct tt_json_said *const said =
		&told->said[tt_json_hash(id) % PLACES];

	*said_r = said;
	if (said->rule == rule && said->origin == origin && is_same(said, f))
		return true;
	said->rule = rule;
	said->origin = origin;
	remember(said, f);
	return false;
}

void tt_json_untell(struct tt_json_said *said)
{
	said->rule = NULL;
}

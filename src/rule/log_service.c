/* log_service.c - which rules a line of a tag may fit */
#include <string.h>

#include "log_rules.h"

#define MIN_ID 5
#define MAX_ID 32
#define FIRST_BYTES 256

/* ---- what a text begins with ---- */

static const bool is_of_id[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
};

size_t tt_log_id_length(struct tt_slice text)
{
	const size_t most = text.n <= MAX_ID ? text.n : MAX_ID + 1;
	size_t n = 0;

	while (n < most && is_of_id[text.p[n]])
		n++;
	return n >= MIN_ID && n <= MAX_ID ? n : 0;
}

/* May a text of this first byte have the literals that the rule asks for? */
static bool may_begin(const struct tt_log_rule *rule, uint8_t c)
{
	bool is_first = rule->begins.n == 0;

	for (size_t i = 0; i < rule->begins.n; i++)
		is_first |= *rule->begins.v[i].p == c;
	return is_first && (rule->after_id.n == 0 || is_of_id[c]);
}

/* ---- the services of a rule ---- */

static struct tt_log_service *service_of(struct tt_rules *r,
					 struct tt_slice name)
{
	for (size_t i = 0; i < r->log.services.n; i++)
		if (tt_slice_eq(r->log.services.v[i].name, name))
			return &r->log.services.v[i];
	struct tt_log_service *s = tt_vec_push(&r->arena, &r->log.services);

	*s = (struct tt_log_service){
		.name = name,
		.by_first = TT_NEW_N(&r->arena, uint64_t, FIRST_BYTES),
	};
	return s;
}

static void add_to(struct tt_rules *r, struct tt_slice name, uint32_t index)
{
	struct tt_log_service *const s = service_of(r, name);
	const size_t bit = s->rules.n;

	*tt_vec_push(&r->arena, &s->rules) = index;
	if (bit >= 64)
		s->by_first = NULL;
	for (unsigned c = 0; s->by_first && c < FIRST_BYTES; c++)
		if (may_begin(&r->log.list.v[index], (uint8_t)c))
			s->by_first[c] |= UINT64_C(1) << bit;
}

/* Every service with a slash may be one whose name was cut there. */
void tt_log_service_add(struct tt_rules *r, uint32_t index)
{
	const struct tt_log_rule *const rule = &r->log.list.v[index];
	bool has_path = false;

	for (size_t i = 0; i < rule->services.n; i++) {
		const struct tt_slice name = rule->services.v[i];

		add_to(r, name, index);
		has_path |= name.p[0] == '/';
	}
	if (has_path)
		add_to(r, TT_S("/"), index);
}

/* ---- the rules of a tag ---- */

static const struct tt_log_service *named(const struct tt_rules *r,
					  struct tt_slice name)
{
	for (size_t i = 0; i < r->log.services.n; i++)
		if (tt_slice_eq(r->log.services.v[i].name, name))
			return &r->log.services.v[i];
	return NULL;
}

/* All of the tag, or what stands behind its last slash. */
const struct tt_log_service *tt_log_service_find(const struct tt_rules *r,
						 struct tt_slice tag,
						 bool is_cut)
{
	struct tt_slice path = TT_NO_SLICE;

	for (size_t i = tag.n; i-- > 0 && !path.p;)
		if (tag.p[i] == '/')
			path = tt_slice_sub(tag, i, tag.n);
	if (tag.n == 0)
		tag = TT_S("-");
	const struct tt_log_service *const s = named(r, path.p ? path : tag);

	return s || !is_cut || path.p ? s : named(r, TT_S("/"));
}

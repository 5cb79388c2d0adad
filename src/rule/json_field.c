/* json_field.c - paths into a record, and what stands there */
#include <string.h>

#include "json_rules.h"

/* ---- paths ---- */

static bool is_chosen(const struct tt_json_place *at, struct tt_value *element,
		      const struct tt_json_step *step)
{
	struct tt_value *v = tt_value_get(at->reader, element, step->where_key);

	return v && tt_slice_ieq(tt_value_text(at->reader, v), step->where_is);
}

/* An array stands for its first element, or for the one that is chosen. */
static struct tt_value *into_array(const struct tt_json_place *at,
				   struct tt_value *v,
				   const struct tt_json_step *step)
{
	struct tt_value *e = v;

	if (!tt_value_is_array(v))
		return step->where_key.n ? NULL : v;
	for (e = tt_value_first(at->reader, v); e && step->where_key.n;
	     e = e->next)
		if (is_chosen(at, e, step))
			break;
	return e;
}

/* Without the last step into an array: that is the caller's. */
static struct tt_value *walk(const struct tt_json_place *at,
			     const struct tt_json_path *path)
{
	static const struct tt_json_step first = { 0 };
	struct tt_value *v = path->is_of_item ? at->item : at->root;

	for (size_t i = 0; v && i < path->steps.n; i++) {
		const struct tt_json_step *const step = &path->steps.v[i];

		v = into_array(at, v, &first);
		if (v && step->key.n)
			v = tt_value_get(at->reader, v, step->key);
		if (v && step->where_key.n)
			v = into_array(at, v, step);
	}
	return v;
}

struct tt_value *tt_json_at(const struct tt_json_place *at,
			    const struct tt_json_path *path)
{
	return path->is_set ? walk(at, path) : NULL;
}

/* A scalar's text; of an array the first one's. */
static struct tt_json_found text_at(const struct tt_json_place *at,
				    const struct tt_json_path *path)
{
	static const struct tt_json_step first = { 0 };
	struct tt_value *v = walk(at, path);

	if (v)
		v = into_array(at, v, &first);
	return v ? (struct tt_json_found){ tt_value_text(at->reader, v), v } :
		   (struct tt_json_found){ TT_NO_SLICE, NULL };
}

/* The writer's own columns come first, and what a peer said last: a tab in
 * that begins no column. */
struct tt_slice tt_json_line(const struct tt_json_place *at,
			     const struct tt_json_rule *rule)
{
	struct tt_slice column[TT_JSON_COLUMNS];
	size_t n = 0;

	for (size_t i = 0; i < rule->line.n; i++) {
		column[i] = text_at(at, &rule->line.v[i]).text;
		n += column[i].n + 1;
	}
	uint8_t *const text = tt_arena_alloc(at->reader->arena, n);
	uint8_t *to = text;

	for (size_t i = 0; i < rule->line.n; i++) {
		if (i)
			*to++ = '\t';
		if (column[i].n)
			memcpy(to, column[i].p, column[i].n);
		to += column[i].n;
	}
	return tt_slice_from(text, to);
}

/* ---- conditions ---- */

/* There: neither null nor "". */
static bool is_there(const struct tt_json_place *at,
		     const struct tt_json_path *path)
{
	struct tt_value *v = walk(at, path);

	return v && (tt_value_is_object(v) || tt_value_is_array(v) ||
		     tt_value_text(at->reader, v).n);
}

static bool holds(const struct tt_json_place *at, const struct tt_json_when *w)
{
	if (w->is_any || w->is_absent)
		return is_there(at, &w->path) != w->is_absent;
	const struct tt_json_found found = text_at(at, &w->path);

	for (size_t i = 0; found.value && i < w->is.n; i++)
		if (tt_slice_eq(found.text, w->is.v[i]))
			return true;
	return false;
}

bool tt_json_holds(const struct tt_json_place *at,
		   const struct tt_json_whens *when)
{
	for (size_t i = 0; i < when->list.n; i++)
		if (!holds(at, &when->list.v[i]))
			return false;
	return true;
}

/* ---- fields ---- */

static struct tt_slice without_brackets(struct tt_slice s)
{
	s = tt_slice_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return tt_slice_sub(s, 1, s.n - 2);
	return s;
}

static struct tt_slice cut_out(const struct tt_json_place *at,
			       const struct tt_json_way *way,
			       struct tt_slice text)
{
	struct tt_match match;

	if (!tt_pattern_match(at->m, way->pattern, text, &match))
		return TT_NO_SLICE;
	const struct tt_slice value = tt_match_known(&match, TT_GROUP_VALUE);

	return value.p ? value : match.span;
}

static struct tt_slice word_for(const struct tt_json_way *way,
				struct tt_slice text)
{
	for (size_t i = 0; i < way->words.n; i++)
		if (tt_slice_ieq(way->words.v[i].is, text))
			return way->words.v[i].gives;
	return TT_NO_SLICE;
}

/* "{ses_id}@{}.example": the value, and the id that was read before.  Mostly a
 * word that stands for all records. */
static struct tt_slice put_around(const struct tt_json_place *at,
				  struct tt_slice form, struct tt_slice value,
				  struct tt_slice id)
{
	if (tt_slice_chr(form, '{') == SIZE_MAX)
		return form;
	const size_t each = tt_add_size(value.n, id.n);
	size_t room = form.n;
	uint8_t *to;
	size_t n_to = 0;

	for (size_t i = 0; i < form.n; i++)
		if (form.p[i] == '{')
			room = tt_add_size(room, each);
	to = tt_arena_alloc(at->reader->arena, room);
	for (size_t n; form.n; form = tt_slice_sub(form, n, form.n)) {
		struct tt_slice put = tt_slice_sub(form, 0, n = 1);

		if (tt_slice_istarts(form, TT_S("{}"))) {
			put = value;
			n = 2;
		} else if (tt_slice_istarts(form, TT_S("{ses_id}"))) {
			put = id;
			n = 8;
		}
		if (put.n)
			memcpy(to + n_to, put.p, put.n);
		n_to += put.n;
	}
	return (struct tt_slice){ to, n_to };
}

static struct tt_json_found go(const struct tt_json_place *at,
			       const struct tt_json_way *way,
			       struct tt_slice id)
{
	struct tt_json_found f = { TT_NO_SLICE, NULL };

	if (way->path.is_set) {
		f = text_at(at, &way->path);
		if (f.text.n && way->pattern != TT_NO_INDEX)
			f.text = cut_out(at, way, f.text);
		if (f.text.n && way->words.n)
			f.text = word_for(way, f.text);
		if (f.text.n == 0)
			return f;
	}
	if (way->text.n)
		f.text = put_around(at, way->text, f.text, id);
	return f;
}

static void read_field(const struct tt_json_place *at,
		       const struct tt_json_rule *rule, enum tt_json_field i,
		       struct tt_json_found found_r[TT_JF_COUNT])
{
	const struct tt_json_ways *const ways = &rule->field[i];
	struct tt_json_found *const f = &found_r[i];

	for (size_t k = 0; f->text.n == 0 && k < ways->list.n; k++)
		*f = go(at, &ways->list.v[k],
			i ? found_r[TT_JF_ses_id].text : TT_NO_SLICE);
	if (i == TT_JF_message_id || i == TT_JF_sender ||
	    i == TT_JF_recipient)
		f->text = without_brackets(f->text);
}

#define BIT(name) (UINT32_C(1) << TT_JF_##name)
#define KEYS                                                            \
	(BIT(ses_id) | BIT(queue_id) | BIT(next_queue_id) |             \
	 BIT(message_id) | BIT(text) /* may tell the next queue id */)
#define OTHERS (~KEYS & (UINT32_MAX >> (32 - TT_JF_COUNT)))

/* A rule tells of few of the fields that there are. */
static void read_those(const struct tt_json_place *at,
		       const struct tt_json_rule *rule, uint32_t those,
		       struct tt_json_found found_r[TT_JF_COUNT])
{
	for (uint32_t left = those; left; left &= left - 1)
		found_r[__builtin_ctz(left)] =
			(struct tt_json_found){ TT_NO_SLICE, NULL };
	for (uint32_t left = those & rule->fields; left; left &= left - 1)
		read_field(at, rule, (enum tt_json_field)__builtin_ctz(left),
			   found_r);
}

void tt_json_read_keys(const struct tt_json_place *at,
		       const struct tt_json_rule *rule,
		       struct tt_json_found found_r[TT_JF_COUNT])
{
	read_those(at, rule, KEYS, found_r);
}

void tt_json_read_fields(const struct tt_json_place *at,
			 const struct tt_json_rule *rule,
			 struct tt_json_found found_r[TT_JF_COUNT])
{
	read_those(at, rule, OTHERS, found_r);
}

/* value.c - the members of a JSON value, found when they are asked for */
#include <string.h>

#include <tlstrail/record/value.h>

#include "json.h"
#include "lines.h"

struct tt_value *tt_value_new(struct tt_value_reader *r, struct tt_slice raw)
{
	struct tt_value *v = tt_arena_alloc(r->arena, sizeof(*v));

	/* There are some ninety in a record: not by a call of memset(). */
	*v = (struct tt_value){ .raw = raw };
	return v;
}

struct tt_value *tt_value_marked(struct tt_value_reader *r,
				 const struct tt_log_value *value)
{
	struct tt_value *v = tt_value_new(r, value->raw);

	r->marks = value->marks;
	r->base = value->raw.p;
	v->is_marked = r->marks != NULL;
	return v;
}

/* ---- members ---- */

static struct tt_slice decoded(struct tt_value_reader *r, struct tt_slice text)
{
	uint8_t *to = tt_arena_alloc(r->arena, text.n);

	return (struct tt_slice){ to, tt_json_decode(text, to) };
}

/* A key comes without its quotes; decoding wants them. */
static struct tt_slice key_text(struct tt_value_reader *r, struct tt_slice key)
{
	return decoded(r, (struct tt_slice){ key.p - 1, key.n + 2 });
}

/* Two keys may share a bit; one that is there twice fills the set, as more
 * keys do than are worth comparing. */
static void add_key(struct tt_value *v, const struct tt_value *child)
{
	const uint64_t bit = tt_value_key_bit(child->key);

	if (child->index >= 64)
		v->keys = UINT64_MAX;
	if (v->keys == UINT64_MAX)
		return;
	if (v->keys & bit)
		for (const struct tt_value *m = v->first; m != child;
		     m = m->next)
			if (tt_slice_eq(m->key, child->key)) {
				v->keys = UINT64_MAX;
				return;
			}
	v->keys |= bit;
}

static void read_members(struct tt_value_reader *r, struct tt_value *v)
{
	const bool is_object = tt_value_is_object(v);
	struct tt_value **last = &v->first;
	struct tt_slice key = TT_NO_SLICE, value;
	struct tt_json_walk walk = {
		.marks = v->is_marked ? r->marks : NULL,
		.base = r->base,
		.mark = (size_t)v->mark + 1,
	};
	size_t mark = walk.mark, n = 0;
	int more;

	v->is_read = true;
	while ((more = tt_json_next(v->raw, &walk, is_object ? &key : NULL,
				    &value)) > 0) {
		struct tt_value *child;

		if (n == TT_MAX_json_members) {
			r->faults.is_cut = true;
			return;
		}
		child = tt_value_new(r, value);
		child->key = !is_object || walk.is_key_plain ?
				     key :
				     key_text(r, key);
		child->index = n++;
		child->parent = v;
		child->is_marked = walk.marks != NULL;
		child->mark = (uint32_t)mark;
		mark = walk.mark;
		*last = child;
		if (is_object)
			add_key(v, child);
		last = &child->next;
	}
	if (more < 0 || walk.at + 1 != v->raw.n)
		r->faults.is_bad = true;
}

struct tt_value *tt_value_first(struct tt_value_reader *r, struct tt_value *v)
{
	if (!v->is_read && (tt_value_is_object(v) || tt_value_is_array(v)))
		read_members(r, v);
	return v->first;
}

static uint64_t keys_of(const struct tt_value_reader *r,
			const struct tt_value *v)
{
	return v->is_text || r->faults.is_bad || r->faults.is_cut ?
		       UINT64_MAX :
		       v->keys;
}

uint64_t tt_value_keys(struct tt_value_reader *r, struct tt_value *v)
{
	(void)tt_value_first(r, v);
	return keys_of(r, v);
}

struct tt_value *tt_value_get(struct tt_value_reader *r, struct tt_value *v,
			      struct tt_slice key)
{
	struct tt_value *found = v->found;

	/* Paths of one record go through the same few members. */
	if (found && tt_slice_eq(found->key, key))
		return found;
	found = NULL;
	if (!tt_value_is_object(v))
		return NULL;
	if (!v->is_read)
		read_members(r, v);
	if (!(keys_of(r, v) & tt_value_key_bit(key)))
		return NULL;
	for (struct tt_value *m = v->first; m; m = m->next) {
		if (m->key.n != key.n || (key.n && *m->key.p != *key.p) ||
		    !tt_slice_eq(m->key, key))
			continue; /* most differ in what needs no call */
		r->faults.is_double |= found != NULL;
		found = m;
	}
	if (found)
		v->found = found;
	return found;
}

struct tt_slice tt_value_text(struct tt_value_reader *r,
			      const struct tt_value *v)
{
	struct tt_slice text;

	if (v->is_text)
		return v->raw;
	if (tt_value_begins(v, '"'))
		return tt_json_plain(v->raw, &text) ? text :
						      decoded(r, v->raw);
	if (tt_value_begins(v, '{') || tt_value_begins(v, '[') ||
	    tt_slice_eq(v->raw, TT_S("null")))
		return TT_NO_SLICE;
	return v->raw;
}

struct tt_value *tt_value_inside(struct tt_value_reader *r,
				 const struct tt_value *v)
{
	const struct tt_slice text = tt_slice_trim(tt_value_text(r, v));
	struct tt_json_scan scan = { 0 };

	if (text.n == 0 || (*text.p != '{' && *text.p != '[') ||
	    tt_json_scan(&scan, text) != TT_JSON_WHOLE || scan.pos != text.n)
		return NULL;
	return tt_value_new(r, text);
}

/* ---- pointers ---- */

/* Both go backwards from *end and return where they began. */
static char *put_key(char *end, struct tt_slice key)
{
	for (size_t i = key.n; i-- > 0;) {
		const uint8_t c = key.p[i];

		if (c == '~' || c == '/')
			*--end = c == '~' ? '0' : '1';
		*--end = (char)(c == '/' ? '~' : c ? c : '?');
	}
	*--end = '/';
	return end;
}

static char *put_index(char *end, size_t index)
{
	do
		*--end = (char)('0' + index % 10);
	while ((index /= 10) > 0);
	*--end = '/';
	return end;
}

const char *tt_value_pointer(const struct tt_value *v, struct tt_arena *arena)
{
	size_t room = 1;
	char *end;

	for (const struct tt_value *u = v; u->parent; u = u->parent)
		room = tt_add_size(room, tt_mul_size(u->key.n, 2) + 24);
	end = (char *)tt_arena_alloc(arena, room) + room;
	*--end = '\0';
	for (; v->parent; v = v->parent)
		end = tt_value_is_array(v->parent) ? put_index(end, v->index) :
						     put_key(end, v->key);
	return end;
}

/* ---- CSV ---- */

/* What stands in quotes; a quote inside stands twice. */
static struct tt_slice unquoted(struct tt_value_reader *r, struct tt_slice s)
{
	uint8_t *const to = tt_arena_alloc(r->arena, s.n);
	size_t n = 0;

	for (size_t at = 0; at < s.n; at++) {
		to[n++] = s.p[at];
		at += s.p[at] == '"';
	}
	return (struct tt_slice){ to, n };
}

/* At the opening quote: where the closing one stands, or the end. */
static size_t closing_quote(struct tt_slice line)
{
	size_t at = 1;

	while (at < line.n &&
	       (line.p[at] != '"' ||
		(at + 1 < line.n && line.p[at + 1] == '"')))
		at += line.p[at] == '"' ? 2 : 1;
	return at < line.n ? at : line.n;
}

/* The next field, without its quotes. */
static struct tt_slice next_field(struct tt_value_reader *r,
				  struct tt_slice *line)
{
	const bool is_quoted = line->n && *line->p == '"';
	const size_t end = is_quoted ? closing_quote(*line) : 0;
	const struct tt_slice rest = tt_slice_sub(*line, end, line->n);
	const struct tt_slice tail =
		tt_slice_sub(rest, 0, tt_slice_chr(rest, ','));
	const struct tt_slice field =
		is_quoted ? unquoted(r, tt_slice_sub(*line, 1, end - 1)) : tail;

	*line = tt_slice_sub(rest, tail.n + 1, rest.n);
	return field;
}

struct tt_value *tt_value_csv(struct tt_value_reader *r, struct tt_slice names,
			      struct tt_slice record)
{
	struct tt_value *v = tt_value_new(r, record);
	struct tt_value **last = &v->first;

	v->is_text = v->is_read = true;
	for (size_t n = 0; names.n; n++) {
		if (n == TT_MAX_json_members) {
			r->faults.is_cut = true;
			break;
		}
		struct tt_value *field = TT_NEW(r->arena, struct tt_value);

		field->key = next_field(r, &names);
		field->raw = next_field(r, &record);
		field->is_text = field->is_read = true;
		field->index = n;
		field->parent = v;
		*last = field;
		last = &field->next;
	}
	return v;
}

/* ---- times ---- */

#define SECOND INT64_C(1000000)
/* In seconds the year 5138; in milliseconds 1973. */
#define MOST_SECONDS INT64_C(100000000000)

bool tt_value_time(struct tt_slice text, enum tt_log_time *time_r,
		   int64_t *us_r)
{
	const size_t point = tt_slice_chr(text, '.');
	const int64_t n = tt_slice_number(
		tt_slice_sub(text, 0, point), MOST_SECONDS * SECOND);
	struct tt_log_stamp t = { 0 };
	int unit = (int)SECOND;

	if (n < 0) {
		const size_t length = tt_log_time_iso(text, &t);

		*time_r = t.time;
		*us_r = t.us;
		return length > 0;
	}
	*time_r = TT_LOG_UTC;
	*us_r = n >= MOST_SECONDS * 1000 ? n :
		n >= MOST_SECONDS	  ? n * 1000 :
					    n * SECOND;
	for (size_t i = point; n < MOST_SECONDS && i < text.n - 1 &&
			       tt_is_digit(text.p[i + 1]) && unit > 1; i++) {
		unit /= 10;
		*us_r += (text.p[i + 1] - '0') * unit;
	}
	return true;
}

/* log_object.c - the fields of log lines that are JSON objects */
#include <string.h>

#include "object.h"

struct tt_slice tt_log_string(struct tt_slice value, struct tt_log_text *to)
{
	struct tt_slice text = TT_NO_SLICE;

	if (tt_json_plain(value, &text) || text.n == 0)
		return text;
	if (value.n > to->cap - to->n)
		return TT_NO_SLICE; /* room was made for all */
	text.p = to->p + to->n;
	text.n = tt_json_decode(value, to->p + to->n);
	to->n += text.n;
	return text;
}

void tt_log_text_room(struct tt_log_text *t, size_t n)
{
	t->n = 0;
	if (n <= t->cap)
		return;
	t->cap = n * 2;
	t->p = tt_realloc(t->p, t->cap);
}

bool tt_log_read_fields(struct tt_slice object, struct tt_log_field *f,
			size_t n)
{
	struct tt_slice key, value;
	struct tt_json_walk walk = { 0 };
	int more;

	while ((more = tt_json_next(object, &walk, &key, &value)) > 0)
		for (size_t i = 0; i < n; i++)
			if (f[i].value.n == 0 && tt_slice_eq(key, f[i].key))
				f[i].value = value;
	return more == 0 && tt_slice_trim(tt_slice_sub(object, walk.at + 1,
						       object.n)).n == 0;
}

/* numbers.c - lists of numbers in a column, for what comes by the dozen
 *
 * A row for each hop, of forty columns, and for each quotation, of twelve, was
 * most of what a message cost.  So they are a list of each message: JSON, that
 * the views `hop` and `evidence` open for whoever asks in SQL, and that is read
 * here without.  A text is a place in the message's record, which has them all.
 *
 *	[[1,2,null],[3,4,5]] */
#include "store_private.h"

/* ---- putting ---- */

/* The row needs no zeros. */
void tt_numbers_open(struct tt_numbers *l, struct tt_case *c,
		     struct tt_slice record)
{
	l->c = c;
	l->record = record;
	l->before = 0;
	l->places = NULL;
	l->n = 0;
}

void tt_numbers_begin(struct tt_numbers *l)
{
	l->n = 0;
	l->row[l->n++] = '[';
}

void tt_numbers_put_long(struct tt_numbers *l, int64_t v)
{
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char digits[TT_NUMBER_MOST];
	size_t n = 0;

	if (v < 0)
		l->row[l->n++] = '-';
	do {
		digits[n++] = (char)('0' + left % 10);
	} while ((left /= 10) != 0);
	while (n)
		l->row[l->n++] = digits[--n];
	l->row[l->n++] = ',';
}

void tt_numbers_put_if(struct tt_numbers *l, bool has, int64_t v)
{
	static const char null[] = "null,";

	if (has) {
		tt_numbers_put(l, v);
		return;
	}
	memcpy(l->row + l->n, null, sizeof(null) - 1);
	l->n += sizeof(null) - 1;
}

/* SIZE_MAX: it is not there. */
static size_t place_of(const struct tt_numbers *l, struct tt_slice s)
{
	const uintptr_t at = (uintptr_t)s.p - (uintptr_t)l->record.p;

	if (l->places)
		return tt_code_place_of(l->places, s);
	return at <= l->record.n && s.n <= l->record.n - at ? (size_t)at :
							      SIZE_MAX;
}

/* What is not there has no place. */
void tt_numbers_put_text(struct tt_numbers *l, struct tt_slice s)
{
	if (s.n == 0) {
		tt_numbers_put(l, 0);
		tt_numbers_put(l, 0);
		return;
	}
	const size_t at = place_of(l, s);

	if (at == SIZE_MAX) {
		tt_case_refuse(l->c, TT_INPUT, "a text that its record lacks");
		return;
	}
	tt_numbers_put(l, (int64_t)(l->before + at) + 1);
	tt_numbers_put(l, tt_is_text(s) ? (int64_t)s.n : -(int64_t)s.n);
}

void tt_numbers_put_string(struct tt_numbers *l, struct tt_slice s)
{
	tt_numbers_put(l, s.n ? tt_string_id(l->c, s) : 0);
}

void tt_numbers_put_name(struct tt_numbers *l, const char *s)
{
	tt_numbers_put_string(l, s ? tt_slice_str(s) : TT_NO_SLICE);
}

void tt_numbers_end(struct tt_numbers *l, struct tt_out *list)
{
	l->row[l->n - 1] = ']';
	/* The bracket that closed the list opens the next row. */
	if (list->n)
		list->buf[list->n - 1] = ',';
	else
		tt_out_bytes(list, TT_S("["));
	tt_out_bytes(list, (struct tt_slice){ (const uint8_t *)l->row, l->n });
	tt_out_bytes(list, TT_S("]"));
}

/* ---- getting ---- */

static bool is_next(struct tt_slice *in, struct tt_slice word)
{
	if (!tt_slice_eq(tt_slice_sub(*in, 0, word.n), word))
		return false;
	*in = tt_slice_sub(*in, word.n, in->n);
	return true;
}

static bool get_number(struct tt_slice *in, int64_t *v_r)
{
	const bool is_negative = is_next(in, TT_S("-"));
	uint64_t v = 0;
	size_t n = 0;

	for (; n < in->n && n < 19 && in->p[n] >= '0' && in->p[n] <= '9'; n++)
		v = v * 10 + (uint64_t)(in->p[n] - '0');
	*in = tt_slice_sub(*in, n, in->n);
	if (n == 0 || v > INT64_MAX)
		return false;
	*v_r = is_negative ? -(int64_t)v : (int64_t)v;
	return true;
}

int tt_numbers_next(struct tt_slice *in, int64_t *v, size_t n)
{
	if (in->n == 0 || tt_slice_eq(*in, TT_S("]")))
		return 0;
	if (!is_next(in, TT_S("[[")) && !is_next(in, TT_S(",[")))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i && !is_next(in, TT_S(",")))
			return -1;
		if (is_next(in, TT_S("null")))
			v[i] = TT_NO_NUMBER;
		else if (!get_number(in, &v[i]))
			return -1;
	}
	return is_next(in, TT_S("]")) ? 1 : -1;
}

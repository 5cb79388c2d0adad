/* mailstore_mh.c - a message a file, called by its number
 *
 * mh folders, and the spools of Cyrus, which ends the number with a dot.
 * Numbers are read in their order, 2 before 10, whatever their length; then
 * everything else in that of bytes.  ",5" and "#5" are messages that were
 * deleted: their number is told and they are left. */
#include "mailstore.h"

/* The digits of a number without zeros in front; empty: not a number. */
static struct tt_slice digits(struct tt_slice s)
{
	size_t n = 0;

	if (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	while (n < s.n && tt_is_digit(s.p[n]))
		n++;
	if (n < s.n)
		return TT_NO_SLICE;
	while (s.n > 1 && *s.p == '0')
		s = tt_slice_sub(s, 1, s.n);
	return s;
}

static bool is_deleted(struct tt_slice s)
{
	return s.n > 1 && (*s.p == ',' || *s.p == '#') &&
	       digits(tt_slice_sub(s, 1, s.n)).n > 0;
}

/* Numbers and nothing else that is no part of a store. */
int tt_mh_bid(const struct tt_name *v, size_t n)
{
	size_t n_numbers = 0, n_others = 0;

	for (size_t i = 0; i < n; i++) {
		const struct tt_slice s = tt_name_slice(&v[i]);

		if (v[i].kind != TT_KIND_FILE)
			continue;
		if (tt_slice_eq(s, TT_S(".mh_sequences")))
			return 80;
		if (digits(s).n || is_deleted(s))
			n_numbers++;
		else if (!tt_mailstore_owns(s, false))
			n_others++;
	}
	return n_numbers && !n_others ? 60 : 0;
}

enum tt_use tt_mh_use(const struct tt_name *name)
{
	if (name->kind == TT_KIND_FILE && is_deleted(tt_name_slice(name)))
		return TT_USE_DELETED;
	return tt_mailstore_use(name);
}

/* The digits of a message's name. */
static struct tt_slice number_of(const struct tt_name *name)
{
	return name->kind == TT_KIND_FILE ? digits(tt_name_slice(name)) :
					    TT_NO_SLICE;
}

int tt_mh_order(const void *a, const void *b)
{
	const struct tt_slice x = number_of(a), y = number_of(b);

	if (!x.n != !y.n)
		return x.n ? -1 : 1;
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	const int by_value = tt_slice_cmp(x, y);

	return by_value ? by_value : tt_mailstore_order(a, b);
}

bool tt_mh_is_mail(const struct tt_name *name)
{
	return name->kind == TT_KIND_FILE &&
	       (digits(tt_name_slice(name)).n > 0 ||
		tt_mailstore_is_mail(name));
}

/* mailstore_maildir.c - cur, new, and tmp, which is left alone
 *
 * A directory with cur and new in it is a Maildir, and what lies in these two
 * is its mail, the flags behind ":2," being part of the names.  In tmp stand
 * deliveries that have not ended, or never will: no messages yet, so their
 * number is told and they are left.  Folders (Maildir++ ".Sent", or plain
 * "Sent") are Maildirs of their own, and come after the mail. */
#include "mailstore.h"

static bool is_dir(const struct tt_name *name, struct tt_slice what)
{
	return name->kind == TT_KIND_DIR &&
	       tt_slice_eq(tt_name_slice(name), what);
}

int tt_maildir_bid(const struct tt_name *v, size_t n)
{
	bool has_cur = false, has_new = false;

	for (size_t i = 0; i < n; i++) {
		has_cur |= is_dir(&v[i], TT_S("cur"));
		has_new |= is_dir(&v[i], TT_S("new"));
	}
	return has_cur && has_new ? 90 : 0;
}

enum tt_use tt_maildir_use(const struct tt_name *name)
{
	return is_dir(name, TT_S("tmp")) ? TT_USE_UNFINISHED :
					   tt_mailstore_use(name);
}

static int rank(const struct tt_name *name)
{
	return is_dir(name, TT_S("cur")) ? 0 :
	       is_dir(name, TT_S("new")) ? 1 :
					   2;
}

int tt_maildir_order(const void *a, const void *b)
{
	const int by_rank = rank(a) - rank(b);

	return by_rank ? by_rank : tt_mailstore_order(a, b);
}

bool tt_maildir_is_mail(const struct tt_name *name)
{
	return is_dir(name, TT_S("cur")) || is_dir(name, TT_S("new")) ||
	       tt_mailstore_is_mail(name);
}

/* "1718.M20P17.host", and what follows: as Maildir's writers name a delivery
 * (the time in seconds, what is unique in it, the host). */
static bool is_delivery(struct tt_slice name)
{
	const size_t first = tt_slice_chr(name, '.');
	const struct tt_slice rest = tt_slice_sub(name, first, name.n);
	const size_t second = tt_slice_chr(tt_slice_sub(rest, 1, rest.n), '.');

	return first != SIZE_MAX && second != SIZE_MAX && second > 0 &&
	       second + 2 < rest.n &&
	       tt_slice_number(tt_slice_sub(name, 0, first), INT64_MAX) > 0;
}

static struct tt_slice dir_of(struct tt_slice path)
{
	const size_t n = tt_mailstore_base(path).n;

	return tt_mailstore_base(
		tt_slice_sub(path, 0, path.n > n ? path.n - n - 1 : 0));
}

/* Whether cur and new stand beside it is not known while an archive is read,
 * so the name has to be one of a delivery, too. */
bool tt_maildir_is_unfinished(struct tt_slice path)
{
	return tt_slice_eq(dir_of(path), TT_S("tmp")) &&
	       is_delivery(tt_mailstore_base(path));
}

bool tt_maildir_is_message(struct tt_slice path)
{
	const struct tt_slice dir = dir_of(path);

	return (tt_slice_eq(dir, TT_S("cur")) ||
		tt_slice_eq(dir, TT_S("new"))) &&
	       is_delivery(tt_mailstore_base(path));
}

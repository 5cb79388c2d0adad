/* mailstore_names.c - what every store makes of a name
 *
 * Names of what stores keep beside their mail are the same everywhere, since
 * one program's indexes lie in another's folders; they stand in one table and
 * are compared whole or by a beginning or end that nobody gives to a message.
 */
#include "mailstore.h"

/* A '*' stands for anything, at the end or the beginning. */
static const char *const own_files[] = {
	/* Dovecot, Courier, Cyrus and Maildir++ */
	"dovecot.*", "dovecot-*", ".dovecot*", "courierimap*", "courierpop3*",
	"cyrus.*", "maildirfolder", "maildirsize", "maildir.size",
	"subscriptions", ".subscriptions", "shared-maildirs",
	/* mh and what reads it */
	".mh_sequences", ".xmhcache", ".sylpheed_*", ".claws_*", "+sequences",
	/* programs that fetch, copy and index */
	".mbsyncstate*", ".uidvalidity", ".isyncuidmap.db", ".mailboxlist",
	"*.msf", "msgFilterRules.dat", "popstate.dat",
	/* file managers; "._": what macOS keeps of a file it copied */
	".DS_Store", "Thumbs.db", "desktop.ini", "._*",
};
static const char *const own_dirs[] = {
	"courierimapkeywords", "courierimaphieracl", ".notmuch",
};

static bool is_like(struct tt_slice name, const char *pattern)
{
	/* Asked of every name there is; most differ in the first byte. */
	if (*pattern != '*' && (name.n == 0 || name.p[0] != *pattern))
		return false;
	struct tt_slice p = tt_slice_str(pattern);

	if (p.p[0] == '*')
		return tt_slice_iends(name, tt_slice_sub(p, 1, p.n));
	if (p.p[p.n - 1] != '*')
		return tt_slice_eq(name, p);
	p.n--;
	return tt_slice_eq(tt_slice_sub(name, 0, p.n), p);
}

struct tt_slice tt_mailstore_base(struct tt_slice path)
{
	size_t n = 0;

	while (n < path.n && path.p[path.n - 1 - n] != '/')
		n++;
	return tt_slice_sub(path, path.n - n, n);
}

bool tt_mailstore_owns(struct tt_slice name, bool is_dir)
{
	const char *const *list = is_dir ? own_dirs : own_files;
	const size_t n = is_dir ? sizeof(own_dirs) / sizeof(own_dirs[0]) :
				  sizeof(own_files) / sizeof(own_files[0]);

	for (size_t i = 0; i < n; i++)
		if (is_like(name, list[i]))
			return true;
	return false;
}

int tt_mailstore_order(const void *a, const void *b)
{
	return tt_slice_cmp(tt_name_slice(a), tt_name_slice(b));
}

enum tt_use tt_mailstore_use(const struct tt_name *name)
{
	return tt_mailstore_owns(tt_name_slice(name),
				 name->kind == TT_KIND_DIR) ?
		       TT_USE_OWN :
		       TT_USE_READ;
}

bool tt_mailstore_is_mail(const struct tt_name *name)
{
	return name->kind == TT_KIND_FILE &&
	       tt_slice_iends(tt_name_slice(name), TT_S(".eml"));
}

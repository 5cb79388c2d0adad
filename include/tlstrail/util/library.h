/* util/library.h - a shared library that is loaded when it is first needed
 *
 * Few runs read an archive, and fewer serve a page; the libraries for that
 * bring more than a dozen others with them, which the loader would have to
 * bind at each start.  The caller names the functions it uses in one list, from which
 * its table and the names come, so that each has the type of its
 * declaration:
 *
 *	#define FUNCTIONS(F) F(archive_read_new) F(archive_read_free)
 *	struct table { FUNCTIONS(TT_LIBRARY_MEMBER) };
 *	const char *const names[] = { FUNCTIONS(TT_LIBRARY_NAME) };
 */
#ifndef TLSTRAIL_UTIL_LIBRARY_H
#define TLSTRAIL_UTIL_LIBRARY_H

#include <stddef.h>
#include <tlstrail/util/err.h>

#define TT_LIBRARY_MEMBER(function) __typeof__(function) *function;
#define TT_LIBRARY_NAME(function) #function,

/* Loads `file` (a soname, searched for as the loader does) and fills `table`,
 * whose n members are pointers to the functions of these names.  It stays
 * loaded.  TT_IO: it is not there, or one of its functions is not; then
 * nothing of the table may be called. */
enum tt_status tt_library_load(const char *file, const char *const names[],
			       size_t n, void *table,
			       struct tt_err *err) TT_MUST_CHECK;

#endif

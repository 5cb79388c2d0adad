/* libmicrohttpd.c - loads libmicrohttpd: it brings a TLS library, which is
 * not used here, and five more */
#include "libmicrohttpd.h"

static const char *const names[] = {
	TT_LIBMICROHTTPD_FUNCTIONS(TT_LIBRARY_NAME)
};

struct tt_libmicrohttpd tt_mhd;

enum tt_status tt_libmicrohttpd_load(struct tt_err *err)
{
	return tt_library_load(TT_LIBMICROHTTPD, names,
			       sizeof(names) / sizeof(names[0]), &tt_mhd, err);
}

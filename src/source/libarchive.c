/* libarchive.c - loads libarchive: it brings eleven libraries, of which those
 * of XML, Unicode and C++ are for formats that are not read here */
#include "libarchive.h"

static const char *const names[] = {
	TT_LIBARCHIVE_FUNCTIONS(TT_LIBRARY_NAME)
};

struct tt_libarchive tt_la;

static bool is_there;
static struct tt_err failure;

static void load(void)
{
	is_there = tt_library_load(TT_LIBARCHIVE, names,
				   sizeof(names) / sizeof(names[0]), &tt_la,
				   &failure) == TT_OK;
}

bool tt_libarchive_load(const char **why_r)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, load);
	if (why_r)
		*why_r = failure.text;
	return is_there;
}

void tt_libarchive_versions(struct tt_out *out)
{
	if (!tt_libarchive_load(NULL)) {
		tt_out_str(out, "libarchive not found\n");
		return;
	}
	const int version = tt_la.archive_version_number();

	tt_out_printf(out, "libarchive %d.%d.%d\n", version / 1000000,
		      version / 1000 % 1000, version % 1000);
}

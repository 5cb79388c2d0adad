/* library.c - a shared library that is loaded when it is first needed */
#include <dlfcn.h>
#include <string.h>
#include <tlstrail/util/library.h>

enum tt_status tt_library_load(const char *file, const char *const names[],
			       size_t n, void *table, struct tt_err *err)
{
	void *const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return tt_err_set(err, TT_IO, "%s", dlerror());
	for (size_t i = 0; i < n; i++) {
		/* POSIX has a function's address in an object's pointer. */
		void *const at = dlsym(library, names[i]);

		if (!at)
			return tt_err_set(err, TT_IO, "%s has no %s", file,
					  names[i]);
		memcpy((char *)table + i * sizeof(at), &at, sizeof(at));
	}
	return TT_OK;
}

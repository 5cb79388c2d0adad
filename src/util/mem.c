/* mem.c - the only place that asks the system for memory
 *
 * Failure ends the process with one line and status 70 (arena.h tells why);
 * sizes that overflow are treated the same. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/window.h>

_Noreturn void tt_out_of_memory(void)
{
	static const char text[] = "tlstrail: out of memory\n";
	const ssize_t told = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)told; /* nowhere left to say that this failed */
	_exit(70);
}

size_t tt_mul_size(size_t a, size_t b)
{
	size_t r;

	if (__builtin_mul_overflow(a, b, &r))
		tt_out_of_memory();
	return r;
}

size_t tt_add_size(size_t a, size_t b)
{
	size_t r;

	if (__builtin_add_overflow(a, b, &r))
		tt_out_of_memory();
	return r;
}

void *tt_malloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		tt_out_of_memory();
	return p;
}

void *tt_window_new(size_t n)
{
	/* aligned_alloc() wants whole lines */
	const size_t most = tt_add_size(n, TT_CACHE_LINE - 1);
	void *p = aligned_alloc(TT_CACHE_LINE, most - most % TT_CACHE_LINE);

	if (!p)
		tt_out_of_memory();
	return p;
}

void *tt_zalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		tt_out_of_memory();
	return p;
}

void *tt_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);

	if (!q)
		tt_out_of_memory();
	return q;
}

void tt_free_(void *p)
{
	free(p);
}

/* closing.c - many descriptors closed by few calls
 *
 * A call takes longer than what it has to do here: descriptors whose numbers
 * follow each other, as those do that were opened one after the other, are
 * closed by one close_range(); where the kernel has none, one by one. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <tlstrail/source.h>
#include <unistd.h>

/* The numbers from the first on that follow each other. */
static size_t n_in_row(const int *fd, size_t n)
{
	size_t k = 1;

	while (k < n && fd[k] == fd[0] + (int)k)
		k++;
	return k;
}

static bool close_row(int first, size_t n)
{
#ifdef SYS_close_range
	return n > 1 && syscall(SYS_close_range, (unsigned)first,
				(unsigned)first + (unsigned)n - 1, 0u) == 0;
#else
	(void)first, (void)n;
	return false;
#endif
}

void tt_close_all(const int *fd, size_t n)
{
	size_t row;

	for (size_t i = 0; i < n; i += row) {
		row = n_in_row(fd + i, n - i);
		if (close_row(fd[i], row))
			continue;
		for (size_t k = i; k < i + row; k++)
			close(fd[k]);
	}
}

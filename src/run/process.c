/* process.c - what the system tells of a process (proc(5), statm) */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

int64_t tt_process_cpu(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &t) != 0)
		return -1;
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct tt_process_memory tt_process_memory(pid_t pid)
{
	struct tt_process_memory pages = { 0 };
	char text[64];

	if (pid)
		(void)snprintf(text, sizeof(text), "/proc/%ld/statm",
			       (long)pid);
	else
		(void)snprintf(text, sizeof(text), "/proc/self/statm");
	const int fd = open(text, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pages;
	const ssize_t n = read(fd, text, sizeof(text) - 1);
	const uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (sscanf(text, "%" SCNu64 " %" SCNu64, &pages.space,
		   &pages.resident) != 2)
		return (struct tt_process_memory){ 0 };
	return (struct tt_process_memory){ pages.space * size,
					   pages.resident * size };
}

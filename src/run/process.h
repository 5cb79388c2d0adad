/* process.h - what the system tells of a process */
#ifndef TLSTRAIL_RUN_PROCESS_H
#define TLSTRAIL_RUN_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* Processor time, ns; -1: not to be had. */
int64_t tt_process_cpu(pid_t pid);

/* Bytes, of this process where pid is 0; all 0 where they are not to be had. */
struct tt_process_memory {
	uint64_t space;	   /* of addresses in use */
	uint64_t resident; /* of memory */
};
struct tt_process_memory tt_process_memory(pid_t pid);

#endif

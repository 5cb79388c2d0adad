/* run/confine.h - floor 8: a process that has what it needs gives up the rest
 *
 * Three layers, each as far as the kernel goes: resource limits, Landlock with
 * no path and no port allowed (since ABI 3 truncate, 4 TCP, 5 ioctl of
 * devices, 6 signals and abstract sockets), and a seccomp filter that knows
 * some forty calls.  What is left is reading and writing descriptors that are
 * open, memory without PROT_EXEC, threads, time and the end.
 *
 * What code must not do kills the process: run a program, make a process,
 * open for writing, touch a socket's peer or a file's name.  What libraries
 * may try and do without is refused: to open for reading (EACCES), memory to
 * run code in (EACCES: PCRE2 compiles before), and every call the filter does
 * not know (ENOSYS).  There is no way back.
 *
 * A reader is a process that is given names and not descriptors, such as
 * `show`: it may open files to read them, load a library that an archive needs
 * and compile a pattern when one is met.  All else is as above, but that to
 * truncate and to ask devices is left to the filter (confine.c), and that its
 * memory is not limited: that bound is one item's, and a reader reads all. */
#ifndef TLSTRAIL_RUN_CONFINE_H
#define TLSTRAIL_RUN_CONFINE_H

#include <tlstrail/util.h>

struct tt_confine_options {
	uint64_t memory;     /* bytes of address space over what is in use;
			      * 0: TT_MAX_worker_memory */
	unsigned more_files; /* descriptors that are still to come */
	bool is_reader;
	bool has_no_landlock, has_no_seccomp; /* tests: that layer left out */
};

/* What was reached. */
struct tt_confined {
	int landlock; /* its ABI; 0: none */
	bool has_seccomp;
	bool has_memory; /* the limit of memory stands; sanitizers want more
			  * address space than there is, and get it */
};

/* Confines the calling process; must be its only thread.  What the kernel has
 * not is left out, which is no failure.  A filter that was refused, although
 * the kernel has it, is: *confined_r tells what stands all the same. */
enum tt_status tt_confine(const struct tt_confine_options *options,
			  struct tt_confined *confined_r,
			  struct tt_err *err) TT_MUST_CHECK;

/* One more of *n processes, of which *all is what each of them reached. */
void tt_confined_add(struct tt_confined *all, size_t *n,
		     const struct tt_confined *one);

#define TT_CONFINED_TEXT 32
/* "landlock 7 + seccomp", "landlock 7 alone", "seccomp alone", "none". */
void tt_confined_text(const struct tt_confined *c,
		      char text_r[TT_CONFINED_TEXT]);

/* "libseccomp 2.5.4". */
void tt_run_versions(struct tt_out *out);

#endif

/* tlstrail/run.h - floor 8: the pipeline
 *
 * Pulls streams, records and headers through floors 1 to 5 and pushes the
 * timelines to an output. */
#ifndef TLSTRAIL_RUN_H
#define TLSTRAIL_RUN_H

#include <tlstrail/emit.h>
#include <tlstrail/rule/event.h>
#include <tlstrail/record.h>

/* product.md, "Conventions". */
enum tt_exit {
	TT_EXIT_DONE = 0,
	TT_EXIT_FAIL_ON = 1,
	TT_EXIT_USAGE = 2,
	TT_EXIT_PARTIAL = 3,
	TT_EXIT_NO_INPUT = 4,
	TT_EXIT_INTERNAL = 70,
	TT_EXIT_OUTPUT = 74,
	TT_EXIT_INTERRUPTED = 130,
};

enum tt_fail_on { TT_FAIL_ON_NEVER, TT_FAIL_ON_FAIL, TT_FAIL_ON_UNDETERMINED };

#define TT_SHOW_OWN 4

enum tt_redact_what {
	TT_REDACT_NOTHING,
	TT_REDACT_ADDRESSES,
	TT_REDACT_DOMAINS, /* addresses with their domains */
};

/* What a process that may open nothing any more got before: rules of logs and
 * matchers that are compiled, and every file it shall read.  A file is asked
 * for by its name, which is the very pointer that stands in `files` or `logs`
 * of the options: two may be called the same.  All borrowed. */
struct tt_show_ready {
	struct tt_matcher *matcher, *log_matcher;
	struct tt_rules *log_rules;
	const struct tt_show_file {
		const char *name;
		int fd; /* read from its beginning, as often as is needed */
	} *files;
	size_t n_files;
};

struct tt_show_options {
	const char *const *files; /* "-": standard input; directories too */
	size_t n_files;
	/* What this run writes to: not to be read where it is met. */
	struct tt_file_id own[TT_SHOW_OWN];
	size_t n_own;
	const char *const *logs; /* --log */
	size_t n_logs;
	int year;		   /* --year; 0: not given */
	TT_VEC(struct tt_log_zone) zones; /* --tz */
	enum tt_format as;
	const struct tt_emit_ops *ops;
	struct tt_emit_options emit;
	struct tt_trail_options trail;
	enum tt_fail_on fail_on;
	struct tt_range range; /* of messages */
	enum tt_redact_what redact;
	struct tt_slice redact_key; /* borrowed */
	bool is_quiet; /* no diags on standard error but failures */
	struct tt_out *manifest; /* borrowed; NULL: none */
	struct {		 /* the user's words, for the manifest */
		const char *const *trust, *const *rules, *const *tz;
		size_t n_trust, n_rules, n_tz;
	} words;
	struct tt_out *messages; /* standard error; borrowed */
	bool has_json_messages; /* a file's diags go there as JSON objects, one
				 * a line, and not as words */
	volatile const int *is_interrupted; /* set by a signal handler */
	struct tt_guard *guard; /* who watches this process; NULL: nobody */
	const struct tt_show_ready *ready; /* NULL: whatever is needed is opened
					    * or made when it is */
};

/* Reads everything and returns the exit status. */
enum tt_exit tt_run_show(const struct tt_show_options *options);

/* ---- a case: tlstrail-case(5) ---- */

struct tt_scan_options {
	/* What is read and how; files are the PATHs.  Of the output only the
	 * summary is printed: emit.out, by the text's ops. */
	struct tt_show_options show;
	const char *path; /* of the case */
	size_t n_workers; /* -j; 0: one for each core */
	bool is_unconfined;    /* --no-sandbox */
	bool wants_skipped;    /* --retry-skipped */
	const char *const *keep; /* --keep-header, lower case */
	size_t n_keep;
	bool is_terminal; /* messages go to one: a line of progress */
};
/* Reads what the case does not know yet, and concludes on all. */
enum tt_exit tt_run_scan(const struct tt_scan_options *options);

/* Is `file` one that the case at `path` was read from, under any name?  False
 * too where the case cannot be read, or there is no such file. */
bool tt_case_is_source(const char *path, const char *file);

struct tt_export_options {
	const char *path; /* of the case */
	const struct tt_emit_ops *ops;
	struct tt_emit_options emit;
	struct tt_trail_options trail; /* rules and profile of the case */
	struct tt_range range;
	bool is_quiet; /* failures only */
	struct tt_out *messages;
	volatile const int *is_interrupted;
};
enum tt_exit tt_run_export(const struct tt_export_options *options);

struct tt_verify_options {
	const char *path; /* of the case */
	struct tt_out *out, *messages;
	bool is_quiet;
	volatile const int *is_interrupted;
};
/* 3 where a source is gone or is not what was read. */
enum tt_exit tt_run_verify(const struct tt_verify_options *options);

#endif

/* run/report.h - floor 8: figures are fetched from a case and told
 *
 * A case is opened to read only, and nothing in it is trusted. */
#ifndef TLSTRAIL_RUN_REPORT_H
#define TLSTRAIL_RUN_REPORT_H

#include <tlstrail/emit/report.h>
#include <tlstrail/run.h>

struct tt_report_options {
	const char *path;
	const char *old_path; /* --compare: the older case; NULL: none */
	bool is_page;	      /* HTML, else text */
	struct tt_slice header; /* --group-by, lower case; n 0: none */
	const struct tt_rules *rules; /* those the case was made with */
	struct tt_report_look look;
	struct tt_range range; /* of messages; of both cases */
	enum tt_redact_what redact; /* then no timeline is shown */
	struct tt_slice redact_key; /* borrowed */
	struct tt_out *out;	 /* borrowed */
	struct tt_out *messages; /* standard error; borrowed */
};

/* Returns the exit status; USAGE: no case, or not for these rules. */
enum tt_exit tt_run_report(const struct tt_report_options *options);

#endif

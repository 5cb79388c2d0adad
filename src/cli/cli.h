/* cli.h - what the commands share */
#ifndef TLSTRAIL_CLI_H
#define TLSTRAIL_CLI_H

#include <getopt.h>
#include <tlstrail/run.h>

/* A command: gets the words from its own name on, returns the exit status. */
struct tt_command {
	const char *name, *does;
	int (*run)(int argc, char **argv);
	const char *help;
};
/* NULL: no such command. */
const struct tt_command *tt_command_find(const char *name);

int tt_cmd_show(int argc, char **argv);
int tt_cmd_scan(int argc, char **argv);
int tt_cmd_report(int argc, char **argv);
int tt_cmd_export(int argc, char **argv);
int tt_cmd_verify(int argc, char **argv);
int tt_cmd_serve(int argc, char **argv);
int tt_cmd_rules(int argc, char **argv);
int tt_cmd_explain(int argc, char **argv);
extern const char tt_help_main[], tt_help_show[], tt_help_scan[],
	tt_help_report[], tt_help_export[], tt_help_verify[], tt_help_serve[],
	tt_help_rules[], tt_help_explain[];

/* ---- messages, with what the user wrote escaped; all print one line ---- */

/* "tlstrail: ..." */
void tt_cli_say(const char *fmt, ...) TT_PRINTF(1, 2);
/* The same and "Try ..."; returns TT_EXIT_USAGE. */
int tt_cli_usage(const char *command, const char *fmt, ...) TT_PRINTF(2, 3);
/* What getopt_long() gave '?' or ':' for. */
int tt_cli_bad_option(const char *command, int c, char **argv,
		      const struct option *options);
/* Prints to standard output; TT_EXIT_OUTPUT if that fails. */
int tt_cli_print(const char *text);
/* Flushes and releases; the same status. */
int tt_cli_finish(struct tt_out *out, int status);

/* ---- the output ---- */

/* Opens `path` (NULL or "-": standard output) where that is no evidence, and
 * notes in `o` what this run writes to.  Prints what is wrong; returns an
 * exit status. */
int tt_cli_output(const char *command, struct tt_show_options *o,
		  const char *path, int *fd_r);
/* Refuses a file that a case was read from, before it is opened. */
int tt_cli_spare(const char *command, const char *case_path,
		 const char *option, const char *file);
/* The same for a file that an option names, as --manifest does: another than
 * the output. */
int tt_cli_second_output(const char *command, struct tt_show_options *o,
			 const char *option, const char *path, int *fd_r);

/* ---- settings: flags, then environment, then the config file ---- */

/* Nearest wins: a setting given on the command line hides the same setting
 * of the environment, and that the file's. */
struct tt_config {
	struct tt_arena *arena;
	const char *profile, *color, *redact_key;
	TT_VEC(const char *) trust, rules;
	const char *trust_from; /* where the trust words stand, for errors */
};

/* Fills what `c` leaves open from TLSTRAIL_* and the config file. */
enum tt_status tt_config_fill(struct tt_config *c,
			      struct tt_err *err) TT_MUST_CHECK;
/* One setting of a file; `where` is for errors. */
enum tt_status tt_config_read(struct tt_config *c, struct tt_slice text,
			      const char *where,
			      struct tt_err *err) TT_MUST_CHECK;

/* ---- rules ---- */

/* The shipped set: beside the program in its tree, or as installed. In
 * arena. */
const char *tt_rules_dir(struct tt_arena *arena);

/* Opens the shipped set and those of the config. A set the program was not
 * built with runs its samples first. Prints what is wrong; NULL then. */
struct tt_rules *tt_cli_rules(const struct tt_config *c);

/* Program, libraries, rule set. */
int tt_cli_version(const struct tt_config *c);

#endif

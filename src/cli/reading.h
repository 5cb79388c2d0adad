/* reading.h - options of the commands that read evidence: show and scan */
#ifndef TLSTRAIL_CLI_READING_H
#define TLSTRAIL_CLI_READING_H

#include "cli.h"

/* The command line, read but not yet checked against anything outside. */
struct tt_cli_reading {
	const char *command; /* for messages */
	struct tt_config config;
	struct tt_show_options o;
	const char *as, *fail_on, *year, *since, *until;
	TT_VEC(const char *) zones;
	bool is_color_flag, want_help, want_version;
};

enum {
	TT_OPT_AS = 256,
	TT_OPT_PROFILE,
	TT_OPT_TRUST,
	TT_OPT_RULES,
	TT_OPT_FAIL_ON,
	TT_OPT_COLOR,
	TT_OPT_TZ,
	TT_OPT_YEAR,
	TT_OPT_SINCE,
	TT_OPT_UNTIL,
	TT_OPT_VERSION,
	TT_OPT_OWN, /* a command's own begin here */
};

/* Rows of a command's table: of whatever is told more than once. */
#define TT_CLI_RANGE_OPTIONS                                        \
	{ "since", required_argument, NULL, TT_OPT_SINCE },          \
	{ "until", required_argument, NULL, TT_OPT_UNTIL }
/* How what is read is understood. */
#define TT_CLI_MEANING_OPTIONS                                       \
	{ "as", required_argument, NULL, TT_OPT_AS },                \
	{ "profile", required_argument, NULL, TT_OPT_PROFILE },      \
	{ "trust", required_argument, NULL, TT_OPT_TRUST },          \
	{ "rules", required_argument, NULL, TT_OPT_RULES },          \
	{ "tz", required_argument, NULL, TT_OPT_TZ },                \
	{ "year", required_argument, NULL, TT_OPT_YEAR }
/* The last rows. */
#define TT_CLI_LAST_OPTIONS                                          \
	{ "help", no_argument, NULL, 'h' },                          \
	{ "version", no_argument, NULL, TT_OPT_VERSION },            \
	{ NULL, 0, NULL, 0 }
/* Of whoever reads for one output and an exit status. */
#define TT_CLI_READING_OPTIONS                                       \
	TT_CLI_RANGE_OPTIONS,                                       \
	TT_CLI_MEANING_OPTIONS,                                     \
	{ "fail-on", required_argument, NULL, TT_OPT_FAIL_ON },      \
	{ "color", required_argument, NULL, TT_OPT_COLOR },          \
	{ "quiet", no_argument, NULL, 'q' },                         \
	{ "verbose", no_argument, NULL, 'v' }

/* Takes what getopt_long() gave; false: it is none of these. */
bool tt_cli_reading_take(struct tt_cli_reading *r, int c);
/* Their words become values.  What follows returns an exit status, and has
 * told what is wrong. */
int tt_cli_reading_check(struct tt_cli_reading *r);
/* --since and --until alone; the check has it. */
int tt_cli_take_range(struct tt_cli_reading *r);
/* Reads settings and rules, then runs what is left to do; help and version are
 * printed instead where they were wanted. */
int tt_cli_reading_run(struct tt_cli_reading *r, const char *help,
		       int (*run)(void *ctx), void *ctx);
/* How what goes to fd is to look. */
int tt_cli_reading_look(struct tt_cli_reading *r, int fd);

struct tt_cli_word {
	const char *word;
	int value;
};
/* The list ends with NULL; false: the word is none of it. */
bool tt_cli_take_word(const struct tt_cli_word *words, const char *word,
		      int *value_r);

/* Ctrl-C sets the flag that is returned; a second one ends the program at
 * once. */
volatile const int *tt_cli_catch_interrupt(void);

#endif

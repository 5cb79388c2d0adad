/* export - the timelines of a case in a format for other programs */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "reading.h"

enum { OPT_CSV_RAW = TT_OPT_OWN, OPT_UNDATED };

static const struct option long_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "undated", required_argument, NULL, OPT_UNDATED },
	{ "csv-raw", no_argument, NULL, OPT_CSV_RAW },
	TT_CLI_RANGE_OPTIONS,
	{ "rules", required_argument, NULL, TT_OPT_RULES },
	{ "quiet", no_argument, NULL, 'q' },
	TT_CLI_LAST_OPTIONS,
};

struct args {
	struct tt_cli_reading r;
	struct tt_export_options o;
	const char *format, *output, *undated;
};

static int take_option(struct args *a, int c, char **argv)
{
	switch (c) {
	case 'f': a->format = optarg; return TT_EXIT_DONE;
	case 'o': a->output = optarg; return TT_EXIT_DONE;
	case OPT_UNDATED: a->undated = optarg; return TT_EXIT_DONE;
	case OPT_CSV_RAW: a->o.emit.is_csv_raw = true; return TT_EXIT_DONE;
	default: break;
	}
	return tt_cli_reading_take(&a->r, c) ?
		       TT_EXIT_DONE :
		       tt_cli_bad_option("export", c, argv, long_options);
}

static int take_format(struct args *a)
{
	const bool has_name = a->output && strcmp(a->output, "-") != 0;
	const size_t n = has_name ? strlen(a->output) : 0;

	a->o.ops = tt_emit_find(a->format ? a->format : "jsonl");
	if (!a->o.ops || strcmp(a->o.ops->name, "text") == 0)
		return tt_cli_usage("export", "--format %s: give jsonl, csv, "
				    "timesketch, l2tcsv or ecs", a->format);
	if (a->undated && !a->o.ops->needs_time)
		return tt_cli_usage("export", "--undated is for formats that "
				    "need times: timesketch, l2tcsv and "
				    "ecs");
	if (a->o.ops->ending && n &&
	    (n < strlen(a->o.ops->ending) ||
	     strcmp(a->output + n - strlen(a->o.ops->ending),
		    a->o.ops->ending) != 0))
		tt_cli_say("%s: %s is read from files that end in %s",
			   a->output, a->o.ops->name, a->o.ops->ending);
	return TT_EXIT_DONE;
}

static int parse(struct args *a, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":f:o:qh", long_options, NULL)) !=
	       -1) {
		const int status = take_option(a, c, argv);

		if (status || a->r.want_help)
			return status;
	}
	if (a->r.want_version)
		return TT_EXIT_DONE;
	if (optind + 1 != argc)
		return tt_cli_usage("export", "give one case");
	a->o.path = argv[optind];
	a->r.o.files = (const char *const *)argv + optind;
	a->r.o.n_files = 1;
	const int status = tt_cli_take_range(&a->r);

	return status ? status : take_format(a);
}

static int close_file(const char *name, int fd, int status)
{
	if (fd < 0 || fd == STDOUT_FILENO || close(fd) == 0)
		return status;
	tt_cli_say("%s: cannot be written: %s", name, strerror(errno));
	return TT_EXIT_OUTPUT;
}

static void tell_undated(const struct args *a, uint64_t n)
{
	if (n == 0 || a->r.o.is_quiet || a->undated)
		return;
	tt_cli_say("%llu hop%s without a time %s left out; --undated FILE "
		   "keeps them", (unsigned long long)n, n == 1 ? "" : "s",
		   n == 1 ? "was" : "were");
}

static int run(void *ctx)
{
	struct args *const a = ctx;
	struct tt_out out, undated, messages;
	uint64_t n_undated = 0;
	int fd = -1, undated_fd = -1;
	int status = tt_cli_spare("export", a->o.path, "-o", a->output);

	if (!status)
		status = tt_cli_spare("export", a->o.path, "--undated",
				      a->undated);
	if (!status)
		status = tt_cli_output("export", &a->r.o, a->output, &fd);

	if (!status && a->undated)
		status = tt_cli_second_output("export", &a->r.o, "--undated",
					      a->undated, &undated_fd);
	if (status)
		return status;
	tt_out_init(&out, fd);
	tt_out_init(&undated, undated_fd);
	tt_out_init(&messages, STDERR_FILENO);
	a->o.emit.out = &out;
	a->o.emit.undated = a->undated ? &undated : NULL;
	a->o.emit.n_undated = &n_undated;
	a->o.emit.is_quiet = true;
	a->o.messages = &messages;
	a->o.trail.rules = a->r.o.trail.rules;
	a->o.range = a->r.o.range;
	a->o.is_quiet = a->r.o.is_quiet;
	a->o.is_interrupted = tt_cli_catch_interrupt();
	status = (int)tt_run_export(&a->o);
	tell_undated(a, n_undated);
	tt_out_release(&out);
	tt_out_release(&undated);
	tt_out_release(&messages);
	status = close_file(a->undated, undated_fd, status);
	return close_file(a->output, fd, status);
}

int tt_cmd_export(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = {
		.r = { .command = "export", .config = { .arena = &arena } },
	};
	int status = parse(&a, argc, argv);

	if (status == TT_EXIT_DONE)
		status = tt_cli_reading_run(&a.r, tt_help_export, run, &a);
	tt_arena_release(&arena);
	return status;
}

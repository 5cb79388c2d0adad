/* report - what a case comes to, for people */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/run/report.h>
#include "reading.h"

enum { OPT_COMPARE = TT_OPT_OWN, OPT_GROUP_BY, OPT_REDACT };

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "compare", no_argument, NULL, OPT_COMPARE },
	{ "group-by", required_argument, NULL, OPT_GROUP_BY },
	{ "redact", optional_argument, NULL, OPT_REDACT },
	TT_CLI_RANGE_OPTIONS,
	{ "rules", required_argument, NULL, TT_OPT_RULES },
	{ "color", required_argument, NULL, TT_OPT_COLOR },
	TT_CLI_LAST_OPTIONS,
};

struct args {
	struct tt_cli_reading r;
	struct tt_report_options o;
	const char *output, *group_by, *redact;
	bool is_compared;
};

static int take_option(struct args *a, int c, char **argv)
{
	switch (c) {
	case 'o': a->output = optarg; return TT_EXIT_DONE;
	case OPT_COMPARE: a->is_compared = true; return TT_EXIT_DONE;
	case OPT_GROUP_BY: a->group_by = optarg; return TT_EXIT_DONE;
	case OPT_REDACT:
		a->redact = optarg ? optarg : "addresses";
		return TT_EXIT_DONE;
	default: break;
	}
	return tt_cli_reading_take(&a->r, c) ?
		       TT_EXIT_DONE :
		       tt_cli_bad_option("report", c, argv, long_options);
}

static int take_redact(struct args *a)
{
	static const struct tt_cli_word words[] = {
		{ "addresses", TT_REDACT_ADDRESSES },
		{ "domains", TT_REDACT_DOMAINS },
		{ NULL, 0 },
	};
	int value = TT_REDACT_NOTHING;

	if (a->redact && !tt_cli_take_word(words, a->redact, &value))
		return tt_cli_usage("report", "--redact=%s: give addresses or "
				    "domains", a->redact);
	a->o.redact = (enum tt_redact_what)value;
	return TT_EXIT_DONE;
}

/* header:NAME; names are kept in lower case. */
static int take_group_by(struct args *a)
{
	static const char prefix[] = "header:";
	struct tt_arena *const arena = a->r.config.arena;
	struct tt_slice name = tt_slice_str(a->group_by);

	if (!tt_slice_istarts(name, tt_slice_str(prefix)) ||
	    name.n == sizeof(prefix) - 1)
		return tt_cli_usage("report", "--group-by %s: give header:NAME",
				    a->group_by);
	name = tt_slice_sub(name, sizeof(prefix) - 1, name.n);
	uint8_t *const lower = tt_arena_alloc(arena, name.n);

	for (size_t i = 0; i < name.n; i++)
		lower[i] = tt_lower(name.p[i]);
	a->o.header = (struct tt_slice){ lower, name.n };
	return TT_EXIT_DONE;
}

static int take_cases(struct args *a, int argc, char **argv)
{
	if (a->is_compared && (a->output || a->group_by))
		return tt_cli_usage("report", "--compare takes neither -o nor "
				    "--group-by");
	if (optind + (a->is_compared ? 2 : 1) != argc)
		return tt_cli_usage("report", a->is_compared ?
						      "--compare: give the old "
						      "case and the new one" :
						      "give one case");
	if (a->is_compared)
		a->o.old_path = argv[optind];
	a->o.path = argv[argc - 1];
	a->o.is_page = a->output != NULL;
	a->r.o.files = (const char *const *)argv + optind;
	a->r.o.n_files = (size_t)(argc - optind);
	return a->group_by ? take_group_by(a) : TT_EXIT_DONE;
}

static int parse(struct args *a, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:h", long_options, NULL)) !=
	       -1) {
		const int status = take_option(a, c, argv);

		if (status || a->r.want_help)
			return status;
	}
	if (a->r.want_version)
		return TT_EXIT_DONE;
	int status = take_redact(a);

	if (!status)
		status = tt_cli_take_range(&a->r);
	return status ? status : take_cases(a, argc, argv);
}

static int close_output(const struct args *a, struct tt_out *out, int status)
{
	const int fd = out->fd;

	tt_out_release(out);
	if (fd == STDOUT_FILENO || close(fd) == 0 || status)
		return status;
	tt_cli_say("%s: cannot be written: %s", a->output, strerror(errno));
	return TT_EXIT_OUTPUT;
}

/* A page is half a megabyte at most, so the file that was there is emptied
 * only when there is another to take its place. */
static int write_page(struct args *a, const struct tt_out *page, int status)
{
	struct tt_out out;
	int fd;
	int opened = tt_cli_spare("report", a->o.path, "-o", a->output);

	if (!opened)
		opened = tt_cli_output("report", &a->r.o, a->output, &fd);
	if (opened)
		return opened;
	tt_out_init(&out, fd);
	tt_out_bytes(&out, (struct tt_slice){ page->buf, page->n });
	if (tt_out_flush(&out) < 0) {
		tt_cli_say("the output could not be written: %s",
			   strerror(out.failed));
		status = TT_EXIT_OUTPUT;
	}
	return close_output(a, &out, status);
}

static bool is_made(int status)
{
	return status == TT_EXIT_DONE || status == TT_EXIT_PARTIAL;
}

static int run(void *ctx)
{
	struct args *const a = ctx;
	struct tt_out out, messages;
	int fd = -1, status = tt_cli_reading_look(&a->r, STDOUT_FILENO);

	if (!status && !a->o.is_page)
		status = tt_cli_output("report", &a->r.o, NULL, &fd);
	if (status)
		return status;
	tt_out_init(&out, fd);
	tt_out_init(&messages, STDERR_FILENO);
	a->o.out = &out;
	a->o.messages = &messages;
	a->o.rules = a->r.o.trail.rules;
	a->o.range = a->r.o.range;
	a->o.redact_key = a->r.o.redact_key;
	a->o.look.width = a->r.o.emit.width;
	a->o.look.has_color = a->r.o.emit.has_color;
	status = (int)tt_run_report(&a->o);
	if (a->o.is_page && is_made(status))
		status = write_page(a, &out, status);
	tt_out_release(&out);
	tt_out_release(&messages);
	return status;
}

int tt_cmd_report(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = {
		.r = { .command = "report", .config = { .arena = &arena } },
	};
	int status = parse(&a, argc, argv);

	if (status == TT_EXIT_DONE)
		status = tt_cli_reading_run(&a.r, tt_help_report, run, &a);
	tt_arena_release(&arena);
	return status;
}

/* scan - everything under the PATHs into a case */
#include <string.h>
#include <unistd.h>
#include "reading.h"

enum {
	OPT_NO_SANDBOX = TT_OPT_OWN,
	OPT_RETRY_SKIPPED,
	OPT_KEEP_HEADER,
};

static const struct option long_options[] = {
	TT_CLI_READING_OPTIONS,
	{ "output", required_argument, NULL, 'o' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	{ "retry-skipped", no_argument, NULL, OPT_RETRY_SKIPPED },
	{ "keep-header", required_argument, NULL, OPT_KEEP_HEADER },
	TT_CLI_LAST_OPTIONS,
};

struct args {
	struct tt_cli_reading r;
	struct tt_scan_options o;
	const char *jobs;
	TT_VEC(const char *) keep;
};

/* RFC 5322, 3.6.8: printable, no colon; case does not matter. */
static int keep_header(struct args *a, const char *name)
{
	struct tt_arena *const arena = a->r.config.arena;
	char *const lower = tt_arena_cstr(arena, tt_slice_str(name));

	for (char *c = lower; *c; c++) {
		if (*c <= ' ' || *c >= 0x7f || *c == ':')
			return tt_cli_usage("scan", "--keep-header %s: not the "
					    "name of a header field", name);
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	}
	if (!*lower)
		return tt_cli_usage("scan", "--keep-header: give the name of a "
				    "header field");
	*tt_vec_push(arena, &a->keep) = lower;
	return TT_EXIT_DONE;
}

static int take_option(struct args *a, int c, char **argv)
{
	if (tt_cli_reading_take(&a->r, c))
		return TT_EXIT_DONE;
	switch (c) {
	case 'o': a->o.path = optarg; break;
	case 'j': a->jobs = optarg; break;
	case OPT_NO_SANDBOX: a->o.is_unconfined = true; break;
	case OPT_RETRY_SKIPPED: a->o.wants_skipped = true; break;
	case OPT_KEEP_HEADER: return keep_header(a, optarg);
	default: return tt_cli_bad_option("scan", c, argv, long_options);
	}
	return TT_EXIT_DONE;
}

static int parse(struct args *a, int argc, char **argv)
{
	int64_t jobs = 0;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:j:qvh", long_options, NULL)) !=
	       -1) {
		const int status = take_option(a, c, argv);

		if (status || a->r.want_help)
			return status;
	}
	if (a->r.want_version)
		return TT_EXIT_DONE;
	if (a->jobs)
		jobs = tt_slice_number(tt_slice_str(a->jobs),
				       (int64_t)TT_MAX_workers);
	if (a->jobs && jobs < 1)
		return tt_cli_usage("scan", "-j %s: give a number from 1 to "
				    "%llu", a->jobs,
				    (unsigned long long)TT_MAX_workers);
	a->o.n_workers = (size_t)jobs;
	if (!a->o.path)
		return tt_cli_usage("scan", "give the case with -o");
	if (strcmp(a->o.path, "-") == 0)
		return tt_cli_usage("scan", "-o -: a case is a file; ./- is "
				    "one of that name");
	if (optind == argc)
		return tt_cli_usage("scan", "give what to read");
	a->r.o.files = (const char *const *)argv + optind;
	a->r.o.n_files = (size_t)(argc - optind);
	a->r.o.ops = tt_emit_find("text");
	return tt_cli_reading_check(&a->r);
}

static int run(void *ctx)
{
	struct args *const a = ctx;
	struct tt_out out, messages;
	int fd, status = tt_cli_output("scan", &a->r.o, NULL, &fd);

	if (!status)
		status = tt_cli_reading_look(&a->r, fd);
	if (status)
		return status;
	tt_out_init(&out, fd);
	tt_out_init(&messages, STDERR_FILENO);
	a->r.o.emit.out = &out;
	a->r.o.messages = &messages;
	a->r.o.is_interrupted = tt_cli_catch_interrupt();
	a->o.keep = a->keep.v;
	a->o.n_keep = a->keep.n;
	a->o.is_terminal = isatty(STDERR_FILENO);
	a->o.show = a->r.o;
	if (a->o.is_unconfined)
		tt_cli_say("--no-sandbox: evidence is read without "
			   "confinement");
	status = (int)tt_run_scan(&a->o);
	tt_out_release(&out);
	tt_out_release(&messages);
	return status;
}

int tt_cmd_scan(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = {
		.r = { .command = "scan", .config = { .arena = &arena } },
	};
	int status = parse(&a, argc, argv);

	if (status == TT_EXIT_DONE)
		status = tt_cli_reading_run(&a.r, tt_help_scan, run, &a);
	tt_arena_release(&arena);
	return status;
}

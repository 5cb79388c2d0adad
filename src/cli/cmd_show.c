/* show - options become tt_show_options, and the pipeline runs */
#include <errno.h>
#include <string.h>
#include <tlstrail/run/confine.h>
#include <tlstrail/run/guard.h>
#include <tlstrail/util/spool.h>
#include <unistd.h>
#include "reading.h"

enum {
	OPT_JSON = TT_OPT_OWN,
	OPT_REDACT,
	OPT_MANIFEST,
	OPT_LOG,
	OPT_NO_SANDBOX,
};

static const struct option long_options[] = {
	TT_CLI_READING_OPTIONS,
	{ "json", no_argument, NULL, OPT_JSON },
	{ "redact", optional_argument, NULL, OPT_REDACT },
	{ "manifest", required_argument, NULL, OPT_MANIFEST },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	{ "output", required_argument, NULL, 'o' },
	TT_CLI_LAST_OPTIONS,
};

struct args {
	struct tt_cli_reading r;
	const char *output, *redact, *manifest;
	TT_VEC(const char *) logs;
	bool is_json, is_unconfined;
};

static const struct tt_cli_word redact_words[] = {
	{ "addresses", TT_REDACT_ADDRESSES },
	{ "domains", TT_REDACT_DOMAINS },
	{ NULL, 0 },
};
/* ---- the command line ---- */

static int take_option(struct args *a, int c, char **argv)
{
	if (tt_cli_reading_take(&a->r, c))
		return TT_EXIT_DONE;
	switch (c) {
	case OPT_JSON: a->is_json = true; break;
	case OPT_MANIFEST: a->manifest = optarg; break;
	case OPT_LOG:
		*tt_vec_push(a->r.config.arena, &a->logs) = optarg;
		break;
	case OPT_NO_SANDBOX: a->is_unconfined = true; break;
	case OPT_REDACT: a->redact = optarg ? optarg : "addresses"; break;
	case 'o': a->output = optarg; break;
	default: return tt_cli_bad_option("show", c, argv, long_options);
	}
	return TT_EXIT_DONE;
}

static int parse(struct args *a, int argc, char **argv)
{
	struct tt_show_options *const o = &a->r.o;
	int c, value = TT_REDACT_NOTHING;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:qvh", long_options, NULL)) !=
	       -1) {
		const int status = take_option(a, c, argv);

		if (status || a->r.want_help)
			return status;
	}
	if (a->redact && !tt_cli_take_word(redact_words, a->redact, &value))
		return tt_cli_usage("show", "--redact=%s: give addresses or "
				    "domains", a->redact);
	o->redact = (enum tt_redact_what)value;
	if (a->manifest && strcmp(a->manifest, "-") == 0)
		return tt_cli_usage("show", "--manifest -: give a file");
	o->logs = a->logs.v;
	o->n_logs = a->logs.n;
	o->ops = tt_emit_find(a->is_json ? "jsonl" : "text");
	return tt_cli_reading_check(&a->r);
}

static void take_files(struct args *a, int argc, char **argv)
{
	static const char *const standard_input[] = { "-" };

	a->r.o.files = optind < argc ? (const char *const *)argv + optind :
				     standard_input;
	a->r.o.n_files = optind < argc ? (size_t)(argc - optind) : 1;
}

static void invite(const struct args *a)
{
	for (size_t i = 0; i < a->r.o.n_files; i++)
		if (strcmp(a->r.o.files[i], "-") == 0 && isatty(STDIN_FILENO))
			tt_cli_say("paste the header, then press Ctrl-D "
				   "(tlstrail --help tells more)");
}

static int close_file(const char *name, int fd, int status)
{
	if (close(fd) == 0 || status == TT_EXIT_INTERNAL)
		return status;
	tt_cli_say("%s: cannot be written: %s", name, strerror(errno));
	return TT_EXIT_OUTPUT;
}

/* From here on nothing is opened but to be read.  A filter that is refused is
 * no reason to leave the question without an answer. */
static void confine(const struct args *a)
{
	const struct tt_confine_options options = { .is_reader = true };
	const bool is_first = tt_guard_nth(a->r.o.guard) == 0;
	struct tt_confined confined;
	struct tt_err err = { 0 };

	if (a->is_unconfined) {
		if (is_first)
			tt_cli_say("--no-sandbox: evidence is read without "
				   "confinement");
		return;
	}
	tt_spool_reserve(2); /* events, and mails that logs carry */
	if (tt_confine(&options, &confined, &err) < 0 && is_first)
		tt_cli_say("not confined as it should be: %s", err.text);
}

/* In a process that may crash; the exit status. */
static int read_all(struct args *a, int fd, int manifest_fd)
{
	struct tt_show_options *const o = &a->r.o;
	struct tt_out out, messages, manifest;

	tt_out_init(&messages, STDERR_FILENO);
	o->messages = &messages;
	int status = tt_guard_begin(&o->guard,
				    &(struct tt_guard_options){ .show = o });

	if (status < 0) {
		tt_out_init(&out, fd);
		tt_out_init(&manifest, manifest_fd);
		out.ledger = tt_guard_ledger(o->guard, 0);
		messages.ledger = tt_guard_ledger(o->guard, 1);
		manifest.ledger = tt_guard_ledger(o->guard, 2);
		o->emit.out = &out;
		o->manifest = a->manifest ? &manifest : NULL;
		o->is_interrupted = tt_cli_catch_interrupt();
		confine(a);
		status = (int)tt_run_show(o);
		tt_out_release(&out);
		tt_out_release(&manifest);
		messages.ledger = NULL;
		tt_guard_done(&o->guard);
	}
	tt_out_release(&messages);
	return status;
}

static int run(void *ctx)
{
	struct args *const a = ctx;
	struct tt_show_options *const o = &a->r.o;
	int fd = -1, manifest_fd = -1;
	int status = tt_cli_output("show", o, a->output, &fd);

	if (!status && a->manifest)
		status = tt_cli_second_output("show", o, "--manifest",
					      a->manifest, &manifest_fd);
	if (!status)
		status = tt_cli_reading_look(&a->r, fd);
	if (status)
		return status;
	invite(a);
	status = read_all(a, fd, manifest_fd);
	if (manifest_fd >= 0)
		status = close_file(a->manifest, manifest_fd, status);
	if (fd != STDOUT_FILENO)
		status = close_file(a->output, fd, status);
	return status;
}

int tt_cmd_show(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = {
		.r = { .command = "show", .config = { .arena = &arena } },
	};
	int status = parse(&a, argc, argv);

	take_files(&a, argc, argv);
	if (status == TT_EXIT_DONE)
		status = tt_cli_reading_run(&a.r, tt_help_show, run, &a);
	tt_arena_release(&arena);
	return status;
}

/* serve - a page on the loopback interface */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <tlstrail/web.h>

#include "reading.h"

enum {
	OPT_PORT = TT_OPT_OWN,
	OPT_ADDRESS,
	OPT_OPEN,
	OPT_NO_SANDBOX,
};

/* Those of reading, but for what is about one output or an exit status. */
static const struct option long_options[] = {
	TT_CLI_MEANING_OPTIONS,
	{ "port", required_argument, NULL, OPT_PORT },
	{ "address", required_argument, NULL, OPT_ADDRESS },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	TT_CLI_LAST_OPTIONS,
};

struct args {
	struct tt_cli_reading r;
	struct tt_web_options o;
	const char *port, *address;
	bool is_to_open;
};

/* ---- the command line ---- */

static int take_option(struct args *a, int c, char **argv)
{
	if (tt_cli_reading_take(&a->r, c))
		return TT_EXIT_DONE;
	switch (c) {
	case OPT_PORT: a->port = optarg; break;
	case OPT_ADDRESS: a->address = optarg; break;
	case OPT_OPEN: a->is_to_open = true; break;
	case OPT_NO_SANDBOX: a->o.is_unconfined = true; break;
	default: return tt_cli_bad_option("serve", c, argv, long_options);
	}
	return TT_EXIT_DONE;
}

/* Only this machine is to reach it. */
static int take_address(struct args *a)
{
	a->o.is_ipv6 = a->address && strcmp(a->address, "::1") == 0;
	if (!a->address || a->o.is_ipv6 ||
	    strcmp(a->address, "127.0.0.1") == 0)
		return TT_EXIT_DONE;
	return tt_cli_usage("serve", "--address %s: give 127.0.0.1 or ::1; no "
			    "other machine is served", a->address);
}

static int take_port(struct args *a)
{
	const int64_t port =
		a->port ? tt_slice_number(tt_slice_str(a->port), 65535) : 0;

	if (port < 0)
		return tt_cli_usage("serve", "--port %s: give a number up to "
				    "65535; 0 takes a free one", a->port);
	a->o.port = (uint16_t)port;
	return TT_EXIT_DONE;
}

static int parse(struct args *a, int argc, char **argv)
{
	int c, status = TT_EXIT_DONE;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		status = take_option(a, c, argv);
		if (status || a->r.want_help)
			return status;
	}
	if (a->r.want_version)
		return TT_EXIT_DONE;
	if (optind + 1 < argc)
		return tt_cli_usage("serve", "unexpected argument: %s",
				    argv[optind + 1]);
	a->o.case_path = optind < argc ? argv[optind] : NULL;
	status = take_address(a);
	if (!status)
		status = take_port(a);
	return status ? status : tt_cli_reading_check(&a->r);
}

/* ---- the server ---- */

static int tell_url(const struct tt_web *web)
{
	struct tt_out out;

	tt_out_init(&out, STDOUT_FILENO);
	tt_out_str(&out, tt_web_url(web));
	tt_out_str(&out, "\n");
	return tt_cli_finish(&out, TT_EXIT_DONE);
}

static int serve(struct args *a, struct tt_web *web)
{
	struct tt_err err = { 0 };
	const int status = tell_url(web);

	if (status)
		return status;
	if (a->is_to_open && tt_web_open_browser(web, &err) != TT_OK)
		tt_cli_say("%s: open the URL yourself", err.text);
	return (int)tt_web_run(web);
}

static int run(void *ctx)
{
	struct args *const a = ctx;
	struct tt_err err = { 0 };
	struct tt_web *web = NULL;
	struct tt_out messages;
	int status = TT_EXIT_INTERNAL;

	signal(SIGPIPE, SIG_IGN); /* who goes away does not end the server */
	tt_out_init(&messages, STDERR_FILENO);
	a->o.show = &a->r.o;
	a->o.messages = &messages;
	if (a->o.is_unconfined)
		tt_cli_say("--no-sandbox: evidence is read without "
			   "confinement");
	const enum tt_status made = tt_web_new(&web, &a->o, &err);

	if (made == TT_OK)
		status = serve(a, web);
	else
		tt_cli_say("%s", err.text);
	if (made == TT_USAGE)
		status = TT_EXIT_USAGE;
	else if (made == TT_INPUT)
		status = TT_EXIT_NO_INPUT;
	tt_web_free(&web);
	tt_out_release(&messages);
	return status;
}

int tt_cmd_serve(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = {
		.r = { .command = "serve", .config = { .arena = &arena } },
	};
	int status = parse(&a, argc, argv);

	if (status == TT_EXIT_DONE)
		status = tt_cli_reading_run(&a.r, tt_help_serve, run, &a);
	tt_arena_release(&arena);
	return status;
}

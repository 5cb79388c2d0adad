/* verify - are the sources of a case still what was read? */
#include <unistd.h>
#include "reading.h"

static const struct option long_options[] = {
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int run(struct tt_verify_options *o)
{
	struct tt_out out, messages;

	tt_out_init(&out, STDOUT_FILENO);
	tt_out_init(&messages, STDERR_FILENO);
	o->out = &out;
	o->messages = &messages;
	o->is_interrupted = tt_cli_catch_interrupt();
	const int status = (int)tt_run_verify(o);

	tt_out_release(&out);
	tt_out_release(&messages);
	return status;
}

int tt_cmd_verify(int argc, char **argv)
{
	struct tt_verify_options o = { 0 };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":qh", long_options, NULL)) != -1)
		switch (c) {
		case 'q': o.is_quiet = true; break;
		case 'h': return tt_cli_print(tt_help_verify);
		default:
			return tt_cli_bad_option("verify", c, argv,
						 long_options);
		}
	if (optind + 1 != argc)
		return tt_cli_usage("verify", "give one case");
	o.path = argv[optind];
	return run(&o);
}

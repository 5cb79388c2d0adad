/* message - lines for the person at the terminal
 *
 * Whatever the user typed or a file is called goes through tt_out_text():
 * a file name may hold an escape sequence too. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"

static void TT_PRINTF(1, 0) say(const char *fmt, va_list ap)
{
	char text[1024];
	struct tt_out out;

	vsnprintf(text, sizeof(text), fmt, ap);
	tt_out_init(&out, STDERR_FILENO);
	tt_out_str(&out, "tlstrail: ");
	tt_out_text(&out, tt_slice_str(text));
	tt_out_str(&out, "\n");
	(void)!tt_out_flush(&out); /* there is nobody else to tell */
	tt_out_release(&out);
}

void tt_cli_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

int tt_cli_usage(const char *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	if (command)
		tt_cli_say("try 'tlstrail %s --help'", command);
	else
		tt_cli_say("try 'tlstrail --help'");
	return TT_EXIT_USAGE;
}

static bool is_known(const struct option *options, int val)
{
	for (; options->name; options++)
		if (options->val == val)
			return true;
	return false;
}

int tt_cli_bad_option(const char *command, int c, char **argv,
		      const struct option *options)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return tt_cli_usage(command, "option %s needs a value", word);
	if (optopt && is_known(options, optopt) &&
	    strncmp(word, "--", 2) == 0)
		return tt_cli_usage(command, "option %s takes no value", word);
	/* A letter in a cluster: its word may be only half read. */
	if (optopt && optopt < 256)
		return tt_cli_usage(command, "unknown option -%c", optopt);
	return tt_cli_usage(command, "unknown option %s", word);
}

int tt_cli_finish(struct tt_out *out, int status)
{
	if (tt_out_flush(out) < 0) {
		tt_cli_say("the output could not be written: %s",
			   strerror(out->failed));
		status = TT_EXIT_OUTPUT;
	}
	tt_out_release(out);
	return status;
}

int tt_cli_print(const char *text)
{
	struct tt_out out;

	tt_out_init(&out, STDOUT_FILENO);
	tt_out_str(&out, text);
	return tt_cli_finish(&out, TT_EXIT_DONE);
}

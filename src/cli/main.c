/* tlstrail - which transfers of a message were encrypted, and how we know
 *
 * The first word is a command; where it is none, `show` is meant.  Each
 * command parses its own options and returns the exit status (run.h). */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/util/heap.h>
#include "cli.h"

static int help(int argc, char **argv);

static const struct tt_command commands[] = {
	{ "show", "timelines for people, or --json", tt_cmd_show,
	  tt_help_show },
	{ "scan", "everything under some paths into a case file", tt_cmd_scan,
	  tt_help_scan },
	{ "report", "what a case comes to, on the terminal or as a page",
	  tt_cmd_report, tt_help_report },
	{ "export", "the timelines of a case, for other programs",
	  tt_cmd_export, tt_help_export },
	{ "verify", "whether the sources of a case are what was read",
	  tt_cmd_verify, tt_help_verify },
	{ "serve", "a page to paste into, on this machine", tt_cmd_serve,
	  tt_help_serve },
	{ "rules", "list, show or test the rule sets", tt_cmd_rules,
	  tt_help_rules },
	{ "explain", "what a word or code of the output means",
	  tt_cmd_explain, tt_help_explain },
	{ "help", "this, or the help of a command", help, tt_help_main },
};

const struct tt_command *tt_command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int help(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "help";
	const struct tt_command *c = tt_command_find(word);

	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		return tt_cli_print(tt_help_main);
	if (!c || argc > 2)
		return tt_cli_usage(NULL, "no such command: %s",
				    argv[argc - 1]);
	return tt_cli_print(c->help);
}

/* A reader that goes away ends us without a word, whatever the program that
 * started us chose. A handler, since libarchive turns the default action into
 * SIG_IGN behind our back; within it the default is what happens. */
static void on_pipe(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

/* Where one of the standard descriptors came closed, the next file opened
 * would take its number, and messages would land in the output.  Held open
 * the wrong way round it fails when used, as a closed one does. */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ?
							 O_WRONLY :
							 O_RDONLY);
}

int main(int argc, char **argv)
{
	char *show[] = { (char *)"show", NULL };

	tt_heap_begin();
	hold_standard_descriptors();
	signal(SIGPIPE, on_pipe);
	signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit fails instead */
	if (argc < 1)
		return tt_cmd_show(1, show);
	if (argc > 1 && (strcmp(argv[1], "-h") == 0 ||
			 strcmp(argv[1], "--help") == 0))
		return tt_cli_print(tt_help_main);

	const struct tt_command *c = argc > 1 ? tt_command_find(argv[1]) :
						NULL;

	return c ? c->run(argc - 1, argv + 1) : tt_cmd_show(argc, argv);
}

/* rules - list, show and test the rule sets */
#include <string.h>
#include <unistd.h>
#include "cli.h"

static int list(const struct tt_rules *rules, const char *name,
		struct tt_out *out)
{
	(void)name;
	tt_rules_list(rules, out);
	return TT_EXIT_DONE;
}

static int show(const struct tt_rules *rules, const char *name,
		struct tt_out *out)
{
	if (tt_rules_show(rules, name, out))
		return TT_EXIT_DONE;
	return tt_cli_usage("rules",
			    "no such rule: %s ('tlstrail rules list' "
			    "names them)",
			    name);
}

static int test(const struct tt_rules *rules, const char *name,
		struct tt_out *out)
{
	const struct tt_sample_score score = tt_rules_test(rules, out);

	(void)name;
	tt_out_printf(out, "%zu samples passed, %zu failed\n", score.passed,
		      score.failed);
	return score.failed ? TT_EXIT_USAGE : TT_EXIT_DONE;
}

static const struct action {
	const char *name;
	int n_words; /* after its own name */
	int (*run)(const struct tt_rules *rules, const char *name,
		   struct tt_out *out);
} actions[] = {
	{ "list", 0, list },
	{ "show", 1, show },
	{ "test", 0, test },
};

static const struct action *find(const char *word)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, word) == 0)
			return &actions[i];
	return NULL;
}

static int run(const struct action *a, const char *name,
	       const struct tt_config *c)
{
	struct tt_rules *rules = NULL;
	struct tt_err err = { 0 };
	struct tt_out out;

	if (tt_rules_load(&rules, tt_rules_dir(c->arena), c->rules.v,
			  c->rules.n, true, &err) < 0) {
		tt_cli_say("%s", err.text);
		return TT_EXIT_USAGE;
	}
	tt_out_init(&out, STDOUT_FILENO);
	const int status = a->run(rules, name, &out);

	tt_rules_free(&rules);
	return tt_cli_finish(&out, status);
}

static int run_words(int argc, char **argv, struct tt_config *c)
{
	struct tt_err err = { 0 };

	if (optind == argc)
		return tt_cli_usage("rules",
				    "rules needs one of: list, show, test");
	const struct action *a = find(argv[optind]);
	const int n = argc - optind - 1;

	if (!a)
		return tt_cli_usage("rules", "rules has no action %s",
				    argv[optind]);
	if (n < a->n_words)
		return tt_cli_usage("rules", "rules %s needs a NAME", a->name);
	if (n > a->n_words)
		return tt_cli_usage("rules", "one word too many: %s",
				    argv[argc - 1]);
	if (tt_config_fill(c, &err) < 0) {
		tt_cli_say("%s", err.text);
		return TT_EXIT_USAGE;
	}
	return run(a, n ? argv[optind + 1] : NULL, c);
}

int tt_cmd_rules(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "rules", required_argument, NULL, 256 },
		{ NULL, 0, NULL, 0 },
	};
	struct tt_arena arena = { 0 };
	struct tt_config config = { .arena = &arena };
	int c, status = -1;

	opterr = 0;
	while (status < 0 &&
	       (c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (c == 256)
			*tt_vec_push(&arena, &config.rules) = optarg;
		else if (c == 'h')
			status = tt_cli_print(tt_help_rules);
		else
			status = tt_cli_bad_option("rules", c, argv, options);
	}
	if (status < 0)
		status = run_words(argc, argv, &config);
	tt_arena_release(&arena);
	return status;
}

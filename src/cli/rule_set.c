/* rule_set - which rules a run stands on
 *
 * The shipped set lies beside the program in its tree (build/tlstrail and
 * rules/), else where `make install` put it.  The hash of the set that the
 * build tested is compiled in: any other set, and every --rules directory,
 * proves its samples before a byte of evidence is read, because fewer or
 * other rules would silently change verdicts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/run/confine.h>
#include <tlstrail/store.h>
#include <tlstrail/web.h>

#include "cli.h"

static const char *beside(struct tt_arena *arena, const char *dir,
			  const char *below)
{
	const char *rules = tt_arena_printf(arena, "%s/%s", dir, below);
	const char *suites = tt_arena_printf(arena, "%s/suites.yaml", rules);

	return access(suites, R_OK) == 0 ? rules : NULL;
}

const char *tt_rules_dir(struct tt_arena *arena)
{
	/* build/tlstrail, build/asan/tlstrail, PREFIX/bin/tlstrail */
	static const char *const places[] = { "../rules", "../../rules",
					      "../share/tlstrail/rules" };
	char self[4096];
	const ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return TT_RULES_DIR;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return TT_RULES_DIR;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *dir = beside(arena, self, places[i]);

		if (dir)
			return dir;
	}
	return TT_RULES_DIR;
}

/* The samples of a set that is not the one the build tested. */
static bool prove(const char *dir)
{
	struct tt_rules *rules = NULL;
	struct tt_sample_score score = { 0, 1 };
	struct tt_err err = { 0 };
	struct tt_out out;

	tt_out_init(&out, STDERR_FILENO);
	if (tt_rules_load(&rules, dir, NULL, 0, true, &err) == TT_OK)
		score = tt_rules_test(rules, &out);
	if (score.failed)
		tt_out_str(&out, "tlstrail: these rules are not those the "
				 "program was built with, and their samples "
				 "fail\n");
	(void)!tt_out_flush(&out);
	tt_out_release(&out);
	tt_rules_free(&rules);
	return score.failed == 0;
}

struct tt_rules *tt_cli_rules(const struct tt_config *c)
{
	const char *dir = tt_rules_dir(c->arena);
	struct tt_rules *rules = NULL;
	struct tt_err err = { 0 };

	if (tt_rules_open(&rules, dir, c->rules.v, c->rules.n, &err) < 0) {
		tt_cli_say("%s", err.text);
		return NULL;
	}
	if (c->rules.n == 0 && !tt_rules_is_built_in(rules) && !prove(dir))
		tt_rules_free(&rules);
	return rules;
}

int tt_cli_version(const struct tt_config *c)
{
	struct tt_rules *rules = tt_cli_rules(c);
	struct tt_out out;

	if (!rules)
		return TT_EXIT_USAGE;
	tt_out_init(&out, STDOUT_FILENO);
	tt_out_str(&out, "tlstrail " TT_VERSION "\n");
	tt_util_versions(&out);
	tt_source_versions(&out);
	tt_message_versions(&out);
	tt_rule_versions(&out);
	tt_trail_versions(&out);
	tt_store_versions(&out);
	tt_run_versions(&out);
	tt_web_versions(&out);
	tt_out_str(&out, "rules ");
	tt_out_str(&out, tt_rules_hash(rules));
	tt_out_str(&out, tt_rules_is_built_in(rules) ?
				 " (as built in)\n" :
				 " (not those the program was built with)\n");
	tt_rules_free(&rules);
	return tt_cli_finish(&out, TT_EXIT_DONE);
}

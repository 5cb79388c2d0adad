/* log_rules_fixture.h - the project's rules, those of logs too, for a group */
#ifndef TESTS_LOG_RULES_FIXTURE_H
#define TESTS_LOG_RULES_FIXTURE_H

#include "trail_fixture.h"

static struct tt_rules *log_rules;

static int load_logs(void **state)
{
	struct tt_err err;

	if (load(state) < 0)
		return -1;
	return tt_rules_load_logs(&log_rules,
				  ((struct fixture *)*state)->rules, &err);
}

static int unload_logs(void **state)
{
	tt_rules_free(&log_rules);
	return unload(state);
}

#endif

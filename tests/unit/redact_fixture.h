/* redact_fixture.h - the shipped rules and an arena, for a group of tests of
 * the redactor */
#ifndef TESTS_REDACT_FIXTURE_H
#define TESTS_REDACT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/rule.h>

static struct tt_rules *rules;
static struct tt_arena arena;

static inline int open_rules(void **state)
{
	struct tt_err err = { 0 };

	(void)state;
	if (tt_rules_load(&rules, "rules", NULL, 0, true, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static inline int close_rules(void **state)
{
	(void)state;
	tt_rules_free(&rules);
	tt_arena_release(&arena);
	return 0;
}

#endif

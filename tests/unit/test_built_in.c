/* test_built_in - the rule files that were compiled in
 *
 * They save reading YAML and nothing else: each tree must be the one its bytes
 * read as, and what lies in the directory must win, whatever was built in. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "rule/built_in.h"
#include "rule/rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* ---- the trees ---- */

static bool is_same_slice(struct tt_slice a, struct tt_slice b)
{
	return tt_slice_eq(a, b) && (a.p == NULL) == (b.p == NULL);
}

static bool is_same_tree(const struct tt_node *a, const struct tt_node *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->kind != b->kind || a->line != b->line ||
		    !is_same_slice(a->text, b->text) ||
		    !is_same_slice(a->key, b->key) ||
		    !is_same_tree(a->first, b->first))
			return false;
	return !a && !b;
}

static void test_trees(void **state)
{
	struct tt_arena arena = { 0 };

	(void)state;
	assert_true(tt_built_in_count() > 50);
	for (size_t i = 0; i < tt_built_in_count(); i++) {
		const struct tt_built_in *b = tt_built_in_at(i);
		struct tt_err err = { 0 };
		const struct tt_rule_file file = {
			.path = b->name,
			.name = b->name,
			.bytes = tt_built_in_bytes(b),
			.arena = &arena,
			.err = &err
		};
		struct tt_node *read;

		tt_arena_clear(&arena);
		assert_int_equal(tt_yaml_read(&read, &file, false), TT_OK);
		if (!is_same_tree(tt_built_in_tree(b, &arena), read))
			fail_msg("%s is not what it reads as", b->name);
	}
	tt_arena_release(&arena);
}

/* Only a file with that name and those bytes is known. */
static void test_find(void **state)
{
	struct tt_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < tt_built_in_count(); i++) {
		const struct tt_built_in *b = tt_built_in_at(i);
		const struct tt_slice bytes = tt_built_in_bytes(b);
		uint8_t *other = tt_arena_alloc(&arena, bytes.n + 1);

		memcpy(other, bytes.p, bytes.n);
		other[bytes.n] = '\n';
		assert_ptr_equal(tt_built_in_find(b->name, bytes), b);
		assert_ptr_equal(tt_built_in_find(b->name, (struct tt_slice){
							  other, bytes.n }),
				 b);
		assert_null(tt_built_in_find(
			b->name, (struct tt_slice){ other, bytes.n + 1 }));
		assert_null(tt_built_in_find(
			b->name, (struct tt_slice){ other, bytes.n - 1 }));
		other[bytes.n / 2] ^= 1;
		assert_null(tt_built_in_find(
			b->name, (struct tt_slice){ other, bytes.n }));
		assert_null(tt_built_in_find("other.yaml", bytes));
		tt_arena_clear(&arena);
	}
	tt_arena_release(&arena);
}

/* ---- the set ---- */

/* Read and hashed anew, since samples are wanted. */
static void test_hash(void **state)
{
	struct tt_rules *quick = NULL, *slow = NULL;
	struct tt_err err = { 0 };

	(void)state;
	assert_int_equal(
		tt_rules_load(&quick, "rules", NULL, 0, false, &err), TT_OK);
	assert_int_equal(tt_rules_load(&slow, "rules", NULL, 0, true, &err),
			 TT_OK);
	assert_true(tt_rules_is_built_in(quick));
	assert_true(tt_rules_is_built_in(slow));
	assert_string_equal(tt_rules_hash(quick), tt_rules_hash(slow));
	assert_int_equal(quick->writers.n, slow->writers.n);
	tt_rules_free(&quick);
	tt_rules_free(&slow);
}

static void write_file(const char *dir, const char *name,
		       struct tt_slice bytes)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	(void)mkdir(path, 0700);
	*slash = '/';
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static void write_set(const char *dir)
{
	for (size_t i = 0; i < tt_built_in_count(); i++)
		write_file(dir, tt_built_in_at(i)->name,
			   tt_built_in_bytes(tt_built_in_at(i)));
}

static void remove_set(const char *dir)
{
	static const char *const more[] = { "received/more.yaml", "received",
					    "header", "json", "layout", "log",
					    "profiles", "status", "" };
	char path[256];

	for (size_t i = 0; i < tt_built_in_count() + N(more); i++) {
		const char *name = i < tt_built_in_count() ?
					   tt_built_in_at(i)->name :
					   more[i - tt_built_in_count()];

		snprintf(path, sizeof(path), "%s/%s", dir, name);
		(void)remove(path);
	}
}

/* The name that a set gives to the software of a writer. */
static bool has_software(const struct tt_rules *rules, const char *id,
			 const char *software)
{
	for (size_t i = 0; i < rules->writers.n; i++)
		if (strcmp(rules->writers.v[i].id, id) == 0)
			return tt_slice_eq(rules->writers.v[i].software,
					   tt_slice_str(software));
	return false;
}

#define OTHER                                       \
	"format: 1\nsoftware: Another\nidentify:\n" \
	"  - all: [{slot: by_comment, pattern: \"^Another$\"}]\n"

/* What lies in the directory counts. */
static void test_changed(void **state)
{
	static const struct {
		const char *name, *file, *text; /* no text: not there */
		bool is_built_in;
		const char *writer, *software;
	} rows[] = {
		{ "as it was", NULL, NULL, true, "received/postfix",
		  "Postfix" },
		{ "another writer in its place", "received/postfix.yaml",
		  OTHER, false, "received/postfix", "Another" },
		{ "one more", "received/more.yaml", OTHER, false,
		  "received/more", "Another" },
		{ "... and the rest as built in", "received/more.yaml", OTHER,
		  false, "received/postfix", "Postfix" },
		{ "one less", "received/postfix.yaml", NULL, false,
		  "received/exim", "Exim" },
	};
	char dir[64], path[128];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_rules *rules = NULL;
		struct tt_err err = { 0 };

		snprintf(dir, sizeof(dir), "%s/test_built_in.XXXXXX",
			 P_tmpdir);
		assert_non_null(mkdtemp(dir));
		write_set(dir);
		if (rows[i].text) {
			write_file(dir, rows[i].file,
				   tt_slice_str(rows[i].text));
		} else if (rows[i].file) {
			snprintf(path, sizeof(path), "%s/%s", dir,
				 rows[i].file);
			assert_int_equal(unlink(path), 0);
		}
		if (tt_rules_load(&rules, dir, NULL, 0, false, &err) < 0)
			fail_msg("%s: %s", rows[i].name, err.text);
		if (tt_rules_is_built_in(rules) != rows[i].is_built_in ||
		    !has_software(rules, rows[i].writer, rows[i].software))
			fail_msg("%s: not so", rows[i].name);
		tt_rules_free(&rules);
		remove_set(dir);
		assert_int_not_equal(access(dir, F_OK), 0);
	}
}

/* A set with another beside it is another set. */
static void test_extra(void **state)
{
	char dir[64];
	const char *const extra[] = { dir };
	struct tt_rules *rules = NULL;
	struct tt_err err = { 0 };

	(void)state;
	snprintf(dir, sizeof(dir), "%s/test_built_in.XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(dir));
	write_file(dir, "received/more.yaml", TT_S(OTHER));
	if (tt_rules_load(&rules, "rules", extra, 1, false, &err) < 0)
		fail_msg("%s", err.text);
	assert_false(tt_rules_is_built_in(rules));
	assert_true(has_software(rules, "received/more", "Another"));
	assert_true(has_software(rules, "received/postfix", "Postfix"));
	tt_rules_free(&rules);
	remove_set(dir);
	assert_int_not_equal(access(dir, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees), cmocka_unit_test(test_find),
		cmocka_unit_test(test_hash),  cmocka_unit_test(test_changed),
		cmocka_unit_test(test_extra),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

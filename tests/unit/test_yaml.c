/* test_yaml - rule files that must not load, each with file, line and reason
 *
 * A rule file is trusted more than mail, but it may come from anywhere: what
 * libyaml would do with aliases, tags and nesting must not happen, and no
 * mistake may silently drop a rule. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "rule/rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static enum tt_status read_text(struct tt_node **root, struct tt_slice text,
				bool want_samples, struct tt_arena *arena,
				struct tt_err *err)
{
	const struct tt_rule_file file = { .path = "x.yaml",
					   .name = "x",
					   .bytes = text,
					   .arena = arena,
					   .err = err };

	*err = (struct tt_err){ 0 };
	return tt_yaml_read(root, &file, want_samples);
}

/* ---- the text of a file ---- */

static void test_bad_yaml(void **state)
{
	static const struct {
		const char *name, *text, *message;
	} rows[] = {
		{ "alias", "a: b\nc: *d\n", "x.yaml:2: aliases" },
		{ "alias as key", "a: b\n*d : c\n", "x.yaml:2: aliases" },
		{ "anchor of a word", "a: &d b\n", "x.yaml:1: anchors" },
		{ "anchor of a map", "a:\n  &d\n  b: c\n",
		  "x.yaml:2: anchors" },
		{ "anchor of a list", "a: 1\nb: &d [c]\n",
		  "x.yaml:2: anchors" },
		{ "tag of a word", "a: !!binary b\n", "x.yaml:1: anchors" },
		{ "tag of a map", "a: 1\nb: !t {c: d}\n",
		  "x.yaml:2: anchors" },
		{ "tag of a list", "a: !!set [b]\n", "x.yaml:1: anchors" },
		{ "the tag that says nothing", "a: ! b\n",
		  "x.yaml:1: anchors" },
		{ "merge key", "a: b\n<<: *x\n", "x.yaml:2: aliases" },
		{ "nine levels",
		  "a: 1\nb: [[[[[[[[[x]]]]]]]]]\n",
		  "x.yaml:2: nested deeper than limit yaml_depth" },
		{ "nine levels of blocks", "- - - - - - - - - x\n",
		  "x.yaml:1: nested deeper" },
		{ "a key twice", "a: 1\nb: 2\na: 3\n",
		  "x.yaml:3: key given twice" },
		{ "a key twice, deeper", "a:\n  - {b: 1, b: 2}\n",
		  "x.yaml:2: key given twice" },
		{ "a key twice, quoted otherwise", "a: 1\n\"\\x61\": 2\n",
		  "x.yaml:2: key given twice" },
		{ "a list as key", "? [a]\n: b\n",
		  "x.yaml:1: a key must be a word" },
		{ "samples are not last", "samples: []\nb: 1\n",
		  "x.yaml:2: samples must be the last key" },
		{ "a second document", "a: 1\n---\nb: 2\n",
		  "x.yaml:2: a second document" },
		{ "a list at the top", "- a\n",
		  "x.yaml:1: a rule file is a map" },
		{ "a word at the top", "a\n",
		  "x.yaml:1: a rule file is a map" },
		{ "nothing", "", "x.yaml:1: a rule file is a map" },
		{ "a comment alone", "# a\n",
		  "x.yaml:1: a rule file is a map" },
		{ "a tab where space belongs", "a:\n\t- b\n", "x.yaml:2:" },
		{ "a quote never closed", "a: \"b\n", "x.yaml:" },
		{ "a bracket never closed", "a: [b\n", "x.yaml:" },
		{ "not UTF-8", "a: \xff\xfe\n", "x.yaml:" },
		{ "a control byte", "a: \x01\n", "x.yaml:" },
	};
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_node *root;
		struct tt_err err;
		const enum tt_status st =
			read_text(&root, tt_slice_str(rows[i].text), true,
				  &arena, &err);

		if (st != TT_RULE || root ||
		    strncmp(err.text, rows[i].message,
			    strlen(rows[i].message)) != 0) {
			print_error("%s: status %d, %s, not %s\n",
				    rows[i].name, (int)st, err.text,
				    rows[i].message);
			n_wrong++;
		}
		tt_arena_release(&arena);
	}
	assert_int_equal(n_wrong, 0);
}

static void test_good_yaml(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_node *root;
	struct tt_err err;

	(void)state;
	assert_int_equal(read_text(&root,
				   TT_S("a: 1\nb: {c: [d, \"e f\"], g: |\n"
					"   x\n}\n"),
				   true, &arena, &err), TT_RULE);
	assert_int_equal(read_text(&root,
				   TT_S("---\na: 1\nb: {c: [d, \"e f\"]}\n"
					"k: |\n  x\n  y\nsamples: [z]\n...\n"),
				   true, &arena, &err), TT_OK);
	const struct tt_node *b = tt_node_get(root, "b");
	const struct tt_node *c = tt_node_get(b, "c");

	assert_int_equal(b->line, 3);
	assert_int_equal(c->kind, TT_NODE_LIST);
	assert_true(tt_node_has(c, TT_S("e f")));
	assert_false(tt_node_has(c, TT_S("e")));
	assert_true(tt_slice_eq(tt_node_text(root, "a"), TT_S("1")));
	assert_true(tt_slice_eq(tt_node_text(root, "k"), TT_S("x\ny\n")));
	assert_null(tt_node_text(root, "b").p);
	assert_null(tt_node_get(root, "samples")->next);
	/* The same without samples: reading stops there. */
	assert_int_equal(read_text(&root, TT_S("a: 1\nsamples: [*x"), false,
				   &arena, &err), TT_OK);
	assert_null(tt_node_get(root, "samples"));
	assert_true(tt_slice_eq(tt_node_text(root, "a"), TT_S("1")));
	tt_arena_release(&arena);
}

/* ---- size and time ---- */

static void put_many(struct tt_out *o, const char *unit, size_t bytes)
{
	while (o->n < bytes)
		tt_out_str(o, unit);
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As large as a file may be, and made of one thing: it ends soon. */
static void test_large(void **state)
{
	static const struct {
		const char *name, *unit;
		bool is_ok;
	} rows[] = {
		{ "[", "[", false },
		{ "{", "{", false },
		{ "[[ on lines", "[\n", false },
		{ "blocks", "- ", false },
		{ "keys of one map", NULL, false },
		{ "entries of one list", "- x\n", false }, /* no map */
		{ "quotes", "'", false },
		{ "? keys", "? ", false },
		{ "&", "&a ", false },
		{ "*", "*a ", false },
		{ "!", "!a ", false },
		{ "%", "%a\n", false },
		{ "---", "---\n", false },
		{ ": ", ": ", false },
		{ ", ", ", ", false },
		{ "#", "#", false },
		{ "spaces", " ", false },
		{ "line ends", "\n", false },
		{ "NUL", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const size_t max = (size_t)TT_MAX_yaml_bytes - 8;
		struct tt_arena arena = { 0 };
		struct tt_node *root;
		struct tt_err err;
		struct tt_out out;

		tt_out_init(&out, -1);
		if (rows[i].unit)
			put_many(&out, rows[i].unit, max);
		else if (strcmp(rows[i].name, "NUL") == 0)
			tt_out_pad(&out, '\0', max);
		else
			for (size_t k = 0; out.n < max; k++)
				tt_out_printf(&out, "%zx:\n", k);
		const double before = cpu_s();
		const enum tt_status st = read_text(
			&root, (struct tt_slice){ out.buf, out.n }, true,
			&arena, &err);
		const double took = cpu_s() - before;

		if ((st == TT_OK) != rows[i].is_ok || took > 1)
			fail_msg("%s: status %d, %.3f s, %s", rows[i].name,
				 (int)st, took, err.text);
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
}

static void test_size(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_node *root;
	struct tt_err err;
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	tt_out_str(&out, "a: ");
	tt_out_pad(&out, 'x', (size_t)TT_MAX_yaml_bytes - 3);
	assert_int_equal(read_text(&root,
				   (struct tt_slice){ out.buf, out.n }, true,
				   &arena, &err), TT_OK);
	tt_out_pad(&out, 'x', 1);
	assert_int_equal(read_text(&root,
				   (struct tt_slice){ out.buf, out.n }, true,
				   &arena, &err), TT_RULE);
	assert_string_equal(err.text, "x.yaml:1: longer than limit "
				      "yaml_bytes");
	tt_out_release(&out);
	tt_arena_release(&arena);
}

/* ---- rule files: what they may say ---- */

#define GENERIC "format: 1\ngeneric: true\n"
#define WRITER "format: 1\nsoftware: X\nreferences: [\"r\"]\n"
#define IDENTIFY "identify:\n  - all: [{slot: by, pattern: '^x'}]\n"

struct dir {
	char path[64];
};

static void make_dir(struct dir *d)
{
	snprintf(d->path, sizeof(d->path), "%s/test_yaml.XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(d->path));
}

static void write_file(const struct dir *d, const char *name,
		       const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", d->path, name);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	(void)mkdir(path, 0700);
	*slash = '/';
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void remove_in(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	while (d && (e = readdir(d)) != NULL) {
		char name[512];

		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (unlink(name) < 0)
			remove_in(name);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

#define LINES                     \
	"lines:\n  - id: open\n"  \
	"    service: \"*/smtpd\"\n" \
	"    pattern: '^ connect'\n" \
	"    gives: open\n"
#define LOG_LINE "format: 1\nsoftware: X\n" LINES

static void test_bad_rules(void **state)
{
	static const struct {
		const char *name, *file, *text, *message;
	} rows[] = {
		{ "no format", "received/x.yaml", "software: X\n",
		  "/received/x.yaml:1: format: 1 is missing" },
		{ "another format", "received/x.yaml", "format: 2\n",
		  "/received/x.yaml:1: format: 1 is missing" },
		{ "an unknown key", "received/x.yaml",
		  WRITER "identity: x\n",
		  "/received/x.yaml:4: unknown key 'identity'" },
		{ "an unknown key, deeper", "received/x.yaml",
		  WRITER IDENTIFY "words:\n  - {id: a, is: SMTP, verdikt: "
			 "local}\n",
		  "/received/x.yaml:7: unknown key 'verdikt'" },
		{ "an unknown key of an escape", "received/x.yaml",
		  WRITER "\"\\x1b[31m\": x\n",
		  "/received/x.yaml:4: unknown key '" },
		{ "no such slot", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: byy, pattern: x}]\n",
		  "/received/x.yaml:5: no such slot: byy" },
		{ "a pattern that does not compile", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: '(x'}]\n",
		  "/received/x.yaml:5: pattern, at" },
		{ "recursion", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'(?R)'}]\n",
		  "/received/x.yaml:5: '(?R' is refused" },
		{ "recursion by number", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'(a(?1)?b)'}]\n",
		  "/received/x.yaml:5: '(?1' is refused" },
		{ "recursion, Oniguruma", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'(?<n>a\\g<n>?b)'}]\n",
		  "/received/x.yaml:5: '\\g' is refused" },
		{ "a callout", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'a(?C1)b'}]\n",
		  "/received/x.yaml:5: '(?C' is refused" },
		{ "a control verb", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'(*LIMIT_MATCH=9)b'}]\n",
		  "/received/x.yaml:5: '(*' is refused" },
		{ "a half character", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, pattern: "
			 "'a\\Cb'}]\n",
		  "/received/x.yaml:5: '\\C' is refused" },
		{ "a verdict nobody knows", "received/x.yaml",
		  WRITER IDENTIFY "words:\n  - {id: a, is: SMTP, verdict: "
			 "safe}\n",
		  "/received/x.yaml:7: " },
		{ "cleartext without a control", "received/x.yaml",
		  WRITER IDENTIFY "words:\n  - {id: a, is: SMTP, verdict: "
			 "cleartext, basis: software}\n",
		  "/received/x.yaml:7: " },
		{ "a marker that is not there", "received/x.yaml",
		  WRITER IDENTIFY "uses: [nonesuch]\n",
		  "/received/x.yaml:" },
		{ "a file of no kind", "resceived/x.yaml", WRITER,
		  NULL }, /* folders of other names are not looked into */
		{ "a file of no kind at the top", "x.yaml", WRITER,
		  "/x.yaml:1: no kind of rule file has this name" },
		{ "broken YAML", "received/x.yaml", "format: 1\na: [\n",
		  "/received/x.yaml:" },
		{ "an anchor of one byte", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: by, anchor: x, "
			 "pattern: x}]\n",
		  "/received/x.yaml:5: an anchor has two bytes" },
		{ "an anchor of two words of a clause", "received/x.yaml",
		  WRITER "identify:\n  - all: [{slot: with, anchor: 'a b', "
			 "pattern: a}]\n",
		  "/received/x.yaml:5: the anchor of a clause's words" },
		{ "a log line that begins like all", "log/x.yaml",
		  LOG_LINE "    begins: ['connect ', '']\n",
		  "/log/x.yaml:4: a line has id, service, pattern" },
		{ "a log line without a literal", "log/x.yaml", LOG_LINE,
		  "/log/x.yaml:4: a line has id, service, pattern" },
		{ "a log line by a list of beginnings", "log/x.yaml",
		  LOG_LINE "    begins: [open, connect]\n", NULL },
		{ "a log line by what is behind its id", "log/x.yaml",
		  LOG_LINE "    after_id: ': from=<'\n", NULL },
		{ "a log line behind an empty text", "log/x.yaml",
		  LOG_LINE "    after_id: ''\n",
		  "/log/x.yaml:4: a line has id, service, pattern" },
		{ "a glance at what has no session", "log/x.yaml",
		  LOG_LINE "    begins: connect\n    glance: true\n",
		  "/log/x.yaml:9: such a line is not read at a glance" },
		{ "a glance at a session", "log/x.yaml",
		  LOG_LINE "    begins: connect\n    session: process\n"
			   "    glance: true\n",
		  NULL },
		{ "a glance behind an anchor alone", "log/x.yaml",
		  LOG_LINE "    anchor: connect\n    session: process\n"
			   "    glance: true\n",
		  "/log/x.yaml:10: such a line is not read at a glance" },
		{ "an unknown key of a glance", "log/x.yaml",
		  LOG_LINE "    begins: connect\n    session: process\n"
			   "    glance: {but: x}\n",
		  "/log/x.yaml:10: unknown key 'but'" },
		{ "unstamped ids that are neither", "log/x.yaml",
		  "format: 1\nsoftware: X\nunstamped_ids: perhaps\n" LINES
		  "    begins: connect\n",
		  "/log/x.yaml:3: " },
		{ "an authentication nobody knows", "json/x.yaml",
		  "format: 1\nsoftware: X\nrecords:\n  - id: a\n"
		  "    when: {b: \"*\"}\n    gives: deliver\n"
		  "    fields:\n      server_auth: {path: c, values: "
		  "{\"false\": unverified}}\n",
		  "/json/x.yaml:8: no such word: unverified" },
		{ "a sample without expect", "received/x.yaml",
		  WRITER IDENTIFY "samples:\n  - received: x\n",
		  "/received/x.yaml:7: a sample has expect" },
	};
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_rules *rules = NULL;
		struct tt_err err = { 0 };
		struct dir d;

		make_dir(&d);
		write_file(&d, "received/generic.yaml", GENERIC);
		write_file(&d, rows[i].file, rows[i].text);
		const enum tt_status st =
			tt_rules_load(&rules, d.path, NULL, 0, true, &err);
		const char *message = rows[i].message;
		const bool is_right =
			message ? st == TT_RULE && !rules &&
					  strstr(err.text, message) :
				  st == TT_OK;

		if (!is_right) {
			print_error("%s: status %d, %s, not %s\n",
				    rows[i].name, (int)st, err.text,
				    message ? message : "");
			n_wrong++;
		}
		tt_rules_free(&rules);
		remove_in(d.path);
	}
	assert_int_equal(n_wrong, 0);
}

/* Every prefix of a file loads, or fails with file and line. */
static void test_prefixes(void **state)
{
	static const char text[] =
		WRITER IDENTIFY "words:\n"
				"  - id: a\n"
				"    is: [SMTP, ESMTP]\n"
				"    when: {year_max: 2010, peer: [private]}\n"
				"    verdict: unknown\n"
				"samples:\n"
				"  - received: \"by x with SMTP\"\n"
				"    expect: {verdict: unknown}\n";
	char part[sizeof(text)];
	struct dir d;

	(void)state;
	make_dir(&d);
	write_file(&d, "received/generic.yaml", GENERIC);
	for (size_t n = 0; n < sizeof(text); n++) {
		struct tt_rules *rules = NULL;
		struct tt_err err = { 0 };

		memcpy(part, text, n);
		part[n] = '\0';
		write_file(&d, "received/x.yaml", part);
		if (tt_rules_load(&rules, d.path, NULL, 0, true, &err) < 0 &&
		    !strstr(err.text, "received/x.yaml:"))
			fail_msg("%zu bytes: %s", n, err.text);
		tt_rules_free(&rules);
	}
	remove_in(d.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_yaml),
		cmocka_unit_test(test_good_yaml),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_bad_rules),
		cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* compile_rules - the shipped rule files as tables of constants
 *
 * Usage: compile_rules DIR FILE...
 *
 * Prints build/gen/rules_built_in.h: the bytes of each FILE (relative to DIR,
 * in byte order) and the tree that src/rule/yaml.c reads from it, without the
 * samples.  It is the same reader, so that there is one meaning of YAML here.
 * src/rule/built_in.h tells what the tables are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rule/built_in.h"

struct compiler {
	struct tt_arena arena;
	uint8_t *text;
	size_t n_text;
	TT_VEC(struct tt_built_in_node) nodes;
	TT_VEC(struct tt_built_in) files;
};

static _Noreturn void give_up(const char *path, const char *why)
{
	fprintf(stderr, "compile_rules: %s: %s\n", path, why);
	exit(1);
}

/* ---- reading ---- */

static struct tt_slice read_file(struct compiler *c, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = tt_arena_alloc(&c->arena, TT_MAX_yaml_bytes + 1);

	if (!f)
		give_up(path, "cannot be read");
	const size_t n = fread(p, 1, TT_MAX_yaml_bytes + 1, f);

	if (ferror(f) || n > TT_MAX_yaml_bytes)
		give_up(path, "cannot be read, or is longer than yaml_bytes");
	fclose(f);
	return (struct tt_slice){ p, n };
}

static struct tt_node *read_tree(struct compiler *c, const char *path,
				 struct tt_slice bytes)
{
	struct tt_err err = { 0 };
	const struct tt_rule_file file = { .path = path,
					   .name = path,
					   .bytes = bytes,
					   .arena = &c->arena,
					   .err = &err };
	struct tt_node *root;

	if (tt_yaml_read(&root, &file, false) < 0)
		give_up(path, err.text);
	return root;
}

/* ---- taking down ---- */

static struct tt_built_in_piece add_text(struct compiler *c, struct tt_slice s)
{
	const struct tt_built_in_piece p = { (uint32_t)c->n_text,
					     (uint32_t)s.n };

	c->text = tt_realloc(c->text, c->n_text + s.n + 1);
	if (s.n)
		memcpy(c->text + c->n_text, s.p, s.n);
	c->n_text += s.n;
	return p;
}

/* A word stands in the file as it is, but where it was escaped or folded. */
static struct tt_built_in_piece add_word(struct compiler *c,
					 const struct tt_built_in *file,
					 struct tt_slice word)
{
	if (!word.p)
		return (struct tt_built_in_piece){ TT_BUILT_IN_NONE, 0 };
	const struct tt_slice bytes = { c->text + file->bytes.at,
					file->bytes.n };
	const size_t at = tt_slice_find(bytes, word);

	if (at == SIZE_MAX)
		return add_text(c, word);
	return (struct tt_built_in_piece){ file->bytes.at + (uint32_t)at,
					   (uint32_t)word.n };
}

static void add_node(struct compiler *c, const struct tt_built_in *file,
		     const struct tt_node *node)
{
	const size_t at = c->nodes.n;

	if (node->line > UINT16_MAX)
		give_up(file->name, "has too many lines");
	*tt_vec_push(&c->arena, &c->nodes) = (struct tt_built_in_node){
		.text = add_word(c, file, node->text),
		.key = add_word(c, file, node->key),
		.line = (uint16_t)node->line,
		.kind = (uint8_t)node->kind,
		.has_children = node->first != NULL,
	};
	for (const struct tt_node *n = node->first; n; n = n->next)
		add_node(c, file, n);
	if (node->next)
		c->nodes.v[at].next = (uint32_t)c->nodes.n - file->first;
}

static void add_file(struct compiler *c, const char *dir, const char *name)
{
	const char *path = tt_arena_printf(&c->arena, "%s/%s", dir, name);
	const struct tt_slice bytes = read_file(c, path);
	struct tt_built_in file = { .name = name,
				    .bytes = add_text(c, bytes),
				    .first = (uint32_t)c->nodes.n };

	if (c->files.n &&
	    strcmp(c->files.v[c->files.n - 1].name, name) >= 0)
		give_up(path, "is not in byte order");
	add_node(c, &file, read_tree(c, path, bytes));
	file.n = (uint32_t)c->nodes.n - file.first;
	*tt_vec_push(&c->arena, &c->files) = file;
}

/* ---- printing ---- */

static void put_byte(uint8_t b)
{
	if (b == '\n')
		printf("\\n\"\n\t\"");
	else if (b == '"' || b == '\\' || b == '?' || b < 32 || b > 126)
		printf("\\%03o", b);
	else
		putchar(b);
}

static void put_text(const struct compiler *c)
{
	printf("static const char text[] =\n\t\"");
	for (size_t i = 0; i < c->n_text; i++)
		put_byte(c->text[i]);
	printf("\";\n\n");
}

static void put_nodes(const struct compiler *c)
{
	printf("static const struct tt_built_in_node nodes[] = {\n");
	for (size_t i = 0; i < c->nodes.n; i++) {
		const struct tt_built_in_node *n = &c->nodes.v[i];

		printf("\t{ { %uU, %u }, { %uU, %u }, %u, %u, %u, %d },\n",
		       n->text.at, n->text.n, n->key.at, n->key.n, n->next,
		       n->line, n->kind, n->has_children);
	}
	printf("};\n\n");
}

static void put_files(const struct compiler *c)
{
	printf("static const struct tt_built_in files[] = {\n");
	for (size_t i = 0; i < c->files.n; i++) {
		const struct tt_built_in *f = &c->files.v[i];

		printf("\t{ \"%s\", { %u, %u }, %u, %u },\n", f->name,
		       f->bytes.at, f->bytes.n, f->first, f->n);
	}
	printf("};\n");
}

int main(int argc, char **argv)
{
	struct compiler c = { 0 };

	if (argc < 3)
		give_up("usage", "compile_rules DIR FILE...");
	for (int i = 2; i < argc; i++)
		add_file(&c, argv[1], argv[i]);
	printf("/* Made by tools/compile_rules.c of the files of rules/. */\n\n");
	put_text(&c);
	put_nodes(&c);
	put_files(&c);
	tt_free(&c.text);
	tt_arena_release(&c.arena);
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}

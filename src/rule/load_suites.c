/* load_suites.c - rules/suites.yaml: cipher suites and version spellings
 *
 * The tables are literal blocks, a row a line, because a thousand small YAML
 * nodes would cost more than reading a message.  Names are looked up exactly:
 * a substring of a suite's name proves nothing. */
#include <string.h>
#include "rules.h"

#define COLUMNS 7

static const struct {
	const char *name;
	unsigned flag;
} flags[] = {
	{ "null", TT_SUITE_NULL },     { "export", TT_SUITE_EXPORT },
	{ "rc4", TT_SUITE_RC4 },       { "des", TT_SUITE_DES },
	{ "3des", TT_SUITE_3DES },     { "anon", TT_SUITE_ANON },
	{ "aead", TT_SUITE_AEAD },     { "cbc", TT_SUITE_CBC },
	{ "nofs", TT_SUITE_NOFS },     { "nofips", TT_SUITE_NOFIPS },
	{ "md5", TT_SUITE_MD5 },
};

/* One row of a block: its columns; false at the end. */
static bool next_row(struct tt_slice *block, struct tt_slice col[COLUMNS],
		     size_t *n_r)
{
	while (block->n) {
		const size_t end = tt_slice_chr(*block, '\n');
		struct tt_slice line = tt_slice_trim(
			tt_slice_sub(*block, 0, end));
		size_t n = 0;

		*block = tt_slice_sub(*block,
				      end == SIZE_MAX ? block->n : end + 1,
				      block->n);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		while (line.n && n < COLUMNS) {
			col[n] = tt_first_word(line);
			line = tt_slice_trim(tt_slice_sub(
				line, (size_t)(col[n].p - line.p) + col[n].n,
				line.n));
			n++;
		}
		*n_r = line.n ? COLUMNS + 1 : n;
		return true;
	}
	return false;
}

static bool is_dash(struct tt_slice s)
{
	return s.n == 1 && s.p[0] == '-';
}

static size_t hash_name(struct tt_slice s)
{
	uint64_t h = s.n;

	for (size_t i = 0; i < s.n; i += sizeof(h)) {
		const size_t left = s.n - i;
		uint64_t word = 0;

		memcpy(&word, s.p + i,
		       left < sizeof(word) ? left : sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	return (size_t)h;
}

static struct tt_suite_name *name_cell(const struct tt_rules *r,
				       struct tt_slice name)
{
	size_t i = hash_name(name) & r->suite_mask;

	while (r->suite_table[i].name.p &&
	       !tt_slice_eq(r->suite_table[i].name, name))
		i = (i + 1) & r->suite_mask;
	return &r->suite_table[i];
}

static void add_name(struct tt_rules *r, struct tt_slice name, uint32_t suite)
{
	if (is_dash(name) || r->n_suite_names * 2 > r->suite_mask)
		return;
	struct tt_suite_name *cell = name_cell(r, name);

	if (!cell->name.p)
		r->n_suite_names++;
	*cell = (struct tt_suite_name){ name, suite };
}

static unsigned suite_flags(struct tt_slice list, bool *is_known_r)
{
	unsigned set = 0;

	*is_known_r = true;
	while (list.n && !is_dash(list)) {
		const size_t comma = tt_slice_chr(list, ',');
		const struct tt_slice word = tt_slice_sub(list, 0, comma);
		size_t i = 0;

		while (i < sizeof(flags) / sizeof(flags[0]) &&
		       !tt_slice_eq(word, tt_slice_str(flags[i].name)))
			i++;
		if (i == sizeof(flags) / sizeof(flags[0])) {
			*is_known_r = false;
			return 0;
		}
		set |= flags[i].flag;
		list = tt_slice_sub(list,
				    comma == SIZE_MAX ? list.n : comma + 1,
				    list.n);
	}
	return set;
}

static enum tt_status bad_row(struct tt_loader *l, const struct tt_node *at,
			      struct tt_slice name)
{
	return tt_rule_bad(&l->file, at, "row of '%.*s' does not read",
			   (int)name.n, (const char *)name.p);
}

/* iana openssl gnutls first last only flags */
static enum tt_status add_suite(struct tt_loader *l, const struct tt_node *at,
				const struct tt_slice *col, size_t n)
{
	struct tt_rules *r = l->rules;
	bool is_known = false;

	if (n != COLUMNS)
		return bad_row(l, at, col[0]);
	const int first = tt_tls_by_name(col[3]), last = tt_tls_by_name(col[4]);
	const int only = is_dash(col[5]) ? TT_TLS_NONE : tt_tls_by_name(col[5]);
	const unsigned set = suite_flags(col[6], &is_known);

	if (first < 0 || last < first || only < 0 || !is_known)
		return bad_row(l, at, col[0]);
	*tt_vec_push(&r->arena, &r->suites) = (struct tt_suite){
		.iana = is_dash(col[0]) ? TT_NO_SLICE : col[0],
		.only = (enum tt_tls)only,
		.first = (enum tt_tls)first,
		.last = (enum tt_tls)last,
		.flags = set,
	};
	for (size_t i = 0; i < 3; i++)
		add_name(r, col[i], (uint32_t)(r->suites.n - 1));
	return TT_OK;
}

static enum tt_status add_alias(struct tt_loader *l, const struct tt_node *at,
				const struct tt_slice *col, size_t n)
{
	if (n != 2)
		return bad_row(l, at, col[0]);
	const struct tt_suite_name *cell = name_cell(l->rules, col[1]);

	if (!cell->name.p)
		return bad_row(l, at, col[0]);
	add_name(l->rules, col[0], cell->suite);
	return TT_OK;
}

/* Names of one kind are few: by length and last letter. */
static size_t version_kind(struct tt_slice name)
{
	return name.n ? (name.n * 7 + (name.p[name.n - 1] | 0x20)) % 64 : 0;
}

/* Behind those of its kind: the first of two rows counts. */
static void link_version(struct tt_rules *r)
{
	const size_t n = r->versions.n;
	uint32_t *at =
		&r->version_head[version_kind(r->versions.v[n - 1].name)];

	while (*at)
		at = &r->versions.v[*at - 1].next;
	*at = (uint32_t)n;
}

static enum tt_status add_version(struct tt_loader *l,
				  const struct tt_node *at,
				  const struct tt_slice *col, size_t n)
{
	if (n != 2)
		return bad_row(l, at, col[0]);
	const bool is_ambiguous = tt_slice_eq(col[1], TT_S("?"));
	const int v = is_ambiguous ? TT_TLS_NONE : tt_tls_by_name(col[1]);

	if (v < 0)
		return bad_row(l, at, col[0]);
	*tt_vec_push(&l->rules->arena, &l->rules->versions) =
		(struct tt_version_name){ .name = col[0],
					  .version = (enum tt_tls)v,
					  .is_ambiguous = is_ambiguous };
	link_version(l->rules);
	return TT_OK;
}

typedef enum tt_status (*row_fn)(struct tt_loader *l, const struct tt_node *at,
				 const struct tt_slice *col, size_t n);

static enum tt_status read_block(struct tt_loader *l,
				 const struct tt_node *root, const char *key,
				 row_fn add)
{
	const struct tt_node *node = tt_node_get(root, key);
	struct tt_slice col[COLUMNS];
	size_t n;

	if (!node || node->kind != TT_NODE_SCALAR)
		return tt_rule_bad(&l->file, root, "%s is a block of rows",
				   key);
	struct tt_slice block = node->text;

	while (next_row(&block, col, &n)) {
		const enum tt_status st = add(l, node, col, n);

		if (st < 0)
			return st;
	}
	return TT_OK;
}

enum tt_status tt_load_suites(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format",   "references", "note",
					    "versions", "suites",     "aliases",
					    NULL };
	struct tt_rules *r = l->rules;
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (!r->suite_table) {
		r->suite_mask = 8191;
		r->suite_table = TT_NEW_N(&r->arena, struct tt_suite_name,
					  r->suite_mask + 1);
	}
	if (st == TT_OK)
		st = read_block(l, root, "versions", add_version);
	if (st == TT_OK)
		st = read_block(l, root, "suites", add_suite);
	if (st == TT_OK)
		st = read_block(l, root, "aliases", add_alias);
	return st;
}

const struct tt_suite *tt_suite_find(const struct tt_rules *rules,
				     struct tt_slice name)
{
	if (!rules->suite_table || !name.n)
		return NULL;
	const struct tt_suite_name *cell = name_cell(rules, name);

	return cell->name.p ? &rules->suites.v[cell->suite] : NULL;
}

bool tt_version_find(const struct tt_rules *rules, struct tt_slice text,
		     enum tt_tls *version_r, bool *is_ambiguous_r)
{
	uint32_t i = rules->version_head[version_kind(text)];

	for (; i; i = rules->versions.v[i - 1].next) {
		const struct tt_version_name *v = &rules->versions.v[i - 1];

		if (!tt_slice_ieq(v->name, text))
			continue;
		*version_r = v->version;
		*is_ambiguous_r = v->is_ambiguous;
		return true;
	}
	return false;
}

/* load.c - a directory of rule files becomes a rule set
 *
 * Files are read in the order of their names, so that the same set always
 * loads the same way and hashes the same; kinds that others refer to come
 * first.  Anything that does not read stops the load with file, line and
 * reason: fewer rules would silently change verdicts.  Of a file that is the
 * one the build read, byte for byte, the tree is at hand. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "built_in.h"
#include "rules.h"

/* What a set is wanted for: most messages come without logs, and reading what
 * logs mean takes as long as all the rest. */
enum part { FOR_MAIL = 1, FOR_LOGS = 2, FOR_ALL = 3 };

/* Kinds in loading order; the name is a file, or a folder with its '/'. */
static const struct {
	const char *name;
	enum tt_status (*load)(struct tt_loader *l, const struct tt_node *root);
	enum part part;
} kinds[] = {
	{ "suites", tt_load_suites, FOR_ALL },
	{ "markers", tt_load_markers, FOR_MAIL },
	{ "keywords", tt_load_keywords, FOR_MAIL },
	{ "received/", tt_load_writer, FOR_MAIL },
	{ "header/", tt_load_header, FOR_MAIL },
	{ "layout/", tt_load_layout, FOR_MAIL },
	{ "profiles/", tt_load_profile, FOR_MAIL },
	{ "redact", tt_load_redact, FOR_MAIL },
	{ "advice", tt_load_advice, FOR_MAIL },
	{ "status/", tt_load_status, FOR_ALL },
	{ "log/", tt_load_log, FOR_LOGS },
	{ "json/", tt_load_json, FOR_LOGS },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct found {
	const char *name; /* relative, with .yaml */
	const char *path;
	struct tt_slice bytes;
	const struct tt_built_in *built_in; /* the same file, or NULL */
};

struct finder {
	struct tt_arena *arena;
	struct tt_arena scratch; /* one file's bytes */
	struct tt_err *err;
	TT_VEC(struct found) files;
};

/* All of it or an error: half a file may load, and judge otherwise. */
static enum tt_status read_all(struct finder *f, int fd, const char *path,
			       struct tt_slice *bytes_r)
{
	struct stat st;
	size_t n = 0;

	if (fstat(fd, &st) < 0)
		return tt_err_io(f->err, "rule file %s", path);
	if (!S_ISREG(st.st_mode))
		return tt_err_set(f->err, TT_RULE, "%s:1: not a regular file",
				  path);
	if ((uint64_t)st.st_size > TT_MAX_yaml_bytes)
		return tt_err_set(f->err, TT_RULE,
				  "%s:1: longer than limit yaml_bytes", path);
	const size_t size = (size_t)st.st_size;
	uint8_t *p = tt_arena_alloc(&f->scratch, size);

	while (n < size) {
		const ssize_t r = read(fd, p + n, size - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return tt_err_io(f->err, "rule file %s", path);
		if (r == 0)
			return tt_err_set(f->err, TT_RULE,
					  "%s:1: cut while it was read", path);
		n += (size_t)r;
	}
	*bytes_r = (struct tt_slice){ p, n };
	return TT_OK;
}

/* What was built in is not kept twice. */
static enum tt_status read_file(struct finder *f, struct found *file)
{
	const int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct tt_slice bytes;

	if (fd < 0)
		return tt_err_io(f->err, "rule file %s", file->path);
	tt_arena_clear(&f->scratch);
	const enum tt_status st = read_all(f, fd, file->path, &bytes);

	close(fd);
	if (st < 0)
		return st;
	file->built_in = tt_built_in_find(file->name, bytes);
	file->bytes = file->built_in ? tt_built_in_bytes(file->built_in) :
				       tt_arena_dup(f->arena, bytes);
	return TT_OK;
}

static bool is_yaml(const char *name)
{
	return tt_slice_iends(tt_slice_str(name), TT_S(".yaml"));
}

static enum tt_status find_in(struct finder *f, const char *dir,
			      const char *prefix)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	enum tt_status st = TT_OK;

	if (!d && errno == ENOENT && prefix[0])
		return TT_OK; /* a set need not have every folder */
	if (!d)
		return tt_err_io(f->err, "rules in %s", dir);
	while (st == TT_OK && (errno = 0, e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || !is_yaml(e->d_name))
			continue;
		struct found file = {
			.name = tt_arena_printf(f->arena, "%s%s", prefix,
						e->d_name),
			.path = tt_arena_printf(f->arena, "%s/%s", dir,
						e->d_name),
		};

		st = read_file(f, &file);
		*tt_vec_push(f->arena, &f->files) = file;
	}
	if (st == TT_OK && errno)
		st = tt_err_io(f->err, "rules in %s", dir);
	closedir(d);
	return st;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name,
		      ((const struct found *)b)->name);
}

static enum tt_status find_all(struct finder *f, const char *dir)
{
	enum tt_status st = find_in(f, dir, "");

	for (size_t i = 0; st == TT_OK && i < N_KINDS; i++) {
		const char *name = kinds[i].name;
		const size_t n = strlen(name);

		if (name[n - 1] == '/')
			st = find_in(f,
				     tt_arena_printf(f->arena, "%s/%.*s", dir,
						     (int)n - 1, name),
				     name);
	}
	if (st == TT_OK && f->files.n)
		qsort(f->files.v, f->files.n, sizeof(*f->files.v), by_name);
	return st;
}

/* Path, NUL, decimal length, NUL, bytes of each file (the Makefile computes
 * the same for the compiled-in hash). */
static void hash_files(struct tt_sha256 *h, const struct finder *f)
{
	for (size_t i = 0; i < f->files.n; i++) {
		const struct found *file = &f->files.v[i];
		char length[24];
		const int n = snprintf(length, sizeof(length), "%zu",
				       file->bytes.n);

		tt_sha256_add(h, tt_slice_str(file->name));
		tt_sha256_add(h, TT_S("\0"));
		tt_sha256_add(h, (struct tt_slice){ (const uint8_t *)length,
						    (size_t)n });
		tt_sha256_add(h, TT_S("\0"));
		tt_sha256_add(h, file->bytes);
	}
}

/* Is it the set that was built in, and nothing else? */
static bool is_built_in(const struct finder *f)
{
	for (size_t i = 0; i < f->files.n; i++)
		if (!f->files.v[i].built_in)
			return false;
	return f->files.n == tt_built_in_count();
}

/* Which kind a file is of, by its relative name. */
static size_t kind_of(const char *name)
{
	const char *slash = strchr(name, '/');
	const size_t stem = strlen(name) - strlen(".yaml");

	for (size_t i = 0; i < N_KINDS; i++) {
		const size_t n = strlen(kinds[i].name);

		if (slash ? strncmp(name, kinds[i].name, n) == 0 :
			    n == stem && !strncmp(name, kinds[i].name, n))
			return i;
	}
	return N_KINDS;
}

static enum tt_status load_file(struct tt_loader *l, const struct found *file,
				size_t kind)
{
	struct tt_rules *r = l->rules;
	const size_t stem = strlen(file->name) - strlen(".yaml");
	/* The samples are not built in. */
	const bool is_known = file->built_in && !r->want_samples;
	struct tt_node *root;
	enum tt_status st = TT_OK;

	l->file.path = file->path;
	l->file.name = tt_arena_cstr(
		&r->arena, tt_slice_sub(tt_slice_str(file->name), 0, stem));
	l->file.bytes = file->bytes;
	*tt_vec_push(&r->arena, &r->files) = (struct tt_rules_file){
		l->file.name, file->path, file->bytes };
	if (is_known)
		root = tt_built_in_tree(file->built_in, &r->arena);
	else
		st = tt_yaml_read(&root, &l->file, r->want_samples);
	if (st == TT_OK &&
	    !tt_slice_eq(tt_node_text(root, "format"), TT_S("1")))
		return tt_rule_bad(&l->file, root, "format: 1 is missing");
	if (st == TT_OK)
		st = kinds[kind].load(l, root);
	if (st == TT_OK && r->want_samples)
		st = tt_load_samples(l, root);
	return st;
}

static enum tt_status load_found(struct tt_loader *l, const struct finder *f)
{
	for (size_t k = 0; k < N_KINDS; k++)
		for (size_t i = 0; i < f->files.n; i++) {
			if (kind_of(f->files.v[i].name) != k ||
			    !(l->rules->parts & kinds[k].part))
				continue;
			const enum tt_status st =
				load_file(l, &f->files.v[i], k);

			if (st < 0)
				return st;
		}
	for (size_t i = 0; i < f->files.n; i++)
		if (kind_of(f->files.v[i].name) == N_KINDS)
			return tt_err_set(f->err, TT_RULE,
					  "%s:1: no kind of rule file has "
					  "this name", f->files.v[i].path);
	return TT_OK;
}

/* Of a set that is none but the built-in one the hash is known. */
static void take_hash(struct tt_loader *l, const struct finder *f,
		      struct tt_sha256 **hash)
{
	struct tt_rules *r = l->rules;

	if (r->n_extra == 0 && !r->want_samples && is_built_in(f)) {
		snprintf(r->hash, sizeof(r->hash), "%s", tt_built_in_hash());
		return;
	}
	if (!*hash) {
		*hash = tt_sha256_new();
		tt_sha256_begin(*hash);
	}
	hash_files(*hash, f);
}

static enum tt_status load_dir(struct tt_loader *l, const char *dir,
			       struct tt_sha256 **hash)
{
	struct finder f = { .arena = &l->rules->arena, .err = l->file.err };
	enum tt_status st = find_all(&f, dir);

	tt_arena_release(&f.scratch);
	if (st == TT_OK && f.files.n == 0)
		return tt_err_set(l->file.err, TT_RULE, "%s: no rule files",
				  dir);
	if (st < 0)
		return st;
	take_hash(l, &f, hash);
	return load_found(l, &f);
}

/* Which list an alternative is in. */
static uint32_t list_of(const struct tt_rules *r, const struct tt_identify *alt)
{
	return alt->anchor == TT_NO_INDEX ? (uint32_t)r->anchors.list.n :
					    alt->anchor;
}

/* Counts, then places: the lists keep the order of the files. */
static void index_alternatives(struct tt_rules *r)
{
	uint32_t *from = TT_NEW_N(&r->arena, uint32_t, r->anchors.list.n + 3);

	for (size_t w = 0; w < r->writers.n; w++)
		for (size_t i = 0; i < r->writers.v[w].identify.n; i++)
			from[list_of(r, &r->writers.v[w].identify.v[i]) + 2]++;
	for (size_t a = 2; a < r->anchors.list.n + 3; a++)
		from[a] += from[a - 1];
	r->alternatives = TT_NEW_N(&r->arena, struct tt_alternative,
				   from[r->anchors.list.n + 2] + 1);
	for (size_t w = 0; w < r->writers.n; w++)
		for (size_t i = 0; i < r->writers.v[w].identify.n; i++) {
			const uint32_t list =
				list_of(r, &r->writers.v[w].identify.v[i]);

			r->alternatives[from[list + 1]++] =
				(struct tt_alternative){ (uint16_t)w,
							 (uint16_t)i };
		}
	r->alternative_from = from;
}

static void write_hash(struct tt_rules *r, struct tt_sha256 *hash)
{
	uint8_t sum[TT_SHA256_LEN];

	tt_sha256_end(hash, sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		snprintf(r->hash + 2 * i, 3, "%02x", sum[i]);
}

static enum tt_status load_sets(struct tt_rules *r, const char *dir,
				const char *const *extra, size_t n_extra,
				struct tt_err *err)
{
	struct tt_loader l = { .rules = r,
			       .file = { .arena = &r->arena, .err = err } };
	struct tt_sha256 *hash = NULL; /* where it must be computed */
	enum tt_status st = load_dir(&l, dir, &hash);

	for (size_t i = 0; st == TT_OK && i < n_extra; i++)
		st = load_dir(&l, extra[i], &hash);
	if (hash)
		write_hash(r, hash);
	tt_sha256_free(&hash);
	if (st == TT_OK) {
		tt_anchors_index(&r->anchors, &r->arena);
		tt_anchors_index(&r->status_anchors, &r->arena);
		index_alternatives(r);
	}
	if (st == TT_OK && (r->parts & FOR_MAIL) &&
	    r->generic == TT_NO_INDEX)
		return tt_err_set(err, TT_RULE, "%s: no generic writer", dir);
	return st;
}

static enum tt_status load(struct tt_rules **rules_r, const char *dir,
			   const char *const *extra, size_t n_extra,
			   bool want_samples, unsigned parts,
			   struct tt_err *err)
{
	struct tt_rules *r = tt_zalloc(sizeof(*r));
	const char **copy = TT_NEW_N(&r->arena, const char *, n_extra + 1);

	for (size_t i = 0; i < n_extra; i++)
		copy[i] = tt_arena_cstr(&r->arena, tt_slice_str(extra[i]));
	r->dir = tt_arena_cstr(&r->arena, tt_slice_str(dir));
	r->extra = copy;
	r->n_extra = n_extra;
	r->want_samples = want_samples;
	r->parts = parts;
	r->generic = TT_NO_INDEX;
	const enum tt_status st = load_sets(r, dir, extra, n_extra, err);

	*rules_r = r;
	if (st < 0)
		tt_rules_free(rules_r);
	return st;
}

enum tt_status tt_rules_load(struct tt_rules **rules_r, const char *dir,
			     const char *const *extra, size_t n_extra,
			     bool want_samples, struct tt_err *err)
{
	return load(rules_r, dir, extra, n_extra, want_samples,
		    want_samples ? FOR_ALL : FOR_MAIL, err);
}

enum tt_status tt_rules_load_logs(struct tt_rules **rules_r,
				  const struct tt_rules *of,
				  struct tt_err *err)
{
	return load(rules_r, of->dir, of->extra, of->n_extra, false, FOR_LOGS,
		    err);
}

void tt_rules_free(struct tt_rules **rules)
{
	if (!*rules)
		return;
	tt_arena_release(&(*rules)->arena);
	tt_free(rules);
}

const char *tt_rules_hash(const struct tt_rules *rules)
{
	return rules->hash;
}

bool tt_rules_is_built_in(const struct tt_rules *rules)
{
	return strcmp(rules->hash, tt_built_in_hash()) == 0;
}

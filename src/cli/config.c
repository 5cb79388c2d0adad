/* config - settings that are not given each time
 *
 * The file is $XDG_CONFIG_HOME/tlstrail/config (or ~/.config/...), lines of
 * `key = value`, # begins a comment.  A missing file is fine; one that cannot
 * be read, is longer than TT_MAX_config_bytes or holds an unknown key is
 * TT_USAGE with file and line. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"

/* ---- values ---- */

static struct tt_slice next_part(struct tt_slice *rest, uint8_t sep)
{
	const size_t at = tt_slice_chr(*rest, sep);
	const struct tt_slice part = tt_slice_sub(*rest, 0, at);

	*rest = at == SIZE_MAX ? TT_NO_SLICE :
				 tt_slice_sub(*rest, at + 1, rest->n);
	return part;
}

static void add_trust(struct tt_config *c, struct tt_slice value,
		      const char *where)
{
	c->trust_from = where;
	while (value.n) {
		const struct tt_slice word =
			tt_slice_trim(next_part(&value, ','));

		if (word.n)
			*tt_vec_push(c->arena, &c->trust) =
				tt_arena_cstr(c->arena, word);
	}
}

static void set_profile(struct tt_config *c, struct tt_slice value,
			const char *where)
{
	(void)where;
	c->profile = tt_arena_cstr(c->arena, value);
}

static void set_color(struct tt_config *c, struct tt_slice value,
		      const char *where)
{
	(void)where;
	c->color = tt_arena_cstr(c->arena, value);
}

static void set_redact_key(struct tt_config *c, struct tt_slice value,
			   const char *where)
{
	(void)where;
	c->redact_key = tt_arena_cstr(c->arena, value);
}

static void add_rules(struct tt_config *c, struct tt_slice value,
		      const char *where)
{
	(void)where;
	*tt_vec_push(c->arena, &c->rules) = tt_arena_cstr(c->arena, value);
}

static const struct {
	const char *key, *environment;
	void (*set)(struct tt_config *c, struct tt_slice value,
		    const char *where);
} keys[] = {
	{ "profile", "TLSTRAIL_PROFILE", set_profile },
	{ "trust", "TLSTRAIL_TRUST", add_trust },
	{ "rules", "TLSTRAIL_RULES", add_rules },
	{ "color", "TLSTRAIL_COLOR", set_color },
	{ "redact-key", "TLSTRAIL_REDACT_KEY", set_redact_key },
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/* ---- environment ---- */

static void read_environment(struct tt_config *c)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		const char *value = getenv(keys[i].environment);

		if (value && *value)
			keys[i].set(c, tt_slice_str(value),
				    keys[i].environment);
	}
}

/* ---- the file ---- */

static enum tt_status read_line(struct tt_config *c, struct tt_slice line,
				const char *place, struct tt_err *err)
{
	const size_t at = tt_slice_chr(line, '=');
	const struct tt_slice key =
		tt_slice_trim(tt_slice_sub(line, 0, at));
	const struct tt_slice value =
		at == SIZE_MAX ?
			TT_NO_SLICE :
			tt_slice_trim(tt_slice_sub(line, at + 1, line.n));

	if (value.n == 0)
		return tt_err_set(err, TT_USAGE,
				  "%s: not of the form 'key = value'", place);
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!tt_slice_eq(key, tt_slice_str(keys[i].key)))
			continue;
		keys[i].set(c, value, place);
		return TT_OK;
	}
	return tt_err_set(err, TT_USAGE,
			  "%s: unknown key '%.*s' (known: profile, trust, "
			  "rules, color, redact-key)",
			  place, (int)(key.n < 64 ? key.n : 64),
			  (const char *)key.p);
}

enum tt_status tt_config_read(struct tt_config *c, struct tt_slice text,
			      const char *where, struct tt_err *err)
{
	for (unsigned n = 1; text.n; n++) {
		const struct tt_slice line =
			tt_slice_trim(next_part(&text, '\n'));
		const char *place =
			tt_arena_printf(c->arena, "%s:%u", where, n);

		if (line.n == 0 || line.p[0] == '#')
			continue;
		const enum tt_status st = read_line(c, line, place, err);

		if (st < 0)
			return st;
	}
	return TT_OK;
}

static const char *config_path(struct tt_arena *arena)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	/* The XDG specification has relative paths ignored. */
	if (base && base[0] == '/')
		return tt_arena_printf(arena, "%s/tlstrail/config", base);
	if (home && home[0] == '/')
		return tt_arena_printf(arena, "%s/.config/tlstrail/config",
				       home);
	return NULL;
}

static enum tt_status read_all(int fd, uint8_t *buf, size_t room, size_t *n_r)
{
	*n_r = 0;
	while (*n_r < room) {
		const ssize_t n = read(fd, buf + *n_r, room - *n_r);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return TT_IO;
		if (n == 0)
			break;
		*n_r += (size_t)n;
	}
	return TT_OK;
}

static enum tt_status read_file(struct tt_config *c, struct tt_err *err)
{
	const char *path = config_path(c->arena);
	const size_t room = TT_MAX_config_bytes + 1;
	size_t n = 0;

	if (!path)
		return TT_OK;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return TT_OK;
	if (fd < 0)
		return tt_err_io(err, "%s", path);
	uint8_t *buf = tt_arena_alloc(c->arena, room);
	const enum tt_status st = read_all(fd, buf, room, &n);

	if (st < 0)
		tt_err_io(err, "%s", path);
	close(fd);
	if (st < 0)
		return st;
	if (n == room)
		return tt_err_set(err, TT_USAGE,
				  "%s: longer than %llu bytes (limit %s)",
				  path,
				  (unsigned long long)TT_MAX_config_bytes,
				  tt_limit_get(TT_LIM_config_bytes)->name);
	return tt_config_read(c, (struct tt_slice){ buf, n }, path, err);
}

/* ---- nearest wins ---- */

static void take_open(struct tt_config *c, const struct tt_config *from)
{
	if (!c->profile)
		c->profile = from->profile;
	if (!c->color)
		c->color = from->color;
	if (!c->redact_key)
		c->redact_key = from->redact_key;
	if (!c->rules.n)
		c->rules = from->rules;
	if (!c->trust.n) {
		c->trust = from->trust;
		c->trust_from = from->trust_from;
	}
}

enum tt_status tt_config_fill(struct tt_config *c, struct tt_err *err)
{
	struct tt_config environment = { .arena = c->arena };
	struct tt_config file = { .arena = c->arena };

	read_environment(&environment);
	const enum tt_status st = read_file(&file, err);

	if (st < 0)
		return st;
	take_open(c, &environment);
	take_open(c, &file);
	return TT_OK;
}

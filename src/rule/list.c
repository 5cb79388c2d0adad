/* list.c - what `rules list` and `rules show` print */
#include <string.h>

#include "log_rules.h"

/* Samples of one file, counted where they were kept. */
static size_t count_samples(const struct tt_rules *r, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < r->samples.n; i++)
		n += strcmp(r->samples.v[i].rule, name) == 0;
	return n;
}

/* "log/postfix#client" of "log/postfix". */
static bool is_part_of(const char *id, const char *name)
{
	const size_t n = strlen(name);

	return strncmp(id, name, n) == 0 && id[n] == '#';
}

static struct tt_slice title_of(const struct tt_rules *r, const char *name)
{
	for (size_t i = 0; i < r->writers.n; i++)
		if (strcmp(r->writers.v[i].id, name) == 0)
			return r->writers.v[i].software;
	for (size_t i = 0; i < r->headers.n; i++)
		if (strcmp(r->headers.v[i].id, name) == 0)
			return r->headers.v[i].field;
	for (size_t i = 0; i < r->log.list.n; i++)
		if (is_part_of(r->log.list.v[i].id, name))
			return r->log.list.v[i].software;
	for (size_t i = 0; i < r->profiles.n; i++) {
		const struct tt_profile *p = &r->profiles.v[i];
		const struct tt_slice full = tt_slice_str(name);

		if (tt_slice_istarts(full, TT_S("profiles/")) &&
		    tt_slice_eq(tt_slice_sub(full, 9, full.n), p->name))
			return p->label;
	}
	return TT_NO_SLICE;
}

void tt_rules_list(const struct tt_rules *rules, struct tt_out *out)
{
	for (size_t i = 0; i < rules->files.n; i++) {
		const char *name = rules->files.v[i].name;
		const size_t width = strlen(name);

		tt_out_text(out, tt_slice_str(name));
		tt_out_pad(out, ' ', width < 30 ? 30 - width : 1);
		tt_out_printf(out, "%4zu samples  ",
			      count_samples(rules, name));
		tt_out_text(out, title_of(rules, name));
		tt_out_str(out, "\n");
	}
	tt_out_printf(out,
		      "%zu files, %zu writers, %zu markers, %zu patterns, "
		      "%zu suites, %zu samples\nset %s\n",
		      rules->files.n, rules->writers.n, rules->markers.n,
		      rules->patterns.n, rules->suites.n, rules->samples.n,
		      rules->hash);
}

static bool has_part(const struct tt_rules *rules, const char *id)
{
	const char *known;

	for (size_t i = 0; (known = tt_rules_id_at(rules, i)) != NULL; i++)
		if (strcmp(known, id) == 0)
			return true;
	return false;
}

bool tt_rules_show(const struct tt_rules *rules, const char *name,
		   struct tt_out *out)
{
	const struct tt_slice id = tt_slice_str(name);
	const size_t part = tt_slice_chr(id, '#');
	bool is_found = false;

	/* An id as the evidence has it: its file says it. */
	if (part != SIZE_MAX && !has_part(rules, name))
		return false;
	for (size_t i = 0; i < rules->files.n; i++) {
		const struct tt_rules_file *f = &rules->files.v[i];
		struct tt_slice rest = f->bytes;

		if (!tt_slice_eq(tt_slice_str(f->name),
				 tt_slice_sub(id, 0, part)))
			continue;
		is_found = true;
		tt_out_str(out, "# ");
		tt_out_text(out, tt_slice_str(f->path));
		tt_out_str(out, "\n");
		while (rest.n) {
			const size_t end = tt_slice_chr(rest, '\n');

			tt_out_text(out, tt_slice_sub(rest, 0, end));
			tt_out_str(out, "\n");
			rest = tt_slice_sub(rest,
					    end == SIZE_MAX ? rest.n : end + 1,
					    rest.n);
		}
	}
	return is_found;
}

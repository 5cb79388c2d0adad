/* manifest.c - what was read, by what, and how: tlstrail.manifest/1
 *
 * One JSON object, a source a line, in the order of reading; nothing in it
 * hangs on the clock, the host or the user.  It is written as the run goes,
 * so memory does not grow with the number of files, and closed at its end,
 * also where it was interrupted. */
#include <tlstrail/store.h>

#include "show.h"

static void put_key(struct tt_out *o, const char *key)
{
	tt_out_str(o, ",\"");
	tt_out_str(o, key);
	tt_out_str(o, "\":");
}

static void put_str(struct tt_out *o, const char *key, const char *v)
{
	put_key(o, key);
	if (v)
		(void)tt_out_json(o, tt_slice_str(v));
	else
		tt_out_str(o, "null");
}

static void put_number(struct tt_out *o, const char *key, uint64_t v)
{
	put_key(o, key);
	tt_out_u64(o, v);
}

static void put_words(struct tt_out *o, const char *key,
		      const char *const *v, size_t n)
{
	put_key(o, key);
	tt_out_str(o, "[");
	for (size_t i = 0; i < n; i++) {
		tt_out_str(o, i ? "," : "");
		(void)tt_out_json(o, tt_slice_str(v[i]));
	}
	tt_out_str(o, "]");
}

/* "name version" lines of the floors. */
static void put_libraries(struct tt_out *o)
{
	struct tt_out text;
	size_t at = 0;

	tt_out_init(&text, -1);
	tt_util_versions(&text);
	tt_source_versions(&text);
	tt_message_versions(&text);
	tt_rule_versions(&text);
	tt_trail_versions(&text);
	tt_store_versions(&text);
	put_key(o, "libraries");
	tt_out_str(o, "[");
	while (at < text.n) {
		const struct tt_slice rest = { text.buf + at, text.n - at };
		const size_t end = tt_slice_chr(rest, '\n');

		tt_out_str(o, at ? "," : "");
		(void)tt_out_json(o, tt_slice_sub(rest, 0, end));
		at += end == SIZE_MAX ? rest.n : end + 1;
	}
	tt_out_str(o, "]");
	tt_out_release(&text);
}

static void put_options(struct tt_out *o, const struct tt_show_options *so)
{
	static const char *const fail_on[] = { NULL, "fail", "undetermined" };
	static const char *const redact[] = { NULL, "addresses", "domains" };
	const struct tt_range_words range = tt_range_words(&so->range);

	tt_out_str(o, ",\n\"options\":{\"profile\":");
	(void)tt_out_json(o, so->trail.profile->name);
	put_words(o, "trust", so->words.trust, so->words.n_trust);
	put_words(o, "logs", so->logs, so->n_logs);
	put_words(o, "tz", so->words.tz, so->words.n_tz);
	put_key(o, "year");
	if (so->year)
		tt_out_u64(o, (uint64_t)so->year);
	else
		tt_out_str(o, "null");
	put_str(o, "since", so->range.has_since ? range.since : NULL);
	put_str(o, "until", so->range.has_until ? range.until : NULL);
	put_str(o, "as", tt_format_name(so->as));
	put_str(o, "output", so->ops->name);
	put_key(o, "verbose");
	tt_out_str(o, so->emit.is_verbose ? "true" : "false");
	put_str(o, "redact", redact[so->redact]);
	put_str(o, "fail_on", fail_on[so->fail_on]);
	tt_out_str(o, "}");
}

void tt_manifest_begin(struct tt_show *s)
{
	const struct tt_show_options *so = s->o;
	struct tt_out *o = so->manifest;

	if (!o)
		return;
	o->filter = so->messages->filter;
	s->hash = tt_sha256_new();
	tt_out_str(o, "{\"schema\":\"tlstrail.manifest/1\",\"tool\":"
		      "\"tlstrail\"");
	put_str(o, "version", TT_VERSION);
	put_libraries(o);
	tt_out_str(o, ",\n\"rules\":{\"sha256\":");
	(void)tt_out_json(o, tt_slice_str(tt_rules_hash(so->trail.rules)));
	put_key(o, "built_in");
	tt_out_str(o, tt_rules_is_built_in(so->trail.rules) ? "true" :
							      "false");
	put_words(o, "added", so->words.rules, so->words.n_rules);
	tt_out_str(o, "}");
	put_options(o, so);
	tt_out_str(o, ",\n\"sources\":[");
}

static void put_mtime(struct tt_out *o, const struct tt_digest *d)
{
	char text[24];
	const size_t n = d->is_read && d->is_regular ?
				 tt_date_rfc3339(d->mtime_unix, text) :
				 0;

	put_key(o, "mtime");
	if (n == 0) {
		tt_out_str(o, "null");
		return;
	}
	/* ...:21Z with the nanoseconds before its Z */
	tt_out_printf(o, "\"%.*s.%09uZ\"", (int)n - 1, text,
		      (unsigned)d->mtime_ns);
}

static void put_sum(struct tt_out *o, const struct tt_digest *d)
{
	put_key(o, "sha256");
	if (!d->is_read || !d->is_whole) {
		tt_out_str(o, "null");
		return;
	}
	tt_out_str(o, "\"");
	for (size_t i = 0; i < TT_SHA256_LEN; i++)
		tt_out_printf(o, "%02x", d->sha256[i]);
	tt_out_str(o, "\"");
}

static bool has_code(const struct tt_diags *d, enum tt_diag_code code)
{
	for (size_t i = 0; i < d->list.n; i++)
		if (d->list.v[i].code == code)
			return true;
	return false;
}

static const char *status_of(const struct tt_show *s,
			     const struct tt_digest *d,
			     const struct tt_diags *diags)
{
	if (s->o->is_interrupted && *s->o->is_interrupted)
		return "interrupted";
	if (!d->is_read)
		return diags->is_serious ? "failed" : "skipped";
	if (has_code(diags, TT_DIAG_changed))
		return "changed";
	for (size_t i = 0; i < diags->list.n; i++)
		if (tt_diag_info(diags->list.v[i].code)->severity ==
		    TT_SEV_FAILED)
			return "failed";
	return diags->is_serious ? "partial" : "ok";
}

/* Why: the first diag of the source. */
static void put_reason(struct tt_out *o, const struct tt_diags *d)
{
	put_str(o, "code",
		d->list.n ? tt_diag_info(d->list.v[0].code)->code : NULL);
	put_str(o, "text", d->list.n ? d->list.v[0].text : NULL);
}

void tt_manifest_source(struct tt_show *s, struct tt_slice path,
			const struct tt_digest *d,
			const struct tt_diags *diags, uint64_t messages)
{
	struct tt_out *o = s->o->manifest;

	if (!o)
		return;
	tt_out_str(o, s->n_sources++ ? ",\n{\"path\":" : "\n{\"path\":");
	if (tt_out_json(o, path)) {
		put_key(o, "path_b64");
		tt_out_base64(o, path);
	}
	put_str(o, "status", status_of(s, d, diags));
	put_reason(o, diags);
	put_key(o, "size");
	if (d->is_read)
		tt_out_u64(o, d->size);
	else
		tt_out_str(o, "null");
	put_mtime(o, d);
	put_sum(o, d);
	put_number(o, "messages", messages);
	put_number(o, "diags", diags->list.n + diags->more);
	tt_out_str(o, "}");
}

void tt_manifest_end(struct tt_show *s)
{
	struct tt_out *o = s->o->manifest;

	if (!o)
		return;
	tt_out_str(o, "],\n\"totals\":{\"sources\":");
	tt_out_u64(o, s->n_sources);
	put_number(o, "messages", s->totals.messages);
	put_number(o, "outside", s->totals.outside);
	put_number(o, "hops", s->totals.hops);
	tt_out_str(o, "}}\n");
	o->filter = NULL;
	tt_sha256_free(&s->hash);
	if (tt_out_flush(o) < 0)
		tt_out_str(s->o->messages,
			   "tlstrail: the manifest could not be written\n");
}

/* prove.c - every rule on its own samples and on all others'
 *
 * A sample is a Received field (or a chain of them, or another header) with
 * what must come out.  It is run like real mail.  Beyond what a sample
 * expects, each class must stand alone: a second writer that fits the same
 * stamp, or a second TLS marker that says the same thing, fails the sample
 * unless it expects ambiguous-stamp.  Last, every file must have samples for
 * and against it, and every marker and word must have been at work in one. */
#include <stdio.h>
#include <string.h>
#include <tlstrail/rule/event.h>

#include "work.h"

/* Everything of the set that samples must show. */
struct shown {
	const char *id; /* "received/postfix", "received/postfix#bare" */
	bool is_seen;	/* a sample that passed had it at work */
	unsigned n_for, n_against;
};

struct prover {
	const struct tt_rules *rules;
	struct tt_matcher *matcher;
	struct tt_trail_options options;
	struct tt_arena arena; /* of one sample */
	struct tt_arena kept;
	struct tt_out *out;
	struct tt_sample_score score;
	const struct tt_sample *sample;
	struct shown_list {
		TT_VEC(struct shown) list;
	} shown;
	struct hit_list {
		TT_VEC(const char *) list;
	} hits; /* rules at work in the sample */
	bool is_failed;
};

static void complain(struct prover *p, struct tt_slice what,
		     struct tt_slice want, struct tt_slice got)
{
	tt_out_text(p->out, tt_slice_str(p->sample->path));
	tt_out_printf(p->out, ":%u: ", p->sample->line);
	tt_out_text(p->out, what);
	tt_out_str(p->out, ": expected ");
	tt_out_text(p->out, want);
	tt_out_str(p->out, ", found ");
	tt_out_text(p->out, got);
	tt_out_str(p->out, "\n");
	p->is_failed = true;
}

/* ---- what a hop says under the names of the JSON ---- */

static struct tt_slice name_or_null(const char *name)
{
	return name ? tt_slice_str(name) : TT_S("null");
}

static struct tt_slice text_or_null(struct tt_slice s)
{
	return s.p ? s : TT_S("null");
}

static struct tt_slice get_bits(struct tt_arena *a, const struct tt_hop *h)
{
	if (h->bits < 0)
		return TT_S("null");
	return tt_slice_str(tt_arena_printf(a, "%d", h->bits));
}

static struct tt_slice get_time(struct tt_arena *a, const struct tt_hop *h)
{
	char text[24];

	if (!h->has_time)
		return TT_S("null");
	tt_date_rfc3339(h->time_unix, text);
	return tt_slice_str(tt_arena_printf(a, "%s", text));
}

static struct tt_slice get_anomalies(struct tt_arena *a, uint32_t set)
{
	const char *text = "";

	for (int c = 0; c < TT_ANOMALY_COUNT; c++)
		if (set >> c & 1)
			text = tt_arena_printf(
				a, "%s%s%s", text, text[0] ? " " : "",
				tt_anomaly_name((enum tt_anomaly_code)c));
	return text[0] ? tt_slice_str(text) : TT_S("none");
}

static struct tt_slice get_named(const struct tt_hop *h, struct tt_slice key)
{
	const struct {
		const char *key;
		struct tt_slice value;
	} values[] = {
		{ "verdict", name_or_null(tt_verdict_name(h->verdict)) },
		{ "basis", name_or_null(tt_basis_name(h->basis)) },
		{ "tls_version", name_or_null(tt_tls_name(h->version)) },
		{ "tls_version_implied",
		  name_or_null(tt_tls_name(h->version_implied)) },
		{ "cipher", text_or_null(h->cipher) },
		{ "cipher_iana", text_or_null(h->cipher_iana) },
		{ "cipher_reliable",
		  h->is_cipher_unreliable ? TT_S("false") : TT_S("true") },
		{ "transport",
		  name_or_null(tt_transport_name(h->transport)) },
		{ "server_auth", name_or_null(tt_auth_name(h->server_auth)) },
		{ "client_auth", name_or_null(tt_auth_name(h->client_auth)) },
		{ "software", text_or_null(h->software) },
		{ "name", text_or_null(h->from.name) },
		{ "helo", text_or_null(h->from.helo) },
		{ "rdns", text_or_null(h->from.rdns) },
		{ "ip", text_or_null(h->from.ip) },
		{ "by", text_or_null(h->by.name) },
		{ "by_ip", text_or_null(h->by.ip) },
		{ "with", text_or_null(h->with) },
		{ "id", text_or_null(h->id) },
		{ "for", text_or_null(h->for_) },
		{ "mute", h->is_mute ? TT_S("true") : TT_S("false") },
		{ "rule", name_or_null(h->decided_by) },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (tt_slice_eq(key, tt_slice_str(values[i].key)))
			return values[i].value;
	return TT_NO_SLICE;
}

static struct tt_slice get_of_result(struct prover *p,
				     const struct tt_timeline *t,
				     struct tt_slice key)
{
	if (tt_slice_eq(key, TT_S("border")))
		return tt_slice_str(tt_arena_printf(&p->arena, "%d",
						    t->result.border));
	if (tt_slice_eq(key, TT_S("border_basis")))
		return name_or_null(
			tt_border_basis_name(t->result.border_basis));
	if (tt_slice_eq(key, TT_S("all_anomalies"))) {
		uint32_t set = 0;

		for (size_t i = 0; i < t->hops.n; i++)
			set |= t->hops.v[i].anomalies;
		return get_anomalies(&p->arena, set);
	}
	return TT_NO_SLICE;
}

/* What rules/redact.yaml finds in the stamp. */
static struct tt_slice get_redacted(struct prover *p, struct tt_slice key)
{
	struct tt_slice local = TT_S("none");
	const char *id = tt_redact_word(p->matcher, p->sample->fields.v[0],
					&local);

	if (id)
		*tt_vec_push(&p->arena, &p->hits.list) = id;
	if (tt_slice_eq(key, TT_S("redacts")))
		return local;
	return name_or_null(id);
}

static struct tt_slice get_value(struct prover *p, const struct tt_timeline *t,
				 struct tt_slice key)
{
	const struct tt_hop *h =
		t->hops.n ? &t->hops.v[t->hops.n - 1] : NULL;
	const struct tt_slice of_result = get_of_result(p, t, key);

	if (tt_slice_istarts(key, TT_S("redact")))
		return get_redacted(p, key);
	if (of_result.p || !h)
		return of_result;
	if (tt_slice_eq(key, TT_S("bits")))
		return get_bits(&p->arena, h);
	if (tt_slice_eq(key, TT_S("time")))
		return get_time(&p->arena, h);
	if (tt_slice_eq(key, TT_S("anomalies")))
		return get_anomalies(&p->arena, h->anomalies);
	return get_named(h, key);
}

/* ---- one sample ---- */

static struct tt_slice as_header(struct prover *p)
{
	const char *text = "";

	for (size_t i = 0; i < p->sample->fields.n; i++) {
		const struct tt_slice f = p->sample->fields.v[i];

		text = tt_arena_printf(&p->arena, "%s%s%.*s\n", text,
				       p->sample->is_header ? "" :
							      "Received: ",
				       (int)f.n, (const char *)f.p);
	}
	return tt_slice_str(text);
}

static struct tt_slice expected(const struct tt_sample *s, const char *key)
{
	for (size_t i = 0; i < s->expect.n; i++)
		if (tt_slice_eq(s->expect.v[i].key, tt_slice_str(key)))
			return s->expect.v[i].value;
	return TT_NO_SLICE;
}

static bool is_ambiguous(const struct tt_sample *s)
{
	return tt_slice_ifind(expected(s, "anomalies"),
			      TT_S("ambiguous-stamp")) != SIZE_MAX;
}

/* Whose stamp must this be?  A writer's file speaks of itself where the
 * sample names nobody, the generic one of nobody; the others leave it open. */
static struct tt_slice expected_writer(const struct tt_sample *s)
{
	const struct tt_slice rule = tt_slice_str(s->rule);
	const struct tt_slice writer = expected(s, "writer");

	if (writer.p || !tt_slice_istarts(rule, TT_S("received/")) ||
	    tt_slice_eq(rule, TT_S("received/ratware")))
		return writer;
	return tt_slice_eq(rule, TT_S("received/generic")) ? TT_S("none") :
							      rule;
}

static void check_writer(struct prover *p, const struct tt_fits *fits)
{
	const struct tt_slice want = expected_writer(p->sample);
	const struct tt_slice got = fits->writers.n ?
					    tt_slice_str(fits->writers.v[0]) :
					    TT_S("none");

	for (size_t i = 1; i < fits->writers.n; i++)
		complain(p, TT_S("second writer"), got,
			 tt_slice_str(fits->writers.v[i]));
	if (want.p && !tt_slice_eq(want, got))
		complain(p, TT_S("writer"), want, got);
}

/* "markers#colon" and "received/exim#colon": a writer's own marker refines
 * the shared one of its name. */
static bool is_refined(const char *a, const char *b)
{
	const char *a_id = strchr(a, '#'), *b_id = strchr(b, '#');

	return a_id && b_id && strcmp(a_id, b_id) == 0 &&
	       (strncmp(a, "markers#", 8) == 0) !=
		       (strncmp(b, "markers#", 8) == 0);
}

/* Two markers that find the same thing; not Exim's "(TLS1.3) tls SUITE",
 * where one has the version and the other the suite. */
static bool is_cross_match(const struct tt_finding *a,
			   const struct tt_finding *b)
{
	if (strcmp(a->rule, b->rule) == 0 || is_refined(a->rule, b->rule))
		return false;
	if (a->span.p < b->span.p + b->span.n &&
	    b->span.p < a->span.p + a->span.n)
		return true;
	return (a->version != TT_TLS_NONE && b->version != TT_TLS_NONE) ||
	       (a->cipher.n && b->cipher.n);
}

static void check_markers(struct prover *p, const struct tt_fits *fits)
{
	for (size_t i = 0; i < fits->findings.n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct tt_finding *a = &fits->findings.v[k];
			const struct tt_finding *b = &fits->findings.v[i];

			if (is_cross_match(a, b))
				complain(p, TT_S("second marker"),
					 tt_slice_str(a->rule),
					 tt_slice_str(b->rule));
		}
}

static void check_fits(struct prover *p, struct tt_slice raw)
{
	struct tt_diags diags;
	struct tt_stamp stamp;
	struct tt_fits fits;

	if (is_ambiguous(p->sample))
		return;
	tt_diags_init(&diags, &p->arena);
	tt_stamp_split(&stamp, raw, 0, &p->arena, &diags);
	tt_stamp_fits(&fits, p->matcher, &stamp, &p->arena);
	check_writer(p, &fits);
	check_markers(p, &fits);
}

/* ---- which rules were at work ---- */

static struct shown *find_shown(struct prover *p, struct tt_slice id)
{
	for (size_t i = 0; i < p->shown.list.n; i++)
		if (tt_slice_eq(tt_slice_str(p->shown.list.v[i].id), id))
			return &p->shown.list.v[i];
	return NULL;
}

static void add_hit(struct prover *p, const char *rule)
{
	if (rule)
		*tt_vec_push(&p->arena, &p->hits.list) = rule;
}

static void add_hits(struct prover *p, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *h = &t->hops.v[i];

		add_hit(p, h->decided_by);
		for (size_t k = 0; k < h->evidence.n; k++)
			add_hit(p, h->evidence.v[k].rule);
	}
}

/* `not: ID`: a rule that must keep still. */
static void check_not(struct prover *p)
{
	const struct tt_slice id = expected(p->sample, "not");

	if (id.p && !find_shown(p, id))
		complain(p, TT_S("not"), TT_S("the id of a marker or word"),
			 id);
	for (size_t i = 0; id.p && i < p->hits.list.n; i++)
		if (tt_slice_eq(tt_slice_str(p->hits.list.v[i]), id))
			complain(p, TT_S("not"), TT_S("nothing"), id);
}

/* Does the sample show what its file must leave alone? */
static bool is_against(const struct tt_sample *s)
{
	const struct tt_slice rule = tt_slice_str(s->rule);
	const struct tt_slice border = expected(s, "border_basis");

	if (expected(s, "not").p || expected(s, "writer").p)
		return true;
	if (tt_slice_istarts(rule, TT_S("layout/")))
		return border.p && !tt_slice_eq(border, TT_S("layout"));
	if (s->is_status)
		return tt_slice_eq(expected(s, "outcome"), TT_S("none"));
	return s->is_header &&
	       tt_slice_eq(expected(s, "verdict"), TT_S("unknown"));
}

static void count_sample(struct prover *p)
{
	struct shown *file = find_shown(p, tt_slice_str(p->sample->rule));

	if (file && is_against(p->sample))
		file->n_against++;
	else if (file)
		file->n_for++;
	for (size_t i = 0; i < p->hits.list.n; i++) {
		struct shown *s =
			find_shown(p, tt_slice_str(p->hits.list.v[i]));

		if (s)
			s->is_seen = true;
	}
}

/* ---- what a sample expects ---- */

static void check_expected(struct prover *p, const struct tt_timeline *t)
{
	for (size_t i = 0; i < p->sample->expect.n; i++) {
		const struct tt_expect *e = &p->sample->expect.v[i];
		const struct tt_slice got = get_value(p, t, e->key);

		if (tt_slice_eq(e->key, TT_S("writer")) ||
		    tt_slice_eq(e->key, TT_S("not")))
			continue;
		if (!got.p || !tt_slice_eq(got, e->value))
			complain(p, e->key, e->value,
				 got.p ? got : TT_S("(no such key)"));
	}
}

static void check_header(struct prover *p, const struct tt_header *h)
{
	struct tt_header_reading reading = { 0 };
	struct tt_diags diags;

	tt_diags_init(&diags, &p->arena);
	const bool is_read = h->fields.n &&
			     tt_field_read(&reading, p->matcher,
					   &h->fields.v[0], &diags);
	const struct tt_finding *f = &reading.finding;
	const struct tt_slice verdict =
		!is_read    ? TT_S("unknown") :
		f->is_clear ? TT_S("cleartext") :
			      TT_S("encrypted");
	const struct tt_hop as_hop = { .version = f->version,
				       .cipher = f->cipher,
				       .bits = is_read ? f->bits : -1,
				       .decided_by = reading.rule };

	add_hit(p, reading.rule);
	for (size_t i = 0; i < p->sample->expect.n; i++) {
		const struct tt_expect *e = &p->sample->expect.v[i];
		const struct tt_slice got =
			tt_slice_eq(e->key, TT_S("not")) ? e->value :
			tt_slice_eq(e->key, TT_S("verdict")) ? verdict :
			tt_slice_eq(e->key, TT_S("bits")) ?
				get_bits(&p->arena, &as_hop) :
				get_named(&as_hop, e->key);

		if (!tt_slice_eq(got, e->value))
			complain(p, e->key, e->value, got);
	}
}

static void check_status(struct prover *p)
{
	struct tt_diags diags;
	const char *rule;

	tt_diags_init(&diags, &p->arena);
	const enum tt_outcome o = tt_status_outcome(
		p->matcher, p->sample->fields.v[0], 0, &diags, &rule);
	const char *word = tt_outcome_name(o);

	add_hit(p, rule);
	for (size_t i = 0; i < p->sample->expect.n; i++) {
		const struct tt_expect *e = &p->sample->expect.v[i];
		const struct tt_slice got =
			tt_slice_eq(e->key, TT_S("not")) ? e->value :
			tt_slice_eq(e->key, TT_S("outcome")) ?
				tt_slice_str(word ? word : "none") :
			tt_slice_eq(e->key, TT_S("rule")) ?
				name_or_null(rule) :
				TT_S("(no such key)");

		if (!tt_slice_eq(got, e->value))
			complain(p, e->key, e->value, got);
	}
}

/* The last event of the kind that is expected; the last, where none is. */
static const struct tt_event *last_event(const struct tt_log_proof *proof,
					 struct tt_slice kind,
					 struct tt_arena *arena)
{
	for (size_t i = proof->events.n; i-- > 0;)
		if (!kind.p ||
		    tt_slice_eq(kind, tt_event_value(proof->events.v[i],
						     TT_S("event"), arena)))
			return proof->events.v[i];
	return NULL;
}

/* The last mail; "none" where there is none. */
static struct tt_slice last_mail(const struct tt_log_proof *proof)
{
	return proof->mails.n ? proof->mails.v[proof->mails.n - 1] :
				TT_S("none");
}

static void check_log(struct prover *p)
{
	struct tt_log_proof proof;

	tt_log_sample_read(&proof, p->matcher, p->sample, &p->arena);
	const struct tt_event *e =
		last_event(&proof, expected(p->sample, "event"), &p->arena);
	const char *const n =
		tt_arena_printf(&p->arena, "%zu", proof.events.n);

	for (size_t i = 0; i < proof.rules.n; i++)
		add_hit(p, proof.rules.v[i]);
	for (size_t i = 0; i < proof.seconds.n; i++)
		complain(p, TT_S("second line"),
			 tt_slice_str(proof.seconds.v[i].first),
			 tt_slice_str(proof.seconds.v[i].second));
	for (size_t i = 0; i < p->sample->expect.n; i++) {
		const struct tt_expect *x = &p->sample->expect.v[i];
		const struct tt_slice got =
			tt_slice_eq(x->key, TT_S("not")) ? x->value :
			tt_slice_eq(x->key, TT_S("events")) ? tt_slice_str(n) :
			tt_slice_eq(x->key, TT_S("mail")) ? last_mail(&proof) :
			e ? tt_event_value(e, x->key, &p->arena) :
			    TT_S("(no such event)");

		if (!got.p || !tt_slice_eq(got, x->value))
			complain(p, x->key, x->value,
				 got.p ? got : TT_S("(no such key)"));
	}
}

static void run_sample(struct prover *p)
{
	struct tt_timeline t = { 0 };
	struct tt_header header;
	struct tt_diags diags;

	tt_arena_clear(&p->arena);
	tt_diags_init(&diags, &p->arena);
	p->hits = (struct hit_list){ 0 };
	p->is_failed = false;
	tt_header_slice(&header, as_header(p), &p->arena, &diags);
	if (p->sample->is_log) {
		check_log(p);
	} else if (p->sample->is_status) {
		check_status(p);
	} else if (p->sample->is_header) {
		check_header(p, &header);
	} else {
		tt_timeline_build(&t, &header, &p->options, p->matcher,
				  &p->arena, &diags);
		add_hits(p, &t);
		check_expected(p, &t);
		if (p->sample->fields.n == 1 && header.fields.n == 1)
			check_fits(p, header.fields.v[0].value);
	}
	check_not(p);
	if (!p->is_failed)
		count_sample(p);
	p->score.passed += !p->is_failed;
	p->score.failed += p->is_failed;
}

/* ---- every rule has samples ---- */

static void list_rules(struct prover *p)
{
	const char *id;

	for (size_t i = 0; (id = tt_rules_id_at(p->rules, i)) != NULL; i++)
		*tt_vec_push(&p->kept, &p->shown.list) =
			(struct shown){ .id = id };
}

/* A file needs two samples for it and one against it that pass; a marker or
 * a word one, in whichever file, that has it at work. */
static void check_coverage(struct prover *p)
{
	for (size_t i = 0; i < p->shown.list.n; i++) {
		const struct shown *s = &p->shown.list.v[i];
		struct tt_sample *where = TT_NEW(&p->kept, struct tt_sample);
		const char *count = tt_arena_printf(&p->kept, "%u and %u",
						    s->n_for, s->n_against);

		where->path = s->id;
		where->line = 1;
		p->sample = where;
		p->is_failed = false;
		if (strchr(s->id, '#') && !s->is_seen)
			complain(p, TT_S("samples"),
				 TT_S("one that has it at work"),
				 TT_S("none"));
		else if (!strchr(s->id, '#') &&
			 (s->n_for < 2 || s->n_against < 1))
			complain(p, TT_S("samples"),
				 TT_S("two for and one against it"),
				 tt_slice_str(count));
		p->score.failed += p->is_failed;
	}
}

struct tt_sample_score tt_rules_test(const struct tt_rules *rules,
				     struct tt_out *out)
{
	size_t n;
	const struct tt_sample *samples = tt_rules_samples(rules, &n);
	struct prover p = {
		.rules = rules,
		.matcher = tt_matcher_new(rules),
		.options = { .rules = rules,
			     .profile = tt_profile_find(rules,
							TT_S("bcp195")) },
		.out = out,
	};

	list_rules(&p);
	for (size_t i = 0; i < n; i++) {
		p.sample = &samples[i];
		run_sample(&p);
	}
	check_coverage(&p);
	tt_matcher_free(&p.matcher);
	tt_arena_release(&p.arena);
	tt_arena_release(&p.kept);
	return p.score;
}

/* ---- opening a set ---- */

static enum tt_status prove(const struct tt_rules *rules, struct tt_err *err)
{
	struct tt_out out;
	char more[48] = "";

	tt_out_init(&out, -1);
	const struct tt_sample_score score = tt_rules_test(rules, &out);

	if (score.failed > 1)
		snprintf(more, sizeof(more), " (and %zu more)",
			 score.failed - 1);
	if (score.failed) {
		const struct tt_slice all = { out.buf, out.n };
		const struct tt_slice line = tt_slice_sub(
			tt_slice_sub(all, 0, tt_slice_chr(all, '\n')), 0, 400);

		tt_err_set(err, TT_RULE, "rules fail their samples: %.*s%s",
			   (int)line.n, (const char *)line.p, more);
	}
	tt_out_release(&out);
	return score.failed ? TT_RULE : TT_OK;
}

enum tt_status tt_rules_open(struct tt_rules **rules_r, const char *dir,
			     const char *const *extra, size_t n_extra,
			     struct tt_err *err)
{
	enum tt_status st = tt_rules_load(rules_r, dir, extra, n_extra,
					  n_extra > 0, err);

	if (st == TT_OK && n_extra > 0)
		st = prove(*rules_r, err);
	if (st < 0)
		tt_rules_free(rules_r);
	return st;
}

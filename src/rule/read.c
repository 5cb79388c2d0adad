/* read.c - one stamp through the rule set
 *
 * Who wrote it (identify), what the writer's places say (markers), what its
 * `with` word means (words, then the general table), and whether the sender
 * tried to say it himself (sender text).  Patterns run only where their
 * anchor occurs in the stamp. */
#include <string.h>
#include "rules.h"

struct reader {
	struct tt_matcher *m;
	const struct tt_rules *rules;
	const struct tt_stamp *s;
	struct tt_hits hits;
	struct tt_arena *arena;
	struct tt_reading *r;
	const struct tt_writer *writer; /* the generic one where none fits */
	int year;
};

/* ---- conditions ---- */

static bool matches_at(struct reader *rd, const struct tt_cond *c,
		       struct tt_match *match_r)
{
	const struct tt_stamp *s = rd->s;

	for (int i = 0; i < TT_SLOT_COUNT; i++)
		if ((c->places.slots >> i & 1) && s->slot[i].p &&
		    tt_pattern_match(rd->m, c->pattern, s->slot[i], match_r))
			return true;
	for (size_t i = 0; i < s->comments.n; i++)
		if ((c->places.comments >> s->comments.v[i].place & 1) &&
		    tt_pattern_match(rd->m, c->pattern,
				     s->comments.v[i].text, match_r))
			return true;
	return false;
}

static bool is_absent(const struct reader *rd, const struct tt_cond *c)
{
	const struct tt_stamp *s = rd->s;

	for (int i = 0; i < TT_SLOT_COUNT; i++)
		if ((c->places.slots >> i & 1) && s->slot[i].n)
			return false;
	for (size_t i = 0; i < s->comments.n; i++)
		if (c->places.comments >> s->comments.v[i].place & 1)
			return false;
	return true;
}

/* match_r->m is set where a pattern matched. */
static bool cond_holds(struct reader *rd, const struct tt_cond *c,
		       struct tt_match *match_r)
{
	*match_r = (struct tt_match){ 0 };
	if (c->kind == TT_COND_ABSENT)
		return is_absent(rd, c) != c->is_negated;
	const uint32_t anchor = rd->rules->patterns.v[c->pattern].anchor;
	const bool is_hit = tt_hits_has(rd->m, &rd->hits, anchor) &&
			    matches_at(rd, c, match_r);

	return is_hit != c->is_negated;
}

/* All conditions hold: the first match, and the version any of them found. */
static bool alternative_fits(struct reader *rd, const struct tt_identify *alt,
			     struct tt_slice *span_r,
			     struct tt_slice *version_r)
{
	*span_r = *version_r = TT_NO_SLICE;
	if (!tt_hits_has(rd->m, &rd->hits, alt->anchor))
		return false;
	for (size_t i = 0; i < alt->conds.list.n; i++) {
		struct tt_match match;

		if (!cond_holds(rd, &alt->conds.list.v[i], &match))
			return false;
		if (!match.m)
			continue;
		if (!span_r->p)
			*span_r = match.span;
		if (!version_r->p)
			*version_r = tt_match_group(&match,
						    "software_version");
	}
	return true;
}

static bool any_fits(struct reader *rd, const struct tt_identify *v, size_t n)
{
	struct tt_slice span, version;

	for (size_t i = 0; i < n; i++)
		if (alternative_fits(rd, &v[i], &span, &version))
			return true;
	return false;
}

/* ---- who wrote it ---- */

struct candidate {
	const struct tt_writer *writer;
	struct tt_slice span, version;
	bool is_weak;
	unsigned n; /* how many of this strength fit */
};

static void consider(struct reader *rd, const struct tt_writer *w,
		     struct candidate *best)
{
	for (size_t i = 0; i < w->identify.n; i++) {
		const struct tt_identify *alt = &w->identify.v[i];
		struct tt_slice span, version;

		if (best->writer && alt->is_weak && !best->is_weak)
			continue;
		if (!alternative_fits(rd, alt, &span, &version))
			continue;
		if (!best->writer || (best->is_weak && !alt->is_weak))
			*best = (struct candidate){ w, span, version,
						    alt->is_weak, 1 };
		else if (best->writer != w)
			best->n++;
		if (!alt->is_weak)
			return;
	}
}

static void identify(struct reader *rd)
{
	const struct tt_rules *rules = rd->rules;
	struct candidate best = { 0 };

	rd->writer = &rules->writers.v[rules->generic];
	for (size_t i = 0; i < rules->writers.n; i++) {
		const struct tt_writer *w = &rules->writers.v[i];

		if (w->is_generic)
			continue;
		if (w->is_forged)
			rd->r->is_forged_pattern |=
				any_fits(rd, w->identify.v, w->identify.n);
		else
			consider(rd, w, &best);
	}
	if (best.n > 1)
		rd->r->is_ambiguous = true;
	if (!best.writer || best.n > 1)
		return;
	rd->writer = best.writer;
	rd->r->writer = best.writer->id;
	rd->r->software = best.writer->software;
	rd->r->software_version = best.version;
	rd->r->identify_span = best.span;
	if (any_fits(rd, best.writer->ambiguous.v, best.writer->ambiguous.n))
		rd->r->is_ambiguous = true;
}

/* ---- the peer ---- */

static struct tt_slice source_text(const struct reader *rd,
				   enum tt_from_source source)
{
	const struct tt_peer_text *p = &rd->s->peer;

	switch (source) {
	case TT_FROM_FIRST_WORD:
		return p->first_word;
	case TT_FROM_NAME_UNLESS_LITERAL:
		return p->first_literal.p ? TT_NO_SLICE : p->first_word;
	case TT_FROM_COMMENT_NAME:
		return p->comment_name;
	case TT_FROM_COMMENT_ADDRESS:
		return p->comment_address;
	case TT_FROM_SECOND_COMMENT_ADDRESS:
		return p->second_comment_address;
	case TT_FROM_COMMENT_HELO:
		return p->comment_helo;
	case TT_FROM_BARE_ADDRESS:
		return p->bare_address;
	case TT_FROM_FIRST_LITERAL:
		return p->first_literal;
	default:
		return TT_NO_SLICE;
	}
}

static struct tt_slice first_text(const struct reader *rd,
				  const enum tt_from_source *tries)
{
	for (size_t i = 0; i < TT_FROM_TRIES; i++) {
		const struct tt_slice s = source_text(rd, tries[i]);

		if (s.n)
			return s;
	}
	return TT_NO_SLICE;
}

static void read_peer(struct reader *rd)
{
	const struct tt_from_map *map = &rd->writer->from;
	struct tt_reading *r = rd->r;

	r->from_name = first_text(rd, map->name);
	r->from_helo = first_text(rd, map->helo);
	r->from_rdns = first_text(rd, map->rdns);
	if (tt_slice_ieq(r->from_rdns, TT_S("unknown")) ||
	    tt_slice_ieq(r->from_rdns, TT_S("<unknown>")))
		r->from_rdns = TT_NO_SLICE;
	for (size_t i = 0; i < TT_FROM_TRIES && !r->from_ip.is_set; i++)
		tt_ip_parse(source_text(rd, map->ip[i]), &r->from_ip);
	tt_ip_parse(rd->s->by_address, &r->by_ip);
	r->rdns_verified = rd->writer->rdns_verified;
	r->keyword_reliable = rd->writer->keyword_reliable;
}

/* Only the peer's address proves that nothing left the machine; a name the
 * receiver looked up does where there is no address at all.  A literal that
 * the writer records as HELO is the client's word; and a receiver's own
 * loopback address tells only of a proxy in front of it (Aliyun). */
static void judge_peer(struct reader *rd)
{
	struct tt_reading *r = rd->r;
	const struct tt_peer_text *p = &rd->s->peer;
	const bool is_helo_only = !p->comment_address.p && !p->bare_address.p &&
				  tt_slice_eq(r->from_helo, p->first_word);
	const bool is_named_local =
		!r->from_ip.is_set && !p->comment_address.p &&
		tt_slice_ieq(p->comment_name, TT_S("localhost"));

	r->is_loopback = (tt_ip_is_loopback(&r->from_ip) && !is_helo_only) ||
			 p->is_local_socket || is_named_local;
	r->is_same_host = r->from_ip.is_set && r->by_ip.is_set &&
			  tt_ip_eq(&r->from_ip, &r->by_ip) && !is_helo_only;
	r->has_peer = r->from_ip.is_set || p->first_word.n;
}

static enum tt_peer_class peer_class(const struct tt_reading *r)
{
	if (r->is_loopback)
		return TT_PEER_LOOPBACK;
	if (r->is_same_host)
		return TT_PEER_SAME;
	if (!r->from_ip.is_set)
		return TT_PEER_NONE;
	return tt_ip_is_private(&r->from_ip) ? TT_PEER_PRIVATE :
					       TT_PEER_PUBLIC;
}

/* ---- markers ---- */

static void add_findings(struct reader *rd, uint32_t marker)
{
	const struct tt_marker *k = &rd->rules->markers.v[marker];
	const struct tt_stamp *s = rd->s;
	struct tt_finding f;

	if (!tt_hits_has(rd->m, &rd->hits,
			 rd->rules->patterns.v[k->pattern].anchor))
		return;
	for (int i = 0; i < TT_SLOT_COUNT; i++)
		if ((k->places.slots >> i & 1) && s->slot[i].n &&
		    tt_marker_match(rd->m, marker, s->slot[i], &f))
			*tt_vec_push(rd->arena, &rd->r->findings) = f;
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];

		if ((k->places.comments >> c->place & 1) && !c->is_sender &&
		    tt_marker_match(rd->m, marker, c->text, &f)) {
			*tt_vec_push(rd->arena, &rd->r->findings) = f;
			if (c->place == TT_SLOT_FROM && f.says_tls &&
			    !rd->r->is_ambiguous)
				rd->r->is_ambiguous =
					!tt_comment_is_in_order(s, i);
		}
	}
}

/* A writer may state the version in one place and its wrong suite in another
 * (Exim: (TLS1.3) tls SUITE). */
static void settle_suites(struct reader *rd)
{
	struct tt_reading *r = rd->r;
	enum tt_tls stated = TT_TLS_NONE;

	for (size_t i = 0; i < r->findings.n; i++)
		if (r->findings.v[i].version != TT_TLS_NONE)
			stated = r->findings.v[i].version;
	for (size_t i = 0; i < r->findings.n; i++) {
		struct tt_finding *f = &r->findings.v[i];

		if (f->version == TT_TLS_NONE && f->cipher.n)
			f->is_cipher_wrong =
				tt_marker_is_wrong(rd->rules, f, stated);
	}
}

/* ---- sender text ---- */

/* A bare version or suite word is a name like any other; a marker has parts. */
static bool is_whole_marker(const struct tt_finding *f)
{
	for (size_t i = 0; i < f->span.n; i++)
		if (f->span.p[i] == ' ' || f->span.p[i] == '=' ||
		    f->span.p[i] == ':')
			return f->version != TT_TLS_NONE || f->cipher.n;
	return false;
}

static bool begins_word(struct tt_slice text, size_t i)
{
	static const char before[] = " (=<\"[";

	return i == 0 || memchr(before, text.p[i - 1], sizeof(before) - 1);
}

static bool add_sender_text(struct reader *rd, struct tt_slice text)
{
	struct tt_hits hits;
	struct tt_finding f;

	text = tt_slice_sub(text, 0, (size_t)TT_MAX_regex_plain);
	if (text.n < 8)
		return false;
	tt_hits_find(rd->m, text, &hits);
	for (uint32_t k = 0; k < rd->rules->markers.n; k++) {
		const struct tt_marker *marker = &rd->rules->markers.v[k];
		const uint32_t anchor =
			rd->rules->patterns.v[marker->pattern].anchor;

		/* Only markers with an anchor are syntax enough. */
		if (!marker->says_tls || anchor == TT_NO_INDEX ||
		    !tt_hits_has(rd->m, &hits, anchor))
			continue;
		for (size_t i = 0; i < text.n; i++) {
			if (!begins_word(text, i) ||
			    !tt_marker_match(rd->m, k,
					     tt_slice_sub(text, i, text.n),
					     &f) ||
			    !is_whole_marker(&f))
				continue;
			*tt_vec_push(rd->arena, &rd->r->sender_text) = f;
			return true;
		}
	}
	return false;
}

/* A marker has parts and one of these words: most names have neither. */
static bool may_hold_marker(struct tt_slice s)
{
	bool has_parts = false;

	for (size_t i = 0; i < s.n && !has_parts; i++)
		has_parts = s.p[i] == ' ' || s.p[i] == '=' || s.p[i] == ':';
	return has_parts &&
	       (tt_slice_ifind(s, TT_S("tls")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("ssl")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("cipher")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("encrypted")) != SIZE_MAX);
}

static void read_sender_text(struct reader *rd)
{
	const struct tt_stamp *s = rd->s;
	const struct tt_slice slots[] = { s->slot[TT_SLOT_FROM],
					  s->slot[TT_SLOT_HELO],
					  s->slot[TT_SLOT_ID],
					  s->slot[TT_SLOT_FOR] };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (may_hold_marker(slots[i]) && add_sender_text(rd, slots[i]))
			return;
	for (size_t i = 0; i < s->comments.n; i++)
		if (s->comments.v[i].is_sender &&
		    may_hold_marker(s->comments.v[i].text) &&
		    add_sender_text(rd, s->comments.v[i].text))
			return;
}

/* ---- words ---- */

static struct tt_slice squeeze(struct reader *rd, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(tt_matcher_scratch(rd->m), s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (tt_is_space(s.p[i]) && (n == 0 || p[n - 1] == ' '))
			continue;
		p[n++] = tt_is_space(s.p[i]) ? ' ' : tt_lower(s.p[i]);
	}
	while (n && p[n - 1] == ' ')
		n--;
	return (struct tt_slice){ p, n };
}

struct with_words {
	struct tt_slice whole, last, first;
};

static bool word_is(const struct tt_word_rule *w, const struct with_words *with)
{
	for (size_t i = 0; i < w->is.n; i++) {
		const struct tt_slice is = w->is.v[i];

		if (tt_slice_eq(is, TT_S("any")))
			return true;
		if (with->whole.n == 0 && tt_slice_eq(is, TT_S("absent")))
			return true;
		if (with->whole.n && (tt_slice_eq(is, with->whole) ||
				      tt_slice_eq(is, with->last) ||
				      tt_slice_eq(is, with->first)))
			return true;
	}
	return false;
}

static bool pattern_is(struct reader *rd, uint32_t pattern,
		       struct tt_slice text)
{
	struct tt_match match;

	return tt_pattern_match(rd->m, pattern, text, &match);
}

static bool when_holds(struct reader *rd, const struct tt_when *w)
{
	if (w->year_min && (!rd->year || rd->year < w->year_min))
		return false;
	if (w->year_max && (!rd->year || rd->year > w->year_max))
		return false;
	if (w->has_from >= 0 && w->has_from != rd->s->has[TT_SLOT_FROM])
		return false;
	if (w->peers && !(w->peers >> peer_class(rd->r) & 1))
		return false;
	if (w->by_name != TT_NO_INDEX &&
	    !pattern_is(rd, w->by_name, rd->s->slot[TT_SLOT_BY]))
		return false;
	if (w->software_version != TT_NO_INDEX &&
	    !pattern_is(rd, w->software_version, rd->r->software_version))
		return false;
	struct tt_match match;

	return !w->has_cond || cond_holds(rd, &w->cond, &match);
}

static bool find_word(struct reader *rd, const struct tt_word_list *words,
		      const struct with_words *with)
{
	for (size_t i = 0; i < words->list.n; i++) {
		const struct tt_word_rule *w = &words->list.v[i];
		const bool is_like = w->like != TT_NO_INDEX && with->whole.n &&
				     pattern_is(rd, w->like, with->whole);

		if ((is_like || word_is(w, with)) &&
		    when_holds(rd, &w->when)) {
			rd->r->word = w->gives;
			return true;
		}
	}
	return false;
}

static void read_word(struct reader *rd)
{
	struct with_words with = {
		.whole = squeeze(rd, rd->s->slot[TT_SLOT_WITH]),
	};
	size_t i = with.whole.n;

	while (i && with.whole.p[i - 1] != ' ')
		i--;
	with.last = tt_slice_sub(with.whole, i, with.whole.n);
	with.first = tt_first_word(with.whole);
	if (find_word(rd, &rd->writer->words, &with))
		return;
	find_word(rd, &rd->rules->keywords, &with);
}

static void begin(struct reader *rd, struct tt_matcher *m,
		  const struct tt_stamp *stamp, struct tt_diags *diags)
{
	tt_matcher_context(m, diags, stamp->off);
	tt_hits_find(m, stamp->flat, &rd->hits);
}

void tt_stamp_read(struct tt_reading *reading_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, int year,
		   struct tt_arena *arena, struct tt_diags *diags)
{
	struct reader rd = { .m = m,
			     .rules = tt_matcher_rules(m),
			     .s = stamp,
			     .arena = arena,
			     .r = reading_r,
			     .year = year };

	*reading_r = (struct tt_reading){ 0 };
	begin(&rd, m, stamp, diags);
	if (stamp->date.is_set)
		rd.year = tt_date_year(stamp->date.unix_s);
	identify(&rd);
	reading_r->is_ambiguous |= stamp->has_two_by;
	read_peer(&rd);
	judge_peer(&rd);
	for (size_t i = 0; i < rd.writer->markers.n; i++)
		add_findings(&rd, rd.writer->markers.v[i]);
	reading_r->is_ambiguous |=
		tt_stamp_is_loose(stamp, reading_r->findings.n > 0);
	settle_suites(&rd);
	read_sender_text(&rd);
	read_word(&rd);
	if (reading_r->is_ambiguous)
		reading_r->software = TT_NO_SLICE;
}

/* ---- what of the whole set fits ---- */

static void fit_writers(struct reader *rd, struct tt_fits *fits, bool is_weak)
{
	struct tt_slice span, version;

	for (size_t i = 0; i < rd->rules->writers.n; i++) {
		const struct tt_writer *w = &rd->rules->writers.v[i];
		bool is_fit = false;

		for (size_t k = 0; k < w->identify.n; k++)
			is_fit |= w->identify.v[k].is_weak == is_weak &&
				  alternative_fits(rd, &w->identify.v[k],
						   &span, &version);
		if (is_fit && !w->is_generic && !w->is_forged)
			*tt_vec_push(rd->arena, &fits->writers) = w->id;
	}
}

void tt_stamp_fits(struct tt_fits *fits_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, struct tt_arena *arena)
{
	struct tt_reading reading = { 0 };
	struct reader rd = { .m = m,
			     .rules = tt_matcher_rules(m),
			     .s = stamp,
			     .arena = arena,
			     .r = &reading };

	*fits_r = (struct tt_fits){ 0 };
	begin(&rd, m, stamp, NULL);
	fit_writers(&rd, fits_r, false);
	if (fits_r->writers.n == 0)
		fit_writers(&rd, fits_r, true);
	for (uint32_t k = 0; k < rd.rules->markers.n; k++) {
		const size_t before = reading.findings.n;

		add_findings(&rd, k);
		for (size_t i = before; i < reading.findings.n; i++)
			if (reading.findings.v[i].says_tls)
				*tt_vec_push(arena, &fits_r->findings) =
					reading.findings.v[i];
	}
}

/* ---- TLS-bearing headers other than Received ---- */

static bool header_fits(struct tt_matcher *m, const struct tt_header_rule *h,
			const struct tt_field *field,
			struct tt_header_reading *reading_r)
{
	struct tt_slice value = tt_slice_trim(field->value);

	if (!tt_slice_ieq(h->field, field->name))
		return false;
	for (size_t i = 0; i < h->markers.n; i++) {
		struct tt_finding f;

		if (!tt_marker_match(m, h->markers.v[i], value, &f))
			continue;
		*reading_r = (struct tt_header_reading){
			.rule = f.rule,
			.is_border_witness = h->is_border_witness,
			.border_under = h->border_under,
			.finding = f,
		};
		return true;
	}
	return false;
}

bool tt_field_read(struct tt_header_reading *reading_r, struct tt_matcher *m,
		   const struct tt_field *field, struct tt_diags *diags)
{
	const struct tt_rules *rules = tt_matcher_rules(m);

	/* Nearly every field is none of ours: length and first letter tell. */
	if (!field->name.n || !(rules->header_shapes[field->name.n % 32] >>
					(field->name.p[0] & 31) &
				1))
		return false;
	tt_matcher_context(m, diags, field->value_off);
	for (size_t i = 0; i < rules->headers.n; i++)
		if (header_fits(m, &rules->headers.v[i], field, reading_r))
			return true;
	return false;
}

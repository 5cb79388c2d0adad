/* matcher.c - anchors in one pass, then PCRE2
 *
 * Most patterns name a literal that any match must hold.  All literals are
 * looked for in one pass over the text (anchors.c), and only patterns whose
 * literal is there are tried.  With the prefilter off every pattern is tried:
 * the tests compare the two.
 *
 * Time: subjects up to TT_MAX_regex_plain bytes run as JIT code under
 * match_limit; longer ones run with automatic callouts, and the
 * TT_MAX_regex_callouts-th ends the match, because match_limit counts per
 * start offset and so bounds nothing on long subjects.  Machine code knows
 * neither of PCRE2's limits of depth and heap; they are for builds without it.
 * A limit hit is a diag that names the rule and the limit.  Patterns compile on first use, or all at once. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>
#include "rules.h"

#define MAX_GROUPS 32
_Static_assert(PCRE2_UNSET == SIZE_MAX, "tt_match_numbered() knows it");

struct tt_matcher {
	const struct tt_rules *rules;
	pcre2_code **plain, **guarded; /* by pattern; NULL: not yet */
	pcre2_match_data *data;
	const size_t *at; /* in it: where groups begin and end */
	pcre2_match_context *plain_context, *guarded_context;
	pcre2_compile_context *compile_context;
	uint64_t callouts;
	bool has_prefilter, has_jit;
	struct tt_diags *diags;
	uint64_t off;
	struct tt_arena scratch;
};

static int count_callout(pcre2_callout_block *block, void *data)
{
	uint64_t *left = data;

	(void)block;
	if (*left == 0)
		return PCRE2_ERROR_CALLOUT;
	(*left)--;
	return 0;
}

static pcre2_code *compile(const struct tt_pattern *p, uint32_t extra,
			   struct tt_err *err)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR text[128];
	pcre2_code *re = pcre2_compile(
		p->text.p, p->text.n,
		PCRE2_EXTENDED | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
			extra,
		&code, &at, NULL);

	if (re)
		return re;
	pcre2_get_error_message(code, text, sizeof(text));
	tt_err_set(err, TT_RULE, "%s:%u: pattern, at %zu: %s", p->file,
		   p->line, (size_t)at, (const char *)text);
	return NULL;
}

enum tt_status tt_pattern_check(const struct tt_pattern *p,
				struct tt_err *err)
{
	pcre2_code *re = compile(p, 0, err);

	if (!re)
		return TT_RULE;
	pcre2_code_free(re);
	return TT_OK;
}

struct tt_matcher *tt_matcher_new(const struct tt_rules *rules)
{
	struct tt_matcher *m = tt_zalloc(sizeof(*m));
	const size_t n = rules->patterns.n;

	m->rules = rules;
	m->plain = tt_zalloc(tt_mul_size(n, sizeof(pcre2_code *)));
	m->guarded = tt_zalloc(tt_mul_size(n, sizeof(pcre2_code *)));
	m->data = pcre2_match_data_create(MAX_GROUPS, NULL);
	m->at = pcre2_get_ovector_pointer(m->data);
	m->plain_context = pcre2_match_context_create(NULL);
	m->guarded_context = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(m->plain_context, (uint32_t)TT_MAX_regex_match);
	pcre2_set_depth_limit(m->plain_context, (uint32_t)TT_MAX_regex_depth);
	pcre2_set_heap_limit(m->plain_context, (uint32_t)TT_MAX_regex_heap);
	pcre2_set_heap_limit(m->guarded_context,
			     (uint32_t)TT_MAX_regex_heap);
	pcre2_set_callout(m->guarded_context, count_callout, &m->callouts);
	m->has_prefilter = m->has_jit = true;
	return m;
}

void tt_matcher_free(struct tt_matcher **matcher)
{
	struct tt_matcher *m = *matcher;

	if (!m)
		return;
	for (size_t i = 0; i < m->rules->patterns.n; i++) {
		pcre2_code_free(m->plain[i]);
		pcre2_code_free(m->guarded[i]);
	}
	tt_free(&m->plain);
	tt_free(&m->guarded);
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->plain_context);
	pcre2_match_context_free(m->guarded_context);
	tt_arena_release(&m->scratch);
	tt_free(matcher);
}

void tt_matcher_set_prefilter(struct tt_matcher *m, bool is_on)
{
	m->has_prefilter = is_on;
}

void tt_matcher_set_jit(struct tt_matcher *m, bool is_on)
{
	m->has_jit = is_on;
}

void tt_matcher_context(struct tt_matcher *m, struct tt_diags *diags,
			uint64_t off)
{
	m->diags = diags;
	m->off = off;
	tt_arena_clear(&m->scratch);
}

struct tt_arena *tt_matcher_scratch(struct tt_matcher *m)
{
	return &m->scratch;
}

const struct tt_rules *tt_matcher_rules(const struct tt_matcher *m)
{
	return m->rules;
}

/* ---- anchors ---- */

void tt_hits_find(struct tt_matcher *m, struct tt_slice text,
		  struct tt_hits *hits_r)
{
	const struct tt_anchors *a = &m->rules->anchors;

	hits_r->bits = TT_NEW_N(&m->scratch, uint64_t, a->list.n / 64 + 1);
	if (m->has_prefilter)
		tt_anchors_find(a, text,
				tt_arena_alloc(&m->scratch,
					       tt_add_size(text.n,
							   TT_ANCHORS_ROOM)),
				hits_r->bits);
}

uint32_t tt_hits_next(const struct tt_matcher *m, const struct tt_hits *hits,
		      uint32_t from)
{
	const uint32_t n = (uint32_t)m->rules->anchors.list.n;

	if (!m->has_prefilter)
		return from;
	while (from < n) {
		const uint64_t word = hits->bits[from / 64] >> (from % 64);

		if (word)
			return from + (uint32_t)__builtin_ctzll(word);
		from = (from / 64 + 1) * 64;
	}
	return n;
}

bool tt_hits_has(const struct tt_matcher *m, const struct tt_hits *hits,
		 uint32_t anchor)
{
	if (anchor == TT_NO_INDEX || !m->has_prefilter)
		return true;
	return hits->bits[anchor / 64] >> (anchor % 64) & 1;
}

/* ---- matching ---- */

static pcre2_code *code_for(struct tt_matcher *m, uint32_t pattern,
			    bool is_guarded)
{
	pcre2_code **slot = is_guarded ? &m->guarded[pattern] :
					 &m->plain[pattern];

	if (!*slot) {
		*slot = compile(&m->rules->patterns.v[pattern],
				is_guarded ? PCRE2_AUTO_CALLOUT : 0, NULL);
		if (*slot && m->has_jit &&
		    pcre2_jit_compile(*slot, PCRE2_JIT_COMPLETE))
			m->has_jit = false; /* this build has none */
	}
	return *slot;
}

void tt_matcher_compile(struct tt_matcher *m)
{
	for (uint32_t i = 0; i < m->rules->patterns.n; i++) {
		(void)code_for(m, i, false);
		(void)code_for(m, i, true);
	}
}

/* Which limit made PCRE2 give up. */
static enum tt_limit_id limit_of(int rc)
{
	switch (rc) {
	case PCRE2_ERROR_MATCHLIMIT: return TT_LIM_regex_match;
	case PCRE2_ERROR_DEPTHLIMIT: return TT_LIM_regex_depth;
	case PCRE2_ERROR_HEAPLIMIT: return TT_LIM_regex_heap;
	case PCRE2_ERROR_JIT_STACKLIMIT: return TT_LIM_regex_stack;
	default: return TT_LIM_regex_callouts;
	}
}

static void tell_limit(struct tt_matcher *m, uint32_t pattern, int rc)
{
	const struct tt_pattern *p = &m->rules->patterns.v[pattern];

	if (m->diags)
		tt_diag_add(m->diags, TT_DIAG_regex_limit, m->off,
			    "the pattern of %s:%u gave up (limit %s): its "
			    "answer is missing, not negative", p->file, p->line,
			    tt_limit_get(limit_of(rc))->name);
}

static const uint8_t *bytes_of(struct tt_slice s)
{
	return s.p ? s.p : (const uint8_t *)"";
}

/* Its own entry saves a third of the time of a short match. */
static int match_plain(struct tt_matcher *m, const pcre2_code *re,
		       struct tt_slice s)
{
	return m->has_jit ? pcre2_jit_match(re, bytes_of(s), s.n, 0, 0,
					    m->data, m->plain_context) :
			    pcre2_match(re, bytes_of(s), s.n, 0, 0, m->data,
					m->plain_context);
}

static int match_guarded(struct tt_matcher *m, const pcre2_code *re,
			 struct tt_slice s)
{
	m->callouts = TT_MAX_regex_callouts;
	return pcre2_match(re, bytes_of(s), s.n, 0, 0, m->data,
			   m->guarded_context);
}

bool tt_pattern_match(struct tt_matcher *m, uint32_t pattern,
		      struct tt_slice subject, struct tt_match *match_r)
{
	const bool is_guarded = subject.n > TT_MAX_regex_plain;
	pcre2_code *const re = code_for(m, pattern, is_guarded);

	if (!re)
		return false;
	const int rc = is_guarded ? match_guarded(m, re, subject) :
				    match_plain(m, re, subject);

	if (rc < 0) {
		if (rc != PCRE2_ERROR_NOMATCH)
			tell_limit(m, pattern, rc);
		return false;
	}
	match_r->span = tt_slice_sub(subject, m->at[0], m->at[1] - m->at[0]);
	match_r->m = m;
	match_r->pattern = pattern;
	match_r->subject = subject;
	match_r->at = m->at;
	return true;
}

static const pcre2_code *code_of(const struct tt_match *match)
{
	return match->subject.n > TT_MAX_regex_plain ?
		       match->m->guarded[match->pattern] :
		       match->m->plain[match->pattern];
}

unsigned tt_match_number(const struct tt_match *match, const char *name)
{
	const int n = pcre2_substring_number_from_name(code_of(match),
						       (PCRE2_SPTR)name);

	return n > 0 && n < MAX_GROUPS ? (unsigned)n : 0;
}

struct tt_slice tt_match_group(const struct tt_match *match, const char *name)
{
	const pcre2_code *re = code_of(match);
	PCRE2_SPTR first, last;
	const int size = pcre2_substring_nametable_scan(
		re, (PCRE2_SPTR)name, &first, &last);

	if (size <= 0)
		return TT_NO_SLICE;
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(match->m->data);

	/* (?J) allows a name twice: the one that took part counts. */
	for (PCRE2_SPTR e = first; e <= last; e += size) {
		const size_t g = (size_t)e[0] << 8 | e[1];

		if (v[2 * g] != PCRE2_UNSET)
			return tt_slice_sub(match->subject, v[2 * g],
					    v[2 * g + 1] - v[2 * g]);
	}
	return TT_NO_SLICE;
}

void tt_rule_versions(struct tt_out *out)
{
	char text[64] = "";

	pcre2_config(PCRE2_CONFIG_VERSION, text);
	tt_out_printf(out, "PCRE2 %s\n", text);
}

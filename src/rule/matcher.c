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

static const char *const group_names[TT_GROUPS] = {
	[TT_GROUP_VERSION] = "version",
	[TT_GROUP_CIPHER] = "cipher",
	[TT_GROUP_BITS] = "bits",
	[TT_GROUP_SOFTWARE_VERSION] = "software_version",
	[TT_GROUP_VALUE] = "value",
};

/* Twice in the pattern (?J): its number is asked for by name. */
#define NO_NUMBER UINT8_MAX

struct compiled {
	pcre2_code *plain, *guarded; /* NULL: not yet */
	bool is_known, is_plain_fast;
	bool has_begins;
	uint8_t begins[256 / 8]; /* a bit for each byte it may begin with */
	uint8_t groups[TT_GROUPS]; /* their numbers; 0: none of that name */
};

struct tt_matcher {
	const struct tt_rules *rules;
	struct compiled *compiled; /* by pattern */
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
	m->compiled = tt_zalloc(tt_mul_size(n, sizeof(struct compiled)));
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
		pcre2_code_free(m->compiled[i].plain);
		pcre2_code_free(m->compiled[i].guarded);
	}
	tt_free(&m->compiled);
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

void tt_hits_find(struct tt_matcher *m, const struct tt_anchors *a,
		  struct tt_slice text, struct tt_hits *hits_r)
{
	hits_r->bits = TT_NEW_N(&m->scratch, uint64_t, a->list.n / 64 + 1);
	if (!m->has_prefilter)
		memset(hits_r->bits, 0xff, (a->list.n / 64 + 1) * 8);
	else
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

	while (from < n) {
		const uint64_t word = hits->bits[from / 64] >> (from % 64);

		if (word)
			return from + (uint32_t)__builtin_ctzll(word);
		from = (from / 64 + 1) * 64;
	}
	return n;
}

/* ---- matching ---- */

static void make_fast(struct tt_matcher *m, pcre2_code *re)
{
	if (re && m->has_jit && pcre2_jit_compile(re, PCRE2_JIT_COMPLETE))
		m->has_jit = false; /* this build has none */
}

static void set_begin(struct compiled *c, uint8_t byte)
{
	c->begins[byte / 8] |= (uint8_t)(1U << (byte % 8));
}

/* What PCRE2 knows of the first byte of its matches, case left open. */
static void take_begins(struct compiled *c, const pcre2_code *re)
{
	const uint8_t *map = NULL;
	uint32_t has_byte = 0, byte = 0;

	(void)pcre2_pattern_info(re, PCRE2_INFO_FIRSTBITMAP, &map);
	(void)pcre2_pattern_info(re, PCRE2_INFO_FIRSTCODETYPE, &has_byte);
	(void)pcre2_pattern_info(re, PCRE2_INFO_FIRSTCODEUNIT, &byte);
	if (map) {
		memcpy(c->begins, map, sizeof(c->begins));
	} else if (has_byte == 1 && byte < 128) {
		set_begin(c, (uint8_t)byte);
		set_begin(c, tt_is_alpha((uint8_t)byte) ?
				     (uint8_t)(byte ^ 0x20) :
				     (uint8_t)byte);
	} else {
		return;
	}
	c->has_begins = true;
}

/* Most patterns are anchored: ^ and something.  They match at the beginning of
 * a subject or nowhere, and only something that begins with one of a few
 * bytes.  PCRE2 tells them of patterns that are not anchored: it is asked
 * about the something. */
static void learn_begins(struct compiled *c, const struct tt_pattern *p)
{
	struct tt_pattern rest = *p;
	uint32_t options = 0;

	rest.text = tt_slice_trim(p->text);
	(void)pcre2_pattern_info(c->plain, PCRE2_INFO_ALLOPTIONS, &options);
	if (!(options & PCRE2_ANCHORED) || !rest.text.n ||
	    rest.text.p[0] != '^')
		return;
	rest.text = tt_slice_sub(rest.text, 1, rest.text.n);
	pcre2_code *re = compile(&rest, 0, NULL);

	if (re)
		take_begins(c, re);
	pcre2_code_free(re);
}

static void learn_groups(struct compiled *c)
{
	for (int i = 0; i < TT_GROUPS; i++) {
		const int n = pcre2_substring_number_from_name(
			c->plain, (PCRE2_SPTR)group_names[i]);

		if (n > 0)
			c->groups[i] = n < MAX_GROUPS ? (uint8_t)n : NO_NUMBER;
		else if (n == PCRE2_ERROR_NOUNIQUESUBSTRING)
			c->groups[i] = NO_NUMBER;
	}
}

static void learn(struct compiled *c, const struct tt_pattern *p)
{
	c->is_known = true;
	c->plain = compile(p, 0, NULL);
	if (!c->plain)
		return;
	learn_begins(c, p);
	learn_groups(c);
}

/* The pattern; as machine code only where it is matched. */
static inline struct compiled *compiled_for(struct tt_matcher *m,
					    uint32_t pattern)
{
	struct compiled *c = &m->compiled[pattern];

	if (!c->is_known)
		learn(c, &m->rules->patterns.v[pattern]);
	return c;
}

static pcre2_code *code_for(struct tt_matcher *m, uint32_t pattern,
			    bool is_guarded)
{
	struct compiled *c = compiled_for(m, pattern);

	if (!is_guarded && !c->is_plain_fast) {
		c->is_plain_fast = true;
		make_fast(m, c->plain);
	}
	if (is_guarded && !c->guarded) {
		c->guarded = compile(&m->rules->patterns.v[pattern],
				     PCRE2_AUTO_CALLOUT, NULL);
		make_fast(m, c->guarded);
	}
	return is_guarded ? c->guarded : c->plain;
}

void tt_matcher_compile(struct tt_matcher *m)
{
	for (uint32_t i = 0; i < m->rules->patterns.n; i++) {
		(void)code_for(m, i, false);
		(void)code_for(m, i, true);
	}
}

/* Does the subject begin as a match must? */
static bool may_match(struct tt_matcher *m, uint32_t pattern,
		      struct tt_slice subject)
{
	const struct compiled *c = compiled_for(m, pattern);

	if (!c->has_begins || !m->has_prefilter)
		return true;
	return subject.n > 0 &&
	       (c->begins[subject.p[0] / 8] >> (subject.p[0] % 8) & 1);
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

static bool hit(struct tt_matcher *m, uint32_t pattern,
		struct tt_slice subject, struct tt_match *match_r)
{
	match_r->span = tt_slice_sub(subject, m->at[0], m->at[1] - m->at[0]);
	match_r->m = m;
	match_r->pattern = pattern;
	match_r->subject = subject;
	match_r->at = m->at;
	return true;
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

/* Apart from the question whether it may, of which half end there. */
__attribute__((noinline)) static bool run(struct tt_matcher *m,
					  uint32_t pattern,
					  struct tt_slice subject,
					  struct tt_match *match_r)
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
	return hit(m, pattern, subject, match_r);
}

/* What nearly every match is: machine code is there, for a short text. */
bool tt_pattern_match(struct tt_matcher *m, uint32_t pattern,
		      struct tt_slice subject, struct tt_match *match_r)
{
	const struct compiled *const c = &m->compiled[pattern];

	if (!may_match(m, pattern, subject))
		return false;
	if (!c->plain || !c->is_plain_fast || !m->has_jit || subject.n == 0 ||
	    subject.n > TT_MAX_regex_plain)
		return run(m, pattern, subject, match_r);
	const int rc = pcre2_jit_match(c->plain, subject.p, subject.n, 0, 0,
				       m->data, m->plain_context);

	if (rc == PCRE2_ERROR_NOMATCH)
		return false;
	/* which limit it was is told there */
	return rc < 0 ? run(m, pattern, subject, match_r) :
			hit(m, pattern, subject, match_r);
}

static const pcre2_code *code_of(const struct tt_match *match)
{
	const struct compiled *c = &match->m->compiled[match->pattern];

	return match->subject.n > TT_MAX_regex_plain ? c->guarded : c->plain;
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

struct tt_slice tt_match_known(const struct tt_match *match, enum tt_group g)
{
	const uint8_t number = match->m->compiled[match->pattern].groups[g];

	if (number == NO_NUMBER)
		return tt_match_group(match, group_names[g]);
	return number ? tt_match_numbered(match, number) : TT_NO_SLICE;
}

void tt_rule_versions(struct tt_out *out)
{
	char text[64] = "";

	pcre2_config(PCRE2_CONFIG_VERSION, text);
	tt_out_printf(out, "PCRE2 %s\n", text);
}

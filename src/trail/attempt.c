/* attempt.c - a delivery report becomes attempts
 *
 * One for each recipient whose Action is failed or delayed; relayed,
 * delivered and expanded are no failures.  What the answer says of TLS is the
 * rules' to tell, else the Action decides.  A report changes no verdict and
 * no trust.  Bounded by TT_MAX_attempts; damage is told by the reader. */
#include <tlstrail/message/status.h>
#include "work.h"

struct report {
	struct tt_timeline *t;
	struct tt_matcher *matcher;
	struct tt_arena *arena;
	struct tt_diags *diags;
	uint64_t off; /* of the text in the message */
	struct tt_status_report r;
};

/* "dns; mx.example.com": what follows the type (RFC 3464, 2.1.2). */
static struct tt_slice untyped(struct tt_slice value)
{
	const size_t semicolon = tt_slice_chr(value, ';');

	return tt_slice_trim(semicolon == SIZE_MAX ?
				     value :
				     tt_slice_sub(value, semicolon + 1,
						  value.n));
}

static struct tt_slice value_of(const struct tt_field *f)
{
	return f ? tt_slice_trim(f->value) : TT_NO_SLICE;
}

static struct tt_slice text_or_none(struct tt_slice s)
{
	return s.n ? s : TT_NO_SLICE;
}

/* Up to the first byte that cannot belong to a name or an address. */
static struct tt_slice word_at(struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && !tt_is_space(s.p[n]) && s.p[n] != '(' &&
	       s.p[n] != ')' && s.p[n] != ',' && s.p[n] != '[' &&
	       s.p[n] != ']')
		n++;
	return tt_slice_sub(s, 0, n);
}

/* "host (192.0.2.1, the server for the domain)", "host[192.0.2.1]",
 * "192.0.2.1", "[192.0.2.1]". */
static void read_host(struct report *p, const struct tt_field *f,
		      struct tt_slice *name_r, struct tt_slice *ip_r)
{
	const struct tt_slice s = untyped(value_of(f));
	const struct tt_slice first = word_at(s);
	size_t open = first.n;
	struct tt_ip ip;

	if (first.n && tt_ip_parse(first, &ip)) {
		*ip_r = tt_ip_text(p->arena, &ip);
		return;
	}
	*name_r = text_or_none(tt_text_host(first));
	while (open < s.n && s.p[open] != '(' && s.p[open] != '[')
		open++;
	while (open < s.n && (s.p[open] == '(' || s.p[open] == '['))
		open++;
	const struct tt_slice second =
		word_at(tt_slice_sub(s, open, s.n));

	if (second.n && tt_ip_parse(second, &ip))
		*ip_r = tt_ip_text(p->arena, &ip);
}

/* The server's answer, else the status code and the action. */
static struct tt_slice answer_of(struct report *p,
				 const struct tt_status_recipient *r)
{
	const struct tt_slice code =
		tt_status_text(r->diagnostic_code, p->arena);
	const struct tt_slice status = value_of(r->status);
	const struct tt_slice action = value_of(r->action);

	if (code.n)
		return code;
	return tt_slice_str(tt_arena_printf(
		p->arena, "%.*s%s%.*s", (int)status.n,
		status.n ? (const char *)status.p : "", status.n ? " " : "",
		(int)action.n, (const char *)action.p));
}

/* The whole field, name and folds included. */
static void quote(struct report *p, struct tt_attempt *a,
		  const struct tt_field *f, const char *rule)
{
	if (!f || p->off == TT_NO_OFF)
		return;
	*tt_vec_push(p->arena, &a->evidence) = (struct tt_evidence){
		.kind = TT_EVIDENCE_OTHER,
		.rule = rule,
		.off = p->off + f->off,
		.text = tt_slice_from(f->name.p, f->value.p + f->value.n),
	};
}

static void fill(struct report *p, const struct tt_status_recipient *r,
		 enum tt_outcome by_action, struct tt_attempt *a)
{
	const struct tt_slice date = value_of(r->last_attempt_date);
	const struct tt_field *to =
		r->final_recipient ? r->final_recipient :
				     r->original_recipient;
	const char *rule = NULL;
	struct tt_date when;
	size_t used;

	a->recipient = text_or_none(untyped(value_of(to)));
	read_host(p, p->r.reporting_mta, &a->from.name, &a->from.ip);
	read_host(p, r->remote_mta, &a->by.name, &a->by.ip);
	a->text = answer_of(p, r);
	a->has_time = date.n && tt_date_parse(date, &when, &used);
	a->time_unix = a->has_time ? when.unix_s : 0;
	if (r->diagnostic_code)
		a->outcome = tt_status_outcome(
			p->matcher, a->text,
			p->off == TT_NO_OFF ?
				TT_NO_OFF :
				p->off + r->diagnostic_code->off,
			p->diags, &rule);
	if (a->outcome == TT_OUTCOME_NONE)
		a->outcome = by_action;
	quote(p, a, p->r.reporting_mta, NULL);
	quote(p, a, to, NULL);
	quote(p, a, r->action, NULL);
	quote(p, a, r->status, NULL);
	quote(p, a, r->remote_mta, NULL);
	quote(p, a, r->diagnostic_code, rule);
	quote(p, a, r->last_attempt_date, NULL);
}

static enum tt_outcome outcome_of_action(const struct tt_status_recipient *r)
{
	const struct tt_slice word = word_at(value_of(r->action));

	if (tt_slice_ieq(word, TT_S("failed")))
		return TT_OUTCOME_BOUNCED;
	if (tt_slice_ieq(word, TT_S("delayed")))
		return TT_OUTCOME_DEFERRED;
	return TT_OUTCOME_NONE;
}

void tt_attempts_add(struct tt_timeline *t, struct tt_slice text,
		     uint64_t off, struct tt_matcher *matcher,
		     struct tt_arena *arena, struct tt_diags *diags)
{
	struct report p = { .t = t, .matcher = matcher, .arena = arena,
			    .diags = diags, .off = off };
	const size_t before = t->attempts.n;

	tt_status_read(&p.r, text, off, arena, diags);
	for (size_t i = 0; i < p.r.recipients.n; i++) {
		const enum tt_outcome o =
			outcome_of_action(&p.r.recipients.v[i]);
		struct tt_attempt a = { 0 };

		if (o == TT_OUTCOME_NONE)
			continue;
		if (t->attempts.n == TT_MAX_attempts) {
			tt_diag_limit(diags, TT_DIAG_attempts_cut,
				      TT_LIM_attempts, off, 0);
			break;
		}
		fill(&p, &p.r.recipients.v[i], o, &a);
		*tt_vec_push(arena, &t->attempts) = a;
	}
	if (off == TT_NO_OFF && t->attempts.n > before)
		tt_diag_add(diags, TT_DIAG_status_decoded, TT_NO_OFF, NULL);
}

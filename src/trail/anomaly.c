/* anomaly.c - facts that do not fit together, each with a place
 *
 * Never a score, and no verdict rests on one.  At most one per code and hop;
 * the list is ordered by hop, then by code. */
#include <inttypes.h>
#include <stdarg.h>
#include "work.h"

/* A line or two in the output. What is quoted in it stands in full at its
 * place, and a text that is cut shows it. */
#define TEXT_BYTES 160

static void tell(struct tt_work *w, size_t i, enum tt_anomaly_code code,
		 struct tt_slice text)
{
	if (!w->told[i])
		w->told[i] = TT_NEW_N(w->arena, struct tt_slice,
				      TT_ANOMALY_COUNT);
	w->told[i][code] = text;
}

void tt_anomaly_add(struct tt_work *w, size_t i, enum tt_anomaly_code code,
		    const char *fmt, ...)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	char buf[TEXT_BYTES];
	va_list ap;

	if (hop->anomalies & (UINT32_C(1) << code))
		return;
	va_start(ap, fmt);
	(void)tt_text_vformat(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	hop->anomalies |= UINT32_C(1) << code;
	tell(w, i, code, tt_arena_dup(w->arena, tt_slice_str(buf)));
}

/* A repaired date is no anomaly unless its instant is in doubt. */
static void check_date(struct tt_work *w, size_t i)
{
	const struct tt_stamp *const s = &w->leg[i].stamp;

	if (!s->date.is_set && !s->has_date_text)
		tt_anomaly_add(w, i, TT_ANOMALY_no_date,
			       "nothing stands where the date belongs");
	else if (!s->date.is_set)
		tt_anomaly_add(w, i, TT_ANOMALY_bad_date,
			       "the date cannot be read");
	else if (s->date.is_zone_unread)
		tt_anomaly_add(w, i, TT_ANOMALY_bad_date,
			       "the date names no zone we know; UTC was taken");
}

void tt_anomaly_stamp(struct tt_work *w, size_t i)
{
	const struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_leg *const leg = &w->leg[i];
	const struct {
		bool holds;
		enum tt_anomaly_code code;
		const char *text;
	} rows[] = {
		{ hop->by.name.n == 0 && hop->by.ip.n == 0, TT_ANOMALY_no_by,
		  "the stamp names no receiving host" },
		{ leg->stamp.is_malformed, TT_ANOMALY_malformed,
		  "unbalanced comments or a clause cut short" },
		{ leg->stamp.has_nul, TT_ANOMALY_nul_byte,
		  "the stamp holds a NUL byte" },
		{ tt_leg_is_cut(leg), TT_ANOMALY_truncated,
		  "the stamp ends early" },
		{ leg->reading.is_ambiguous, TT_ANOMALY_ambiguous_stamp,
		  "more than one writer or split fits the stamp" },
		{ leg->reading.is_forged_pattern, TT_ANOMALY_forged_pattern,
		  "text of known bulk mail software" },
		{ leg->reading.sender_text.n > 0, TT_ANOMALY_sender_text,
		  "a TLS statement stands where the sender writes" },
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
		if (rows[k].holds)
			tt_anomaly_add(w, i, rows[k].code, "%s",
				       rows[k].text);
	check_date(w, i);
}

/* Undated stamps are passed over: the delay is to the last known time, and is
 * never clamped. */
static void check_order(struct tt_work *w)
{
	const struct tt_hop *prev = NULL;

	for (size_t i = 0; i < w->t->hops.n; i++) {
		struct tt_hop *const hop = &w->t->hops.v[i];

		if (!hop->has_time)
			continue;
		if (prev) {
			hop->delay_s = hop->time_unix - prev->time_unix;
			hop->has_delay = true;
		}
		if (prev && hop->delay_s < -(int64_t)TT_MAX_time_reversed)
			tt_anomaly_add(w, i, TT_ANOMALY_time_reversed,
				       "%" PRId64 " s before hop %d",
				       -hop->delay_s, prev->index);
		prev = hop;
	}
}

/* Old mail put into a fresh delivery: a replay, or a queue gone wrong. */
static void check_stale(struct tt_work *w, size_t border)
{
	const struct tt_hop *const hop = &w->t->hops.v[border];
	const struct tt_hop *const below = hop - 1;
	const int64_t gap = hop->time_unix - below->time_unix;

	if (hop->has_time && below->has_time &&
	    gap > (int64_t)TT_MAX_stale)
		tt_anomaly_add(w, border, TT_ANOMALY_stale,
			       "%" PRId64 " s after hop %d, across the border",
			       gap, below->index);
}

/* A service that sends under its own name only handed over to a border whose
 * peer bears another name. */
static void check_own_name(struct tt_work *w, size_t border)
{
	const struct tt_hop *const hop = &w->t->hops.v[border];
	const struct tt_hop *const below = hop - 1;
	const struct tt_slice org =
		tt_rules_own_name(w->options->rules, below->by.name);

	if (hop->from.rdns.n == 0 && hop->from.helo.n == 0)
		return; /* nothing is known of the peer */
	if (org.n == 0)
		return;
	if (tt_host_is_under(hop->from.rdns, org) ||
	    tt_host_is_under(hop->from.helo, org))
		return;
	tt_anomaly_add(w, border - 1, TT_ANOMALY_chain_break,
		       "by %.*s, but the peer of hop %d is not of it",
		       (int)org.n, (const char *)org.p, hop->index);
}

static void check_link(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];

	hop->link = tt_hop_link(hop - 1, hop);
	/* What logs tell hangs together by its keys, and may branch. */
	if (!hop->is_stamp || !(hop - 1)->is_stamp)
		return;
	/* `from localhost`, `from root`: no other host is named, none can
	 * differ. */
	if (hop->link == TT_LINK_NONE && (hop - 1)->is_trusted &&
	    !hop->is_within_host && hop->verdict != TT_LOCAL)
		tt_anomaly_add(w, i, TT_ANOMALY_chain_break,
			       "from does not meet by of hop %d",
			       hop->index - 1);
}

void tt_anomaly_chain(struct tt_work *w)
{
	const int border = w->t->result.border;

	for (size_t i = 1; i < w->t->hops.n; i++)
		check_link(w, i);
	check_order(w);
	if (border > 0) {
		check_stale(w, (size_t)border);
		check_own_name(w, (size_t)border);
	}
}

static void list(struct tt_work *w, size_t i)
{
	for (uint32_t left = w->t->hops.v[i].anomalies; left;
	     left &= left - 1) {
		const int code = __builtin_ctz(left);

		*tt_vec_push(w->arena, &w->t->anomalies) =
			(struct tt_anomaly){
				.code = (enum tt_anomaly_code)code,
				.hop = (int)i,
				.text = w->told[i][code],
			};
	}
}

void tt_anomaly_list(struct tt_work *w)
{
	for (size_t i = 0; i < w->t->hops.n; i++)
		if (w->told[i])
			list(w, i);
}

void tt_anomaly_unlist(struct tt_work *w)
{
	struct tt_timeline *const t = w->t;

	for (size_t i = 0; i < t->anomalies.n; i++) {
		const struct tt_anomaly *const a = &t->anomalies.v[i];

		tell(w, (size_t)a->hop, a->code, a->text);
	}
	t->anomalies.n = 0;
}

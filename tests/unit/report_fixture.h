/* report_fixture.h - a case made by hand, for the tests of reports
 *
 * Mail of some years: messages are drawn by a fixed generator and grouped
 * here as the store groups them, so that all figures of a report agree. */
#ifndef REPORT_FIXTURE_H
#define REPORT_FIXTURE_H

#include <stdlib.h>

#include "by_hand.h"
#include <tlstrail/emit/report.h>

struct mail_row {
	int32_t month;
	struct tt_slice receiver, peer, part;
	enum tt_peer_basis basis;
	enum tt_verdict verdict;
	enum tt_tls version;
	bool has_entry;
};

struct report_fixture {
	struct tt_arena arena;
	struct tt_report r;
	TT_VEC(struct mail_row) mail;
	const struct tt_timeline *timelines[3];
	struct example example;
	struct tt_hop hops[2][MAX_HOPS];
	struct tt_timeline by_hand[2];
};

/* ---- drawing ---- */

static inline unsigned draw(uint32_t *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

struct sender {
	const char *name, *part;
	unsigned weight, clear_of_1000, old_of_1000, tls13_from;
	enum tt_peer_basis basis;
};

static const struct sender senders[] = {
	{ "google.com", NULL, 260, 0, 0, 2019 * 12, TT_PEER_RDNS },
	{ "outlook.com", NULL, 210, 0, 2, 2022 * 12 + 3, TT_PEER_RDNS },
	{ "amazonses.com", "us-east-1", 70, 6, 4, 2022 * 12, TT_PEER_RDNS },
	{ "amazonses.com", "eu-west-1", 60, 2, 4, 2022 * 12, TT_PEER_RDNS },
	{ "amazonses.com", "ap-south-1", 14, 60, 20, 2022 * 12,
	  TT_PEER_RDNS },
	{ "mailchimp.example", NULL, 60, 1, 3, 2021 * 12, TT_PEER_RDNS },
	{ "oldlist.example", NULL, 40, 420, 260, 2099 * 12, TT_PEER_RDNS },
	{ "scanner.example", NULL, 22, 980, 0, 2099 * 12, TT_PEER_HELO },
	{ "bank.example", NULL, 50, 0, 0, 2020 * 12 + 6, TT_PEER_RDNS },
	{ "university.example", NULL, 44, 8, 120, 2023 * 12, TT_PEER_RDNS },
	{ "192.0.2.77", NULL, 12, 700, 0, 2099 * 12, TT_PEER_ADDRESS },
	{ "a-name-that-is-rather-long-for-a-table.subdomain.example", NULL, 18,
	  30, 30, 2022 * 12, TT_PEER_RDNS },
};

static const struct {
	const char *name;
	unsigned weight;
	bool is_plain, is_silent;
} receivers[] = {
	{ "example.net", 700, false, false },
	{ "example.org", 220, false, false },
	{ "legacy.example", 45, true, false },
	{ "mute.example", 35, false, true },
};

static inline size_t draw_weighted(uint32_t *seed, const unsigned *weight,
				   size_t stride, size_t n)
{
	unsigned all = 0, at;

	for (size_t i = 0; i < n; i++)
		all += *(const unsigned *)(const void *)((const char *)weight +
							 i * stride);
	at = draw(seed, all);
	for (size_t i = 0; i < n; i++) {
		const unsigned w =
			*(const unsigned *)(const void *)((const char *)weight +
							  i * stride);

		if (at < w)
			return i;
		at -= w;
	}
	return n - 1;
}

static inline void draw_mail(struct mail_row *m, uint32_t *seed, int32_t month)
{
	const struct sender *s = &senders[draw_weighted(
		seed, &senders[0].weight, sizeof(senders[0]), N(senders))];
	const size_t r = draw_weighted(seed, &receivers[0].weight,
				       sizeof(receivers[0]), N(receivers));
	const unsigned dice = draw(seed, 1000);

	*m = (struct mail_row){ .month = month, .basis = s->basis,
				.has_entry = true };
	m->peer = tt_slice_str(s->name);
	if (s->part)
		m->part = tt_slice_str(s->part);
	m->receiver = tt_slice_str(receivers[r].name);
	m->verdict = TT_ENCRYPTED;
	if (receivers[r].is_plain || dice < s->clear_of_1000)
		m->verdict = TT_CLEARTEXT;
	else if (receivers[r].is_silent)
		m->verdict = TT_UNKNOWN;
	else if (dice < s->clear_of_1000 + s->old_of_1000)
		m->version = draw(seed, 3) ? TT_TLSV1_0 : TT_TLSV1_1;
	else if (dice > 985)
		m->version = TT_TLS_NONE;
	else
		m->version = month >= (int32_t)s->tls13_from &&
					     draw(seed, 100) < 92 ?
				     TT_TLSV1_3 :
				     TT_TLSV1_2;
	if (draw(seed, 150) == 0)
		m->has_entry = false;
	if (draw(seed, 120) == 0)
		m->month = TT_NO_MONTH;
}

/* ---- grouping, as the store does ---- */

static inline enum tt_fit fit_of(const struct mail_row *m)
{
	switch (m->verdict) {
	case TT_CLEARTEXT: return TT_FIT_CLEARTEXT;
	case TT_UNKNOWN: return TT_FIT_UNKNOWN;
	case TT_LOCAL:
	case TT_ENCRYPTED: break;
	}
	if (m->version == TT_TLS_NONE)
		return TT_FIT_NO_VERSION;
	return m->version < TT_TLSV1_2 ? TT_FIT_VERSION : TT_FIT_MEETS;
}

static inline void group_add(struct tt_group *g, const struct mail_row *m)
{
	const enum tt_fit fit = fit_of(m);

	g->messages++;
	if (!m->has_entry) {
		g->result[TT_RESULT_NONE]++;
		return;
	}
	g->verdict[m->verdict]++;
	g->fit[fit]++;
	if (m->verdict == TT_ENCRYPTED)
		g->version[m->version]++;
	if (fit == TT_FIT_MEETS)
		g->result[TT_RESULT_PASS]++;
	else if (fit < TT_FIT_CLEARTEXT)
		g->result[TT_RESULT_UNDETERMINED]++;
	else
		g->result[TT_RESULT_FAIL]++;
}

enum {
	BY_MONTH = 1,
	BY_RECEIVER = 2,
	BY_PEER = 4,
	BY_PART = 8,
};

static inline int group_cmp_key(const void *a, const void *b)
{
	const struct tt_group *x = a, *y = b;
	const int by_name = tt_slice_cmp(x->name, y->name);

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	return by_name ? by_name : tt_slice_cmp(x->part, y->part);
}

static inline int group_cmp_size(const void *a, const void *b)
{
	const struct tt_group *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return group_cmp_key(a, b);
}

static inline int group_cmp_worst(const void *a, const void *b)
{
	const struct tt_group *x = a, *y = b;
	const uint64_t p = x->fit[TT_FIT_CLEARTEXT] + x->fit[TT_FIT_VERSION];
	const uint64_t q = y->fit[TT_FIT_CLEARTEXT] + y->fit[TT_FIT_VERSION];

	if (p != q)
		return p > q ? -1 : 1;
	return group_cmp_size(a, b);
}

static inline void group_mail(struct report_fixture *f, struct tt_groups *to,
			      unsigned by,
			      int (*cmp)(const void *, const void *))
{
	TT_VEC(struct tt_group) v = { 0 };

	for (size_t i = 0; i < f->mail.n; i++) {
		const struct mail_row *m = &f->mail.v[i];
		struct tt_group key = { .basis = m->basis,
					.month = by & BY_MONTH ? m->month :
								 TT_NO_MONTH };
		size_t k = 0;

		if (!m->has_entry && !(by & BY_MONTH))
			continue;
		if (by & BY_RECEIVER)
			key.name = m->receiver;
		if (by & BY_PEER)
			key.name = m->peer;
		if (by & BY_PART)
			key.part = m->part;
		while (k < v.n && group_cmp_key(&v.v[k], &key) != 0)
			k++;
		if (k == v.n)
			*tt_vec_push(&f->arena, &v) = key;
		group_add(&v.v[k], m);
	}
	if (v.n)
		qsort(v.v, v.n, sizeof(v.v[0]), cmp);
	*to = (struct tt_groups){ v.v, v.n, v.cap, 0 };
}

/* ---- the rest of a report ---- */

static inline struct tt_slice dup_format(struct tt_arena *a, const char *fmt,
					 int i)
{
	char text[200];
	const int n = snprintf(text, sizeof(text), "%s %d", fmt, i);

	return tt_arena_dup(a, (struct tt_slice){ (const uint8_t *)text,
						  (size_t)n });
}

static inline void fill_worst(struct report_fixture *f)
{
	static const enum tt_fit fits[] = { TT_FIT_CLEARTEXT, TT_FIT_SUITE,
					    TT_FIT_VERSION };
	struct tt_worst *w = TT_NEW_N(&f->arena, struct tt_worst, 3);

	for (int i = 0; i < 3; i++) {
		w[i] = (struct tt_worst){
			.path = TT_S("mail/inbox.mbox"),
			.message_id = TT_S("<a@b>"),
			.receiver = TT_S("example.net"),
			.peer = TT_S("oldlist.example"),
			.off = 1024u * (unsigned)i,
			.has_time = i != 2,
			.time_unix = 1681013600,
			.fit = fits[i],
			.fail_basis = TT_BASIS_MARKER,
			.weakest = i == 2 ? TT_TLSV1_0 : TT_TLSV1_2,
		};
		w[i].subject = dup_format(&f->arena, "Minutes of meeting", i);
		memset(w[i].content_sha256, 0x30 + i, TT_SHA256_LEN);
	}
	f->r.worst = (struct tt_worsts){ w, 3, 3, 1412 };
	fill(&f->example);
	make_timeline(&f->by_hand[0], f->hops[0], "Ce2M TcM Te3sM", &bcp195);
	make_timeline(&f->by_hand[1], f->hops[1], "Cu Te2rM XlS", &bcp195);
	f->timelines[0] = &f->by_hand[0];
	f->timelines[1] = &f->by_hand[1];
	f->timelines[2] = &f->example.t;
	f->r.timelines = f->timelines;
}

static inline void fill_delays(struct report_fixture *f)
{
	f->r.delays.all =
		(struct tt_delay){ TT_NO_SLICE, 3811, 212, 2, 41, 412345 };
	*tt_vec_push(&f->arena, &f->r.delays.by_receiver) = (struct tt_delay){
		TT_S("example.net"), 2700, 180, 1, 12, 86400
	};
	*tt_vec_push(&f->arena, &f->r.delays.by_receiver) = (struct tt_delay){
		TT_S("legacy.example"), 300, 0, 70, 4000, 412345
	};
	*tt_vec_push(&f->arena, &f->r.delays.by_receiver) = (struct tt_delay){
		TT_NO_SLICE, 811, 32, 3, 900, 4123450
	};
}

static inline void fill_coverage(struct report_fixture *f)
{
	static struct tt_code_count anomalies[] = {
		{ { (const uint8_t *)"time-reversed", 13 }, 41, 0 },
		{ { (const uint8_t *)"sender-text", 11 }, 2, 0 },
	};
	static struct tt_code_count diags[] = {
		{ { (const uint8_t *)"truncated", 9 }, 0, 1 },
	};
	struct tt_report *r = &f->r;

	r->anomalies = (struct tt_code_counts){ anomalies, 2, 2 };
	r->diags = (struct tt_code_counts){ diags, 1, 1 };
	tt_totals_init(&r->totals, &f->arena);
	for (size_t i = 0; i < 3; i++)
		tt_totals_add(&r->totals, f->timelines[i]);
	r->counts = (struct tt_case_counts){
		.messages = f->mail.n, .embedded = 12, .log_only = 40,
		.occurrences = f->mail.n + 70, .events = 5120, .joined = 300,
	};
	r->counts.files[TT_SOURCE_DONE] = 2;
}

static inline void fill_sources(struct report_fixture *f)
{
	static const char *const paths[] = { "mail/inbox.mbox",
					     "mail/lists.tar.zst",
					     "logs/mail.log" };
	struct tt_report *r = &f->r;

	for (unsigned i = 0; i < 3; i++) {
		struct tt_report_source *s =
			tt_vec_push(&f->arena, &r->sources.list);

		*s = (struct tt_report_source){
			.path = tt_slice_str(paths[i]),
			.state = i == 1 ? TT_SOURCE_SKIPPED : TT_SOURCE_DONE,
			.is_regular = true, .has_hash = true,
			.size = 123456789u >> (4 * i), .messages = 100u * i,
		};
		if (i == 1)
			s->reason = TT_S("a worker died of it: signal 11");
		memset(s->sha256, 0x51 + (int)i, TT_SHA256_LEN);
	}
	memset(r->sources.digest, 0xd1, TT_SHA256_LEN);
	*tt_vec_push(&f->arena, &r->facts) = (struct tt_case_fact){
		TT_S("tlstrail"), TT_S("0.1.0")
	};
	*tt_vec_push(&f->arena, &r->facts) = (struct tt_case_fact){
		TT_S("rules"),
		TT_S("9f0c1d2e3f405162738495a6b7c8d9e0f1021324354657687980")
	};
}

static inline void fault_add(struct report_fixture *f, enum tt_part part,
			     struct tt_slice name)
{
	struct tt_fault_list *l = &f->r.faults.part[part];
	size_t i = 0;

	l->total++;
	if (!l->v)
		l->v = TT_NEW_N(&f->arena, struct tt_fault, 40);
	while (i < l->n && !tt_slice_eq(l->v[i].name, name))
		i++;
	if (i == l->n)
		l->v[l->n++] = (struct tt_fault){ .name = name };
	l->v[i].n++;
	for (; i && l->v[i].n > l->v[i - 1].n; i--) {
		const struct tt_fault x = l->v[i];

		l->v[i] = l->v[i - 1];
		l->v[i - 1] = x;
	}
}

static inline void fill_faults(struct report_fixture *f)
{
	for (size_t i = 0; i < f->mail.n; i++) {
		const struct mail_row *m = &f->mail.v[i];

		if (!m->has_entry || fit_of(m) < TT_FIT_CLEARTEXT)
			continue;
		if (tt_slice_eq(m->receiver, TT_S("legacy.example")))
			fault_add(f, TT_PART_RECEIVER, m->receiver);
		else if (m->month == TT_NO_MONTH)
			fault_add(f, TT_PART_OPEN, m->peer);
		else
			fault_add(f, TT_PART_SENDER, m->peer);
	}
}

static inline void group_all(struct report_fixture *f)
{
	struct tt_report *r = &f->r;

	group_mail(f, &r->months, BY_MONTH, group_cmp_key);
	group_mail(f, &r->receivers, BY_RECEIVER, group_cmp_size);
	group_mail(f, &r->peers, BY_PEER, group_cmp_size);
	group_mail(f, &r->peer_parts, BY_PEER | BY_PART, group_cmp_key);
	group_mail(f, &r->worst_peers, BY_PEER, group_cmp_worst);
	group_mail(f, &r->peer_months, BY_PEER | BY_MONTH, group_cmp_key);
	fill_faults(f);
	r->profile = TT_S("bcp195");
}

/* Mail of `months` months to 2024-12, about `each` messages in each. */
static inline void report_make(struct report_fixture *f, int months,
			       unsigned each, uint32_t seed)
{
	memset(f, 0, sizeof(*f));
	for (int i = 0; i < months; i++) {
		const unsigned n = each / 2 + draw(&seed, each + 1);

		for (unsigned k = 0; k < n; k++)
			draw_mail(tt_vec_push(&f->arena, &f->mail), &seed,
				  2024 * 12 + 11 - (months - 1 - i));
	}
	group_all(f);
	fill_worst(f);
	fill_delays(f);
	fill_coverage(f);
	fill_sources(f);
}

static inline void report_free(struct report_fixture *f)
{
	tt_arena_release(&f->arena);
}

#endif

/* report - reports of a case made by hand
 *
 * Usage: report html|text|narrow|color|compare|campaign|empty|empty-text|large
 *        report payloads DIR
 *        report filtered
 *
 * Prints one; `large` has as much of everything as a report can hold.  With
 * `payloads` DIR gets a page for each payload, which stands in every field
 * that evidence can fill, behind the field's own mark; `filtered` prints all of
 * them with their marks through a filter that hides them. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../unit/payloads.h"
#include "../unit/report_fixture.h"
#include "emit/report_state.h"

static struct report_fixture now, before;
static struct tt_campaign campaign;

static void make_campaign(struct tt_arena *a)
{
	static const struct tt_campaign_row rows[] = {
		{ { (const uint8_t *)"expired/OPTIONAL", 16 },
		  { .messages = 3, .verdict[TT_CLEARTEXT] = 1,
		    .verdict[TT_ENCRYPTED] = 2, .version[TT_TLSV1_2] = 2 },
		  0 },
		{ { (const uint8_t *)"no-tls/REQUIRE", 14 },
		  { .messages = 1 }, 2 },
		{ { (const uint8_t *)"valid/REQUIRE", 13 },
		  { .messages = 2, .verdict[TT_ENCRYPTED] = 2,
		    .version[TT_TLSV1_3] = 2 },
		  0 },
	};

	campaign.header = TT_S("x-test-cell");
	for (size_t i = 0; i < N(rows); i++)
		*tt_vec_push(a, &campaign.rows) = rows[i];
}

/* ---- payloads ---- */

static struct tt_slice *worst_field(size_t i)
{
	struct tt_worst *w = now.r.worst.v;
	struct tt_slice *const fields[] = {
		&w[0].path, &w[0].message_id, &w[1].subject, &w[0].receiver,
		&w[0].peer, &w[2].log_key,
	};

	return i < N(fields) ? fields[i] : NULL;
}

static struct tt_slice *report_field(size_t i)
{
	struct tt_report *r = &now.r;
	struct tt_slice *const fields[] = {
		&r->receivers.v[0].name,
		&r->peers.v[0].name,
		&r->peer_parts.v[0].part,
		&r->peer_parts.v[0].name,
		&r->worst_peers.v[0].name,
		&r->faults.part[TT_PART_SENDER].v[0].name,
		&r->faults.part[TT_PART_RECEIVER].v[0].name,
		&r->delays.by_receiver.v[0].name,
		&r->facts.v[0].name,
		&r->facts.v[0].value,
		&r->sources.list.v[0].path,
		&r->sources.list.v[1].reason,
		&r->anomalies.v[0].code,
		&r->diags.v[0].code,
		&r->profile,
		&campaign.header,
		&campaign.rows.v[0].value,
	};

	return i < N(fields) ? fields[i] : NULL;
}

static struct tt_slice *field(size_t i)
{
	size_t n = 0;

	while (report_field(n))
		n++;
	if (i < n)
		return report_field(i);
	i -= n;
	for (n = 0; worst_field(n); n++)
		;
	if (i < n)
		return worst_field(i);
	return field_at(&now.example, i - n);
}

static void give_up(const char *what)
{
	fprintf(stderr, "report: %s\n", what);
	exit(2);
}

static struct tt_slice marked(struct tt_arena *a, size_t i, struct tt_slice s)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_printf(&text, "f%zu:", i);
	tt_out_bytes(&text, s);
	const struct tt_slice all = { text.buf, text.n };
	const struct tt_slice kept = tt_arena_dup(a, all);

	tt_out_release(&text);
	return kept;
}

static void fill_fields(struct tt_slice bytes)
{
	memset(&campaign, 0, sizeof(campaign));
	report_make(&now, 4, 12, 7);
	make_campaign(&now.arena);
	now.r.campaign = &campaign;
	now.r.worst.v[2].is_log_only = true;
	now.r.worst.v[0].subject = TT_NO_SLICE;
	for (size_t i = 0; field(i); i++)
		*field(i) = marked(&now.arena, i, bytes);
}

static void write_payload(const char *dir, size_t k)
{
	char path[4096];
	struct tt_out out;

	fill_fields(k ? payload_at(k - 1).bytes : TT_S("plain"));
	snprintf(path, sizeof(path), "%s/%03zu.html", dir, k);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0)
		give_up(path);
	tt_out_init(&out, fd);
	tt_report_html(&out, &now.r);
	if (tt_out_flush(&out) < 0 || close(fd) < 0)
		give_up(path);
	tt_out_release(&out);
	report_free(&now);
}

/* ---- behind a filter ---- */

static struct tt_slice hide(void *ctx, struct tt_slice s)
{
	(void)ctx;
	return tt_slice_find(s, TT_S(":plain")) == SIZE_MAX ? s :
							      TT_S("hidden");
}

/* Everything, through a filter that hides every field. */
static void write_filtered(struct tt_out *out)
{
	const struct tt_out_filter filter = { hide, NULL };
	const struct tt_report_look look = { .width = 80 };

	fill_fields(TT_S("plain"));
	report_make(&before, 4, 120, 9);
	before.r.receivers.v[0].name = now.r.receivers.v[0].name;
	before.r.receivers.v[0].fit[TT_FIT_MEETS] = 0;
	out->filter = &filter;
	tt_report_html(out, &now.r);
	tt_report_text(out, &now.r, &look);
	tt_report_compare(out, &before.r, &now.r, &look);
	tt_report_campaign(out, &campaign, &look);
	out->filter = NULL;
}

/* ---- as much as there can be ---- */

static struct tt_slice long_name(struct tt_arena *a, const char *what, size_t i,
				 int width)
{
	char text[400];
	const int n = snprintf(text, sizeof(text), "%s%zu.%0*d", what, i,
			       width, 0);

	return tt_arena_dup(a, (struct tt_slice){ (const uint8_t *)text,
						  (size_t)n });
}

static void fill_groups(struct tt_arena *a, struct tt_groups *to, size_t n,
			const char *what)
{
	const struct tt_group like = tt_groups_sum(&now.r.months);

	*to = (struct tt_groups){ .more = 123456 };
	for (size_t i = 0; i < n; i++) {
		struct tt_group *g = tt_vec_push(a, to);

		*g = like;
		g->name = long_name(a, what, i, 60);
		g->month = TT_NO_MONTH;
	}
}

static void fill_large(void)
{
	struct tt_arena *a = &now.arena;
	struct tt_report *r = &now.r;
	const struct tt_worst like = r->worst.v[1];
	const struct tt_timeline **timelines =
		TT_NEW_N(a, const struct tt_timeline *, TT_MAX_report_worst);
	struct tt_timeline *t = &now.by_hand[0];

	fill_groups(a, &r->receivers, TT_MAX_report_rows, "receiver");
	fill_groups(a, &r->peers, TT_MAX_report_rows, "peer");
	fill_groups(a, &r->peer_parts, TT_MAX_report_rows, "peer");
	for (size_t i = 0; i < r->peer_parts.n; i++)
		r->peer_parts.v[i].part = long_name(a, "part", i, 60);
	fill_groups(a, &r->worst_peers, TT_MAX_report_rows, "peer");
	for (size_t i = 0; i < TT_MAX_report_peers * 60; i++) {
		struct tt_group g = r->months.v[i % 60];

		g.name = r->peers.v[i / 60].name;
		*tt_vec_push(a, &r->peer_months) = g;
	}
	t->hops.v = TT_NEW_N(a, struct tt_hop, TT_MAX_report_hops);
	t->hops.n = TT_MAX_report_hops;
	for (size_t i = 0; i < t->hops.n; i++)
		t->hops.v[i] = now.example.hop;
	now.example.evidence.text = long_name(a, "evidence", 0, 300);
	r->worst = (struct tt_worsts){ .more = 1 };
	for (size_t i = 0; i < TT_MAX_report_worst; i++) {
		*tt_vec_push(a, &r->worst) = like;
		r->worst.v[i].subject = long_name(a, "subject", i, 200);
		timelines[i] = i < TT_MAX_report_timelines ? t : NULL;
	}
	r->timelines = timelines;
	while (r->sources.list.n < TT_MAX_report_sources) {
		struct tt_report_source s = r->sources.list.v[0];

		s.path = long_name(a, "path", r->sources.list.n, 200);
		*tt_vec_push(a, &r->sources.list) = s;
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct tt_report_look look = { .width = 80 };
	struct tt_out out;

	if (strcmp(what, "payloads") == 0) {
		for (size_t k = 0; argc > 2 && k <= N_PAYLOADS; k++)
			write_payload(argv[2], k);
		return 0;
	}
	if (strcmp(what, "filtered") == 0) {
		tt_out_init(&out, STDOUT_FILENO);
		write_filtered(&out);
		return tt_out_flush(&out) < 0;
	}
	const bool is_large = strcmp(what, "large") == 0;

	report_make(&now, is_large ? 60 : 8, 40, 7);
	report_make(&before, 10, 30, 9);
	make_campaign(&now.arena);
	tt_out_init(&out, STDOUT_FILENO);
	if (is_large)
		fill_large();
	if (strncmp(what, "empty", 5) == 0)
		memset(&now.r, 0, sizeof(now.r));
	look.width = strcmp(what, "narrow") == 0 ? 44 : 80;
	look.has_color = strcmp(what, "color") == 0;
	if (strcmp(what, "compare") == 0)
		tt_report_compare(&out, &before.r, &now.r, &look);
	else if (strcmp(what, "campaign") == 0)
		tt_report_campaign(&out, &campaign, &look);
	else if (is_large || strcmp(what, "html") == 0 ||
		 strcmp(what, "empty") == 0)
		tt_report_html(&out, &now.r);
	else
		tt_report_text(&out, &now.r, &look);
	if (tt_out_flush(&out) < 0)
		give_up("cannot write");
	tt_out_release(&out);
	report_free(&now);
	report_free(&before);
	return 0;
}

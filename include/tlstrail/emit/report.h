/* emit/report.h - floor 7: the figures of a case become a report
 *
 * A report is an answer first (how much of the mail travelled under what,
 * since when, and whose part the rest is), then its grounds.  It holds no
 * clock, no host name and no row id: the same figures give the same bytes.
 * Everything is borrowed from the caller. */
#ifndef TLSTRAIL_EMIT_REPORT_H
#define TLSTRAIL_EMIT_REPORT_H

#include <tlstrail/emit.h>
#include <tlstrail/store/figures.h>

/* A file that was read; members are counted with their file. */
struct tt_report_source {
	struct tt_slice path, reason; /* n 0: none */
	enum tt_source_state state;
	bool is_regular, has_hash;
	uint64_t size; /* where is_regular */
	uint8_t sha256[TT_SHA256_LEN];
	uint64_t messages, events, diags;
};

/* Files in the order of their paths: the first TT_MAX_report_sources. */
struct tt_report_sources {
	TT_VEC(struct tt_report_source) list;
	uint64_t more;
	uint8_t digest[TT_SHA256_LEN]; /* of the whole list: see report */
};

struct tt_report {
	struct tt_slice profile; /* name */
	struct tt_totals totals;
	struct tt_case_counts counts;
	struct tt_range range; /* what is in the figures, if it is given */
	struct tt_groups months; /* all, by key */
	struct tt_groups receivers; /* by size */
	struct tt_groups peers; /* by size */
	struct tt_groups peer_parts; /* of those peers, by key */
	struct tt_groups worst_peers; /* by worst */
	struct tt_groups peer_months; /* of the largest peers, by key */
	struct tt_faults faults;
	struct tt_delays delays;
	struct tt_worsts worst;
	/* As many as worst.n, or NULL; the first are shown whole. */
	const struct tt_timeline *const *timelines;
	struct tt_code_counts diags, anomalies;
	struct tt_case_facts facts; /* how it was read */
	struct tt_report_sources sources;
	const struct tt_campaign *campaign; /* NULL: none is asked for */
};

struct tt_report_look {
	unsigned width; /* columns; 0: 80 */
	bool has_color;
};

/* One self-contained HTML file: no script, nothing loaded, no style but its
 * own. */
void tt_report_html(struct tt_out *out, const struct tt_report *r);
/* The same answer for a terminal, with bars. */
void tt_report_text(struct tt_out *out, const struct tt_report *r,
		    const struct tt_report_look *look);
/* What a scan tells below its totals: the senders of most failing mail, the
 * files, and what was skipped.  Of r: worst_peers, counts and diags. */
void tt_report_rest(struct tt_out *out, const struct tt_report *r,
		    const struct tt_report_look *look);
/* What got better from the one case to the other, and what worse. */
void tt_report_compare(struct tt_out *out, const struct tt_report *old,
		       const struct tt_report *now,
		       const struct tt_report_look *look);
/* A row for each value of the campaign's header. */
void tt_report_campaign(struct tt_out *out, const struct tt_campaign *campaign,
			const struct tt_report_look *look);

#endif

/* work.h - what the files of this floor share while one timeline is built
 *
 * Everything lives in the arena of the call.  leg[i] and told[i] belong to
 * t->hops.v[i]: 0 is the oldest stamp.  Legs are there while stamps are read,
 * and no more when it is concluded. */
#ifndef TRAIL_WORK_H
#define TRAIL_WORK_H

#include <tlstrail/trail.h>

/* One stamp, and what was read off it. */
struct tt_leg {
	const struct tt_field *field;
	struct tt_stamp stamp;
	struct tt_reading reading;
	int year;	 /* of its date, or the best guess; 0: none */
	bool is_partial; /* not all of it was seen: silence says nothing */
};

struct tt_work {
	struct tt_timeline *t;
	const struct tt_trail_options *options;
	struct tt_matcher *matcher;
	struct tt_arena *arena;
	struct tt_diags *diags;
	struct tt_leg *leg;
	struct tt_slice **told; /* texts of anomalies, by code; NULL: none */
};

/* ---- text.c: words and names ---- */

/* Words of a slot: comments left out, space between words single.  Borrowed
 * where nothing has to change, else in arena; p NULL where no word stands. */
struct tt_slice tt_text_words(struct tt_arena *arena, struct tt_slice s);
/* First word of such a text. */
struct tt_slice tt_text_first(struct tt_slice s);
/* A host name without space and trailing dots; p NULL if nothing is left. */
struct tt_slice tt_text_host(struct tt_slice s);
/* tt_ip_parse(), which a missing slice is no address to. */
bool tt_text_ip(struct tt_slice s, struct tt_ip *ip_r);
/* Advice on the hops, after all is judged. */
void tt_advise(struct tt_timeline *t, const struct tt_rules *rules,
	       struct tt_arena *arena);

/* Is `name` the domain, or below it (ASCII case folded)? */
bool tt_host_is_under(struct tt_slice name, struct tt_slice domain);
/* A name, not an address: only names have labels and domains. */
bool tt_host_is_name(struct tt_slice s);
/* Is it the same machine, named whole or by its first label? */
bool tt_host_is_same(struct tt_slice a, struct tt_slice b);
/* Have both the same organisational domain? */
bool tt_host_shares_domain(struct tt_slice a, struct tt_slice b);
/* Up to the first dot, which is near. */
static inline struct tt_slice tt_host_label(struct tt_slice name)
{
	size_t n = 0;

	while (n < name.n && name.p[n] != '.')
		n++;
	return (struct tt_slice){ name.p, n };
}
/* Lower case, in arena. */
struct tt_slice tt_text_lower(struct tt_arena *arena, struct tt_slice s);

/* ---- spelled.c ---- */

/* Does the name spell the address in digits or hex (a customer line)? */
bool tt_host_spells(struct tt_arena *arena, struct tt_slice name,
		    const struct tt_ip *ip);

/* ---- hop.c, verdict.c, evidence.c: one stamp becomes one hop ---- */

void tt_hop_fill(struct tt_work *w, size_t i);
void tt_hop_judge(struct tt_work *w, size_t i);
/* What follows from the suite's exact name: IANA name, flags, implied
 * version; nothing where it is not in the table. */
void tt_hop_set_suite(const struct tt_rules *rules, struct tt_hop *hop);
/* After that: tells what is odd in the version and suite that stand. */
void tt_hop_tell_suite(struct tt_work *w, size_t i);

/* The address of the peer, where the receiver wrote it: not where it is the
 * HELO, or stands where a HELO could have forged it. */
const struct tt_ip *tt_leg_peer(const struct tt_leg *leg);
bool tt_leg_is_loopback(const struct tt_leg *leg);
bool tt_leg_is_same_host(const struct tt_leg *leg);
/* Does the stamp end early? */
bool tt_leg_is_cut(const struct tt_leg *leg);

/* Quotes a slice of the stamp's flat text; ignored if it is none. */
void tt_evidence_span(struct tt_work *w, size_t i, const char *rule,
		      struct tt_slice span);
void tt_evidence_word(struct tt_work *w, size_t i);
void tt_evidence_peer(struct tt_work *w, size_t i);
/* Quotes a slice of a header field's value. */
struct tt_evidence tt_evidence_of_field(const struct tt_field *field,
					const char *rule,
					struct tt_slice span);

/* ---- link.c ---- */

/* How the hop's from meets the by of the hop before it. */
enum tt_link tt_hop_link(const struct tt_hop *prev, const struct tt_hop *hop);

/* ---- anomaly.c ---- */

/* Once per code and hop; the first text stays. */
void tt_anomaly_add(struct tt_work *w, size_t i, enum tt_anomaly_code code,
		    const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void tt_anomaly_stamp(struct tt_work *w, size_t i);
/* Links, delays, and what they show; needs the border. */
void tt_anomaly_chain(struct tt_work *w);
/* All of them into the timeline's list, by hop and code. */
void tt_anomaly_list(struct tt_work *w);
/* Back from the list, as they were before. */
void tt_anomaly_unlist(struct tt_work *w);

/* ---- trust.c, layout.c ---- */

/* Marks the trusted hops; fills result.border, border_basis and
 * receiving_domain. */
void tt_trust_walk(struct tt_work *w);
/* The border that a known receiver's chain shows, seen from stamp `top` down.
 * false: no layout fits. */
bool tt_layout_border(const struct tt_work *w, size_t top, size_t *border_r);

/* ---- context.c ---- */

/* Reads the TLS-bearing headers other than Received: a witness of the border
 * hop, or context. */
void tt_context_read(struct tt_work *w, const struct tt_header *header);

/* ---- log_join.c ---- */

/* Joins what the logs know of this message: witnesses of its hops, and hops
 * that only logs know. */
void tt_log_join(struct tt_work *w);

/* ---- pasted.c ---- */

/* Offsets and quotes of a repaired header become those of the paste. */
void tt_pasted_back(struct tt_work *w, const struct tt_header *header);

/* ---- result.c ---- */

/* From the hops as they stand (verdict, trusted, excluded, mute), the profile
 * and result.border; leaves border, its basis and the domain alone. */
void tt_result_judge(struct tt_result *result, const struct tt_hop *hops,
		     size_t n);

#endif

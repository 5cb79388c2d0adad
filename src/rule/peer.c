/* peer.c - names and addresses of both sides, as the writer places them */
#include "reader.h"

static struct tt_slice source_text(const struct tt_stamp_reader *rd,
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
		return p->is_address_damaged ? TT_NO_SLICE : p->first_literal;
	default:
		return TT_NO_SLICE;
	}
}

/* Most of them were read with the stamp. */
static struct tt_ip source_ip(const struct tt_stamp_reader *rd,
			      enum tt_from_source source)
{
	const struct tt_peer_text *p = &rd->s->peer;
	struct tt_ip ip = { 0 };

	switch (source) {
	case TT_FROM_COMMENT_ADDRESS:
		return p->comment_ip;
	case TT_FROM_SECOND_COMMENT_ADDRESS:
		return p->second_comment_ip;
	case TT_FROM_BARE_ADDRESS:
		return p->bare_ip;
	case TT_FROM_FIRST_LITERAL:
		return p->is_address_damaged ? ip : p->literal_ip;
	default:
		tt_ip_parse(source_text(rd, source), &ip);
		return ip;
	}
}

static struct tt_slice first_text(const struct tt_stamp_reader *rd,
				  const enum tt_from_source *tries)
{
	for (size_t i = 0; i < TT_FROM_TRIES; i++) {
		const struct tt_slice s = source_text(rd, tries[i]);

		if (s.n)
			return s;
	}
	return TT_NO_SLICE;
}

struct tt_slice tt_reverse_name(struct tt_slice s)
{
	return s.n == 0 || tt_slice_ieq(s, TT_S("unknown")) ||
			       tt_slice_ieq(s, TT_S("<unknown>")) ?
		       TT_NO_SLICE :
		       s;
}

static void take_peer(struct tt_stamp_reader *rd)
{
	const struct tt_from_map *map = &rd->writer->from;
	struct tt_reading *r = rd->r;

	r->from_name = first_text(rd, map->name);
	r->from_helo = first_text(rd, map->helo);
	r->from_rdns = tt_reverse_name(first_text(rd, map->rdns));
	for (size_t i = 0; i < TT_FROM_TRIES && !r->from_ip.is_set; i++)
		r->from_ip = source_ip(rd, map->ip[i]);
	r->by_ip = rd->s->by_ip;
	r->rdns_verified = rd->writer->rdns_verified;
	r->keyword_reliable = rd->writer->keyword_reliable;
}

/* Only the peer's address proves that nothing left the machine; a name the
 * receiver looked up does where there is no address at all.  A literal that
 * the writer records as HELO is the client's word; and a receiver's own
 * loopback address tells only of a proxy in front of it (Aliyun). */
static void judge_peer(struct tt_stamp_reader *rd)
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

enum tt_peer_class tt_peer_class_of(const struct tt_reading *r)
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

void tt_read_peer(struct tt_stamp_reader *rd)
{
	take_peer(rd);
	judge_peer(rd);
}

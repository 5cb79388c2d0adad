/* hop.c - the sides, clauses and time of one stamp
 *
 * Copies what the grammar and the writer's rule found into the hop; what is
 * missing stays null.  No verdict here, and nothing fails. */
#include "work.h"

/* Is the peer's address only what the peer calls itself?  Many writers give
 * the HELO first, and a HELO may be a literal; of a writer nobody knows it
 * must be feared. */
static bool is_peer_claimed(const struct tt_leg *leg)
{
	const struct tt_peer_text *const p = &leg->stamp.peer;
	const struct tt_reading *const r = &leg->reading;
	const struct tt_ip *const places[] = { &p->comment_ip,
					       &p->second_comment_ip,
					       &p->bare_ip };
	const bool is_helo_elsewhere =
		p->comment_helo.n > 0 ||
		!tt_slice_eq(r->from_helo, p->first_word);

	if (!r->from_ip.is_set || (r->writer && is_helo_elsewhere))
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (tt_ip_eq(places[i], &r->from_ip))
			return false;
	return true;
}

/* Where a HELO could have closed a comment, the address that follows it may
 * be the sender's as well. */
static bool is_peer_sure(const struct tt_leg *leg)
{
	return !leg->reading.is_ambiguous && !is_peer_claimed(leg);
}

const struct tt_ip *tt_leg_peer(const struct tt_leg *leg)
{
	static const struct tt_ip none;

	return is_peer_sure(leg) ? &leg->reading.from_ip : &none;
}

bool tt_leg_is_loopback(const struct tt_leg *leg)
{
	if (!leg->reading.is_loopback || leg->reading.is_ambiguous)
		return false;
	return leg->stamp.peer.is_local_socket || is_peer_sure(leg);
}

bool tt_leg_is_same_host(const struct tt_leg *leg)
{
	return leg->reading.is_same_host && is_peer_sure(leg);
}

/* The block's last line may lack its end and be whole: then the date stands
 * there. */
bool tt_leg_is_cut(const struct tt_leg *leg)
{
	return leg->stamp.is_truncated || leg->stamp.is_date_cut ||
	       leg->field->is_cut ||
	       (!leg->field->is_complete && !leg->stamp.date.is_set);
}

static struct tt_slice ip_text(struct tt_arena *arena, const struct tt_ip *ip)
{
	return ip->is_set ? tt_ip_text(arena, ip) : TT_NO_SLICE;
}

static void fill_sides(struct tt_work *w, struct tt_hop *hop,
		       const struct tt_leg *leg)
{
	const struct tt_reading *const r = &leg->reading;

	hop->from.name = tt_text_host(r->from_name);
	hop->from.helo = tt_text_host(r->from_helo);
	hop->from.rdns = tt_reverse_name(tt_text_host(r->from_rdns));
	hop->from.ip = ip_text(w->arena, &r->from_ip);
	hop->by.name = tt_text_host(tt_text_words(
		w->arena, leg->stamp.slot[TT_SLOT_BY]));
	hop->by.ip = ip_text(w->arena, &r->by_ip);
}

/* The first such byte outside a quoted local part; anywhere where the quotes
 * do not pair. */
static size_t find_unquoted(struct tt_slice s, uint8_t byte)
{
	bool is_quoted = false;

	if (tt_slice_chr(s, '"') == SIZE_MAX)
		return tt_slice_chr(s, byte);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			is_quoted = !is_quoted;
		else if (s.p[i] == '\\' && is_quoted)
			i++;
		else if (s.p[i] == byte && !is_quoted)
			return i;
	}
	return is_quoted ? tt_slice_chr(s, byte) : SIZE_MAX;
}

/* for <a@b>, for a@b, for <multiple recipients>, each with or without ';';
 * Exim writes for "a b"@c */
static struct tt_slice recipient(struct tt_slice words)
{
	if (words.n == 0)
		return TT_NO_SLICE;
	if (words.p[0] == '<') {
		const size_t close = find_unquoted(words, '>');

		if (close != SIZE_MAX)
			return tt_slice_sub(words, 1, close - 1);
	}

	struct tt_slice s = tt_slice_sub(words, 0, find_unquoted(words, ' '));

	while (s.n > 0 && (s.p[s.n - 1] == ';' || s.p[s.n - 1] == '>'))
		s.n--;
	if (s.n > 0 && s.p[0] == '<')
		s = tt_slice_sub(s, 1, s.n);
	return s.n > 0 ? s : TT_NO_SLICE;
}

/* Angle brackets stay: Oracle's ids are written so, and a log is asked for
 * the id as it stands. */
static struct tt_slice stamp_id(struct tt_slice words)
{
	struct tt_slice s = tt_text_first(words);

	while (s.n > 0 && s.p[s.n - 1] == ';')
		s.n--;
	return s.n > 0 ? s : TT_NO_SLICE;
}

static void fill_clauses(struct tt_work *w, struct tt_hop *hop,
			 const struct tt_stamp *s)
{
	hop->via = tt_text_words(w->arena, s->slot[TT_SLOT_VIA]);
	hop->with = tt_text_words(w->arena, s->slot[TT_SLOT_WITH]);
	hop->id = stamp_id(tt_text_words(w->arena, s->slot[TT_SLOT_ID]));
	hop->for_ = recipient(tt_text_words(w->arena, s->slot[TT_SLOT_FOR]));
}

/* "-0000" is UTC with the sender's own zone unknown (RFC 5322, 3.3): an
 * instant without an offset. */
static void fill_time(struct tt_hop *hop, const struct tt_date *date)
{
	hop->has_time = date->is_set;
	hop->time_unix = date->unix_s;
	hop->has_offset = date->is_set && date->has_offset;
	hop->offset_min = date->offset_min;
}

void tt_hop_fill(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_leg *const leg = &w->leg[i];

	hop->index = (int)i;
	hop->bits = -1;
	hop->off = leg->field->value_off;
	hop->length = leg->field->value.n;
	hop->writer = leg->reading.writer;
	if (!leg->reading.is_ambiguous)
		hop->software = leg->reading.software;
	fill_sides(w, hop, leg);
	fill_clauses(w, hop, &leg->stamp);
	fill_time(hop, &leg->stamp.date);
	hop->is_stamp = true;
	hop->is_within_host = tt_leg_is_loopback(leg) ||
			      tt_leg_is_same_host(leg);
	hop->is_parsed = hop->has_time && (hop->by.name.n || hop->by.ip.n);
}

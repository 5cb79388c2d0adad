/* stamp_peer.c - names and addresses of a from clause
 *
 * The shapes are those of mail in the wild (doc/QUIRKS.md): `(name [ip])`,
 * `([ip]:port helo=x)`, `(HELO x) (ip)`, `(user@ip)`, `([ip] name)`,
 * `name [ip]`, `(ip with auth)`.  An address counts only near the beginning
 * of its comment: later words may be a login or a certificate's subject,
 * which the client chose. */
#include "stamp_peer.h"

/* Addresses further into a comment than this are not the peer's. */
#define PLAIN_ADDRESS_WORDS 2
#define BRACKET_ADDRESS_WORDS 3

struct words {
	struct tt_slice rest;
	unsigned n; /* taken so far */
};

enum { PLAIN, SPACE, OPEN, CLOSE };
static const uint8_t class_of[256] = {
	[' '] = SPACE,	['\t'] = SPACE, ['\r'] = SPACE,
	['\n'] = SPACE, ['('] = OPEN,	[')'] = CLOSE,
};

/* Where the next word begins; or a parenthesis that closes nothing. */
static size_t word_begin(struct tt_slice s)
{
	size_t i = 0, depth = 0;

	for (; i < s.n; i++) {
		const uint8_t c = class_of[s.p[i]];

		if (c == OPEN)
			depth++;
		else if (c != SPACE && depth == 0)
			break;
		else if (c == CLOSE)
			depth--;
	}
	return i;
}

/* Next word of a comment; nested comments end words and are passed over. */
static bool next_word(struct words *w, struct tt_slice *word_r)
{
	const struct tt_slice rest = w->rest;
	const size_t from = word_begin(rest);
	size_t to = from;

	while (to < rest.n && class_of[rest.p[to]] == PLAIN)
		to++;
	*word_r = tt_slice_sub(rest, from, to - from);
	w->rest = tt_slice_sub(rest, to, rest.n);
	w->n++;
	return to > from;
}

/* "user@192.0.2.1", "ident@mx.example": what stands after the last @. */
static struct tt_slice after_at(struct tt_slice s)
{
	if (tt_slice_chr(s, '@') == SIZE_MAX)
		return s;
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '@')
			return tt_slice_sub(s, i + 1, s.n);
	return s;
}

static struct tt_slice param(struct tt_slice word, struct tt_slice name)
{
	return tt_slice_istarts(word, name) ?
		       tt_slice_sub(word, name.n, word.n) :
		       TT_NO_SLICE;
}

/* The first letters of all words that tell what the client said. */
static bool may_greet(uint8_t c)
{
	c |= 0x20;
	return c == 'h' || c == 'e' || c == 'l';
}

bool tt_comment_is_sender(struct tt_slice text)
{
	static const struct tt_slice begins[] = {
		{ (const uint8_t *)"HELO ", 5 },
		{ (const uint8_t *)"EHLO ", 5 },
		{ (const uint8_t *)"LHLO ", 5 },
		{ (const uint8_t *)"helo=", 5 },
		{ (const uint8_t *)"envelope-from", 13 },
	};

	if (!text.n || !may_greet(text.p[0]))
		return false;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (tt_slice_istarts(text, begins[i]))
			return true;
	return false;
}

static bool is_greeting(struct tt_slice w)
{
	return tt_slice_ieq(w, TT_S("HELO")) || tt_slice_ieq(w, TT_S("EHLO")) ||
	       tt_slice_ieq(w, TT_S("LHLO"));
}

/* HELO x, "EHLO x", helo=x anywhere in a comment of the from clause. */
static struct tt_slice find_helo(struct tt_slice text)
{
	struct words w = { text, 0 };
	struct tt_slice word, value;

	/* All of them have an h. */
	if (tt_slice_chr(text, 'h') == SIZE_MAX &&
	    tt_slice_chr(text, 'H') == SIZE_MAX)
		return TT_NO_SLICE;
	while (next_word(&w, &word)) {
		if (word.n > 1 && word.p[0] == '"')
			word = tt_slice_sub(word, 1, word.n);
		if (!may_greet(word.p[0]))
			continue;
		value = param(word, TT_S("helo="));
		if (value.p)
			return value;
		if (!is_greeting(word) || !next_word(&w, &value))
			continue;
		if (value.n && value.p[value.n - 1] == '"')
			value.n--;
		return value;
	}
	return TT_NO_SLICE;
}

static bool is_socket(struct tt_slice word)
{
	return word.p[0] == '[' &&
	       (tt_slice_ieq(word, TT_S("[local]")) ||
		tt_slice_ieq(word, TT_S("[localhost]")) ||
		tt_slice_istarts(word, TT_S("[unix")) ||
		tt_slice_istarts(word, TT_S("[/")));
}

static void take_address(struct tt_peer_text *peer, struct tt_slice a,
			 const struct tt_ip *ip)
{
	if (!peer->comment_address.p) {
		peer->comment_address = a;
		peer->comment_ip = *ip;
	} else if (!peer->second_comment_address.p) {
		peer->second_comment_address = a;
		peer->second_comment_ip = *ip;
	}
}

/* A name stands first: alone, or with the address behind it; or behind an
 * address that stands first (ZoneMTA). */
static void take_name(struct tt_peer_text *peer, struct tt_slice word,
		      const struct words *w, bool had_address)
{
	if (peer->comment_name.p || word.p[0] == '[' || word.p[0] == '"' ||
	    tt_slice_chr(word, '=') != SIZE_MAX)
		return;
	const struct tt_slice rest = tt_slice_trim(w->rest);
	const bool is_alone = rest.n == 0 || rest.p[0] == '(';
	const bool is_before = rest.n && rest.p[0] == '[';

	if ((w->n == 1 && (is_alone || is_before)) ||
	    (w->n == 2 && had_address && is_alone))
		peer->comment_name = after_at(word);
}

/* Something stands where the address belongs and is none: brackets around
 * it, or a lone word that begins with a digit.  A literal elsewhere must not
 * take its place: it may be what the client called itself. */
static bool is_damaged_address(struct tt_slice word, const struct words *w)
{
	if (word.p[0] == '[')
		return !is_socket(word);
	return w->n == 1 && tt_is_digit(word.p[0]) &&
	       tt_slice_trim(w->rest).n == 0;
}

static void read_from_comment(struct tt_peer_text *peer, struct tt_slice text)
{
	const struct tt_slice name = peer->comment_name;
	struct words w = { text, 0 };
	struct tt_slice word;
	struct tt_ip ip;
	bool has_address = false;

	/* The receiver writes name and address into one comment: a name in
	 * one of its own, in front, may be the end of a HELO. */
	if (!peer->comment_address.p)
		peer->comment_name = TT_NO_SLICE;
	if (tt_slice_chr(text, '(') != SIZE_MAX &&
	    tt_slice_ifind(text, TT_S("may be forged")) != SIZE_MAX)
		peer->is_maybe_forged = true;
	while (w.n < BRACKET_ADDRESS_WORDS && next_word(&w, &word)) {
		const bool is_bracket = word.p[0] == '[';
		const struct tt_slice host = after_at(word);

		if (is_socket(word))
			peer->is_local_socket = true;
		if ((is_bracket || w.n <= PLAIN_ADDRESS_WORDS) &&
		    tt_ip_parse(host, &ip)) {
			take_address(peer, host, &ip);
			has_address = true;
		} else {
			take_name(peer, word, &w, has_address);
			peer->is_address_damaged |=
				is_damaged_address(word, &w);
		}
	}
	if (!has_address && name.p)
		peer->comment_name = name;
}

static void read_from_words(struct tt_stamp *s)
{
	struct words w = { s->slot[TT_SLOT_FROM], 0 };
	struct tt_slice word;

	if (!next_word(&w, &word))
		return;
	s->peer.first_word = word;
	if (tt_ip_parse(word, &s->peer.literal_ip))
		s->peer.first_literal = word;
	if (next_word(&w, &word) && word.p[0] == '[' &&
	    tt_ip_parse(word, &s->peer.bare_ip))
		s->peer.bare_address = word;
}

static void read_by_comment(struct tt_stamp *s, struct tt_slice text)
{
	struct words w = { text, 0 };
	struct tt_slice word;

	while (!s->by_address.p && w.n < 2 && next_word(&w, &word))
		if (tt_ip_parse(word, &s->by_ip))
			s->by_address = word;
}

void tt_stamp_read_peer(struct tt_stamp *s)
{
	read_from_words(s);
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];

		if (c->place == TT_SLOT_BY)
			read_by_comment(s, c->text);
		if (c->place != TT_SLOT_FROM)
			continue;
		if (!s->peer.comment_helo.p)
			s->peer.comment_helo = find_helo(c->text);
		if (c->is_sender)
			continue;
		if (!s->slot[TT_SLOT_TCP_INFO].p)
			s->slot[TT_SLOT_TCP_INFO] = c->text;
		read_from_comment(&s->peer, c->text);
	}
	if (!s->by_address.p && tt_ip_parse(s->slot[TT_SLOT_BY], &s->by_ip))
		s->by_address = s->slot[TT_SLOT_BY];
	s->slot[TT_SLOT_HELO] = s->peer.comment_helo;
}

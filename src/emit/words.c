/* words - the model's values in plain words
 *
 * One place for the wording, so that the sentence on top, the hops and the
 * summary say the same thing the same way. Nothing here says "secure". */
#include "words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *tt_words_tls(enum tt_tls v)
{
	static const char *const words[] = {
		[TT_TLS_NONE] = "TLS",	   [TT_SSLV2] = "SSL 2",
		[TT_SSLV3] = "SSL 3",	   [TT_TLSV1_0] = "TLS 1.0",
		[TT_TLSV1_1] = "TLS 1.1",  [TT_TLSV1_2] = "TLS 1.2",
		[TT_TLSV1_3] = "TLS 1.3",
	};

	return words[v];
}

const char *tt_words_sign(enum tt_verdict v)
{
	static const char *const signs[] = {
		[TT_UNKNOWN] = "[?]",
		[TT_ENCRYPTED] = "[=]",
		[TT_CLEARTEXT] = "[!]",
		[TT_LOCAL] = "[.]",
	};

	return signs[v];
}

const char *tt_words_result_sign(enum tt_result_verdict v)
{
	static const char *const signs[] = {
		[TT_RESULT_NONE] = "[.]",
		[TT_RESULT_PASS] = "[=]",
		[TT_RESULT_UNDETERMINED] = "[?]",
		[TT_RESULT_FAIL] = "[!]",
	};

	return signs[v];
}

const char *tt_words_basis(enum tt_basis b)
{
	static const char *const words[] = {
		[TT_BASIS_NONE] = "",
		[TT_BASIS_MARKER] = "stated",
		[TT_BASIS_KEYWORD] = "by keyword",
		[TT_BASIS_SOFTWARE] = "inferred",
		[TT_BASIS_LOG] = "from a log",
	};

	return words[b];
}

void tt_words_ground(struct tt_out *out, const struct tt_hop *h)
{
	tt_out_str(out, tt_words_basis(h->basis));
	if (h->basis == TT_BASIS_NONE && h->verdict == TT_LOCAL)
		tt_out_str(out, "by the address of the peer");
	if (h->basis == TT_BASIS_KEYWORD && h->with.n) {
		tt_out_str(out, " ");
		tt_out_text(out, tt_text_cut(h->with, 24));
	}
	if (h->basis != TT_BASIS_SOFTWARE)
		return;
	if (h->verdict != TT_CLEARTEXT) {
		tt_out_str(out, " from the form of the stamp");
		return;
	}
	tt_out_str(out, ": no TLS recorded, and ");
	if (h->software.n)
		tt_out_text(out, h->software);
	else
		tt_out_str(out, "this writer");
	tt_out_str(out, " records it when used");
}

const char *tt_words_border(enum tt_border_basis b)
{
	static const char *const words[] = {
		[TT_BORDER_NULL] = "",
		[TT_BORDER_GIVEN] = "as told",
		[TT_BORDER_LAYOUT] = "known layout",
		[TT_BORDER_INFERRED] = "inferred",
		[TT_BORDER_TOP_ONLY] = "newest stamp only",
	};

	return words[b];
}

void tt_words_count(struct tt_out *out, uint64_t n)
{
	static const char *const words[] = { "no",   "one", "two",   "three",
					     "four", "five", "six",  "seven",
					     "eight", "nine" };

	if (n < COUNT(words))
		tt_out_str(out, words[n]);
	else
		tt_words_big(out, n);
}

void tt_words_big(struct tt_out *out, uint64_t n)
{
	if (n >= 1000) {
		tt_words_big(out, n / 1000);
		tt_out_printf(out, ",%03u", (unsigned)(n % 1000));
	} else {
		tt_out_u64(out, n);
	}
}

void tt_words_delay(struct tt_out *out, int64_t seconds)
{
	const uint64_t s = seconds < 0 ? 0 - (uint64_t)seconds :
					 (uint64_t)seconds;
	const unsigned min = (unsigned)(s / 60 % 60);

	tt_out_str(out, seconds < 0 ? "-" : "+");
	if (s < 60)
		tt_out_printf(out, "%u s", (unsigned)s);
	else if (s < 3600)
		tt_out_printf(out, "%um %02us", min, (unsigned)(s % 60));
	else if (s < 86400)
		tt_out_printf(out, "%uh %02um", (unsigned)(s / 3600), min);
	else if (s < 100 * 86400)
		tt_out_printf(out, "%ud %02uh", (unsigned)(s / 86400),
			      (unsigned)(s / 3600 % 24));
	else {
		tt_out_u64(out, s / 86400);
		tt_out_str(out, " d");
	}
}

struct tt_slice tt_words_day(int64_t unix_s, char buf[24])
{
	const struct tt_slice all = { (const uint8_t *)buf,
				      tt_date_rfc3339(unix_s, buf) };

	return tt_slice_sub(all, 0, 10);
}

struct tt_slice tt_words_clock(int64_t unix_s, char buf[24])
{
	const struct tt_slice all = { (const uint8_t *)buf,
				      tt_date_rfc3339(unix_s, buf) };

	return tt_slice_sub(all, 11, 8);
}

struct tt_slice tt_words_peer(const struct tt_hop *h)
{
	const struct tt_slice names[] = { h->from.rdns, h->from.name,
					  h->from.helo, h->from.ip };

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].n)
			return names[i];
	return TT_NO_SLICE;
}

struct tt_slice tt_words_host(const struct tt_hop *h)
{
	return h->by.name.n ? h->by.name : h->by.ip;
}

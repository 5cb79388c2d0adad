/* words.h - the model's values in plain words, for the text output
 *
 * Static storage, never NULL. */
#ifndef TLSTRAIL_EMIT_WORDS_H
#define TLSTRAIL_EMIT_WORDS_H

#include <tlstrail/emit.h>

/* "TLS 1.3"; "TLS" where there is no version. */
const char *tt_words_tls(enum tt_tls v);

/* Three columns that tell the state without colour: "[=]", "[!]", "[?]",
 * "[.]". */
const char *tt_words_sign(enum tt_verdict v);
const char *tt_words_result_sign(enum tt_result_verdict v);

/* How we know: "stated", "by keyword", "inferred", "from a log"; "". */
const char *tt_words_basis(enum tt_basis b);

/* The whole ground: "as its stamp states", "inferred: no TLS recorded, and
 * this writer records it when used". `software` may be empty. */
void tt_words_ground(struct tt_out *out, const struct tt_hop *h);

/* How the border is known, for the line that marks it. */
const char *tt_words_border(enum tt_border_basis b);

/* "no" "one" "two" ... "nine" "10". */
void tt_words_count(struct tt_out *out, uint64_t n);
/* 4029 as "4,029". */
void tt_words_big(struct tt_out *out, uint64_t n);

/* "+3 s", "-1m 35s", "+5h 02m", "+3d 04h". */
void tt_words_delay(struct tt_out *out, int64_t seconds);

/* Parts of an instant: "2026-06-09" and "14:03:21"; n 0 where the year does
 * not fit. buf is the caller's, 24 bytes. */
struct tt_slice tt_words_day(int64_t unix_s, char buf[24]);
struct tt_slice tt_words_clock(int64_t unix_s, char buf[24]);

/* Who sent or received, in one name: rDNS before HELO, else the address. */
struct tt_slice tt_words_peer(const struct tt_hop *h);
struct tt_slice tt_words_host(const struct tt_hop *h);

#endif

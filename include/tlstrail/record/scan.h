/* scan.h - find a line end that is followed by a given byte
 *
 * Everything that cuts mail looks for such pairs: a line end before 'F', a
 * line end before another one, a line end before '>'. */
#ifndef TLSTRAIL_RECORD_SCAN_H
#define TLSTRAIL_RECORD_SCAN_H

#include <tlstrail/util.h>

/* Matches where `a` is followed by a1 or a2, and where `b` is followed by b1
 * or, with is_b_alone, by anything or nothing.  A rule with one half only
 * repeats it. */
struct tt_scan_rule {
	uint8_t a, a1, a2;
	uint8_t b, b1;
	bool is_b_alone;
};

/* Index of the first match, or s.n.  By AVX2 or SSE2 where the machine has
 * them; they read no byte outside s. */
size_t tt_scan(const struct tt_scan_rule *rule, struct tt_slice s);

/* The implementations, for the test that they agree. */
struct tt_scan_variant {
	const char *name;
	size_t (*scan)(const struct tt_scan_rule *rule, struct tt_slice s);
	bool (*is_there)(void);
};
extern const struct tt_scan_variant tt_scan_variants[]; /* best first */
extern const size_t tt_n_scan_variants;

#endif

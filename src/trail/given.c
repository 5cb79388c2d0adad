/* given.c - the words of --trust: CIDR, address or host name
 *
 * A word that is neither is refused, as is a number of dots that reads as a
 * cut address: a wrong guess here would widen trust in silence. */
#include "work.h"

static bool is_host(struct tt_slice s)
{
	size_t label = 0;
	bool has_alpha = false;

	for (size_t i = 0; i < s.n; i++) {
		const uint8_t c = s.p[i];

		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
			has_alpha = false;
			continue;
		}
		if (!tt_is_alpha(c) && !tt_is_digit(c) && c != '-' &&
		    c != '_' && c < 0x80)
			return false;
		has_alpha |= !tt_is_digit(c);
		label++;
	}
	return label > 0 && has_alpha && s.n <= 253;
}

bool tt_trust_add(struct tt_trust *trust, struct tt_arena *arena,
		  struct tt_slice word)
{
	struct tt_cidr cidr = { 0 };

	word = tt_slice_trim(word);
	if (tt_cidr_parse(word, &cidr)) {
		*tt_vec_push(arena, &trust->cidrs) = cidr;
		return true;
	}
	if (tt_ip_parse(word, &cidr.net)) {
		cidr.bits = cidr.net.is_v6 ? 128 : 32;
		*tt_vec_push(arena, &trust->cidrs) = cidr;
		return true;
	}

	const struct tt_slice host = tt_text_host(word);

	if (!is_host(host))
		return false;
	*tt_vec_push(arena, &trust->names) = tt_text_lower(arena, host);
	return true;
}

/* utf8.c - one code point of UTF-8, strictly (RFC 3629, section 4) */
#include "utf8.h"

size_t tt_utf8_next(struct tt_slice s, uint32_t *code_r)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	if (s.n == 0)
		return 0;
	if (s.p[0] < 0x80) {
		*code_r = s.p[0];
		return 1;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((s.p[0] & forms[i].mask) != forms[i].lead)
			continue;
		const size_t n = i + 2;
		uint32_t c = s.p[0] & (uint8_t)~forms[i].mask;

		if (s.n < n)
			return 0;
		for (size_t k = 1; k < n; k++) {
			if ((s.p[k] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s.p[k] & 0x3fU);
		}
		if (c < forms[i].least || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return 0;
		*code_r = c;
		return n;
	}
	return 0;
}

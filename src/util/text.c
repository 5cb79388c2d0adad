/* text.c - short texts of ours, in a buffer
 *
 * A cut never parts the bytes of one character from each other. */
#include <stdio.h>
#include <tlstrail/util/text.h>

#define MARK_LEN (sizeof(TT_CUT_MARK) - 1)

size_t tt_text_vformat(char *buf, size_t size, const char *fmt, va_list ap)
{
	const int n = vsnprintf(buf, size, fmt, ap);
	size_t at = size - 1 - MARK_LEN;

	if (n < 0) {
		buf[0] = '\0';
		return 0;
	}
	if ((size_t)n < size)
		return (size_t)n;
	/* Back over what continues a character of UTF-8: three at most. */
	for (unsigned k = 0; k < 3 && at > 0 &&
			     ((uint8_t)buf[at] & 0xc0) == 0x80; k++)
		at--;
	memcpy(buf + at, TT_CUT_MARK, MARK_LEN + 1);
	return at + MARK_LEN;
}

size_t tt_text_format(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const size_t n = tt_text_vformat(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

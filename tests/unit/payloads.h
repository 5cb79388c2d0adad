/* payloads.h - bytes that act on whoever reads them, for the tests of outputs
 *
 * Every control of C0, DEL, C1 as a byte and as UTF-8, the sequences that
 * terminals obey, bidi controls, line separators, bytes that are not UTF-8,
 * what ends a cell, a line, an object or a tag, what a spreadsheet reckons
 * out, and a megabyte. */
#ifndef PAYLOADS_H
#define PAYLOADS_H

#include <tlstrail/util.h>

struct payload {
	const char *name;
	struct tt_slice bytes;
};

#define PAYLOAD(name, lit) \
	{ name, { (const uint8_t *)(lit), sizeof(lit) - 1 } },

static const struct payload short_payloads[] = {
	PAYLOAD("C0 00", "a\0b")
	PAYLOAD("C0 01", "a\001z") PAYLOAD("C0 02", "a\002z")
	PAYLOAD("C0 03", "a\003z") PAYLOAD("C0 04", "a\004z")
	PAYLOAD("C0 05", "a\005z") PAYLOAD("C0 06", "a\006z")
	PAYLOAD("C0 07", "a\007z") PAYLOAD("C0 08", "a\010z")
	PAYLOAD("C0 09", "a\011z") PAYLOAD("C0 0a", "a\012z")
	PAYLOAD("C0 0b", "a\013z") PAYLOAD("C0 0c", "a\014z")
	PAYLOAD("C0 0d", "a\015z") PAYLOAD("C0 0e", "a\016z")
	PAYLOAD("C0 0f", "a\017z") PAYLOAD("C0 10", "a\020z")
	PAYLOAD("C0 11", "a\021z") PAYLOAD("C0 12", "a\022z")
	PAYLOAD("C0 13", "a\023z") PAYLOAD("C0 14", "a\024z")
	PAYLOAD("C0 15", "a\025z") PAYLOAD("C0 16", "a\026z")
	PAYLOAD("C0 17", "a\027z") PAYLOAD("C0 18", "a\030z")
	PAYLOAD("C0 19", "a\031z") PAYLOAD("C0 1a", "a\032z")
	PAYLOAD("C0 1b", "a\033z") PAYLOAD("C0 1c", "a\034z")
	PAYLOAD("C0 1d", "a\035z") PAYLOAD("C0 1e", "a\036z")
	PAYLOAD("C0 1f", "a\037z") PAYLOAD("DEL", "a\177z")
	PAYLOAD("C1 80", "a\x80z") PAYLOAD("C1 84", "a\x84z")
	PAYLOAD("C1 85", "a\x85z") PAYLOAD("C1 8d", "a\x8dz")
	PAYLOAD("C1 8e", "a\x8ez") PAYLOAD("C1 90", "a\x90z")
	PAYLOAD("C1 98", "a\x98z") PAYLOAD("C1 9b", "a\x9b" "31m")
	PAYLOAD("C1 9c", "a\x9cz") PAYLOAD("C1 9d", "a\x9d" "0;x\x9c")
	PAYLOAD("C1 9e", "a\x9ez") PAYLOAD("C1 9f", "a\x9fz")
	PAYLOAD("U+0080", "a\xc2\x80z") PAYLOAD("U+0084", "a\xc2\x84z")
	PAYLOAD("U+0085", "a\xc2\x85z") PAYLOAD("U+0090", "a\xc2\x90z")
	PAYLOAD("U+009B", "a\xc2\x9b" "31m") PAYLOAD("U+009C", "a\xc2\x9cz")
	PAYLOAD("U+009D", "a\xc2\x9d" "0;x\xc2\x9c")
	PAYLOAD("U+009F", "a\xc2\x9fz")
	PAYLOAD("clears the screen", "\033[2J\033[H")
	PAYLOAD("sets the title", "\033]0;x\a")
	PAYLOAD("OSC 8, a link",
		"\033]8;;http://example.org\033\\x\033]8;;\033\\")
	PAYLOAD("OSC 8, ended by BEL", "\033]8;;http://example.org\ax")
	PAYLOAD("OSC 8, never ended", "\033]8;;http://example.org")
	PAYLOAD("OSC 52, the clipboard", "\033]52;c;cm0gLXJmIC8K\a")
	PAYLOAD("OSC 52 by C1", "\x9d" "52;c;cm0gLXJmIC8K\x9c")
	PAYLOAD("DCS", "\033P$q\"p\033\\") PAYLOAD("APC", "\033_x\033\\")
	PAYLOAD("U+061C", "a\xd8\x9cz") PAYLOAD("U+200E", "a\xe2\x80\x8ez")
	PAYLOAD("U+200F", "a\xe2\x80\x8fz")
	PAYLOAD("U+202A", "a\xe2\x80\xaaz") PAYLOAD("U+202B", "a\xe2\x80\xabz")
	PAYLOAD("U+202C", "a\xe2\x80\xacz") PAYLOAD("U+202D", "a\xe2\x80\xadz")
	PAYLOAD("U+202E", "\xe2\x80\xaegpj.exe")
	PAYLOAD("U+2066", "a\xe2\x81\xa6z") PAYLOAD("U+2067", "a\xe2\x81\xa7z")
	PAYLOAD("U+2068", "a\xe2\x81\xa8z") PAYLOAD("U+2069", "a\xe2\x81\xa9z")
	PAYLOAD("U+2028", "a\xe2\x80\xa8z") PAYLOAD("U+2029", "a\xe2\x80\xa9z")
	PAYLOAD("U+FEFF", "\xef\xbb\xbfz") PAYLOAD("U+200B", "a\xe2\x80\x8bz")
	PAYLOAD("overlong, two bytes", "\xc0\x9b")
	PAYLOAD("overlong, three bytes", "\xe0\x82\x9b")
	PAYLOAD("overlong, four bytes", "\xf0\x80\x82\x9b")
	PAYLOAD("overlong NUL", "\xc0\x80")
	PAYLOAD("surrogate", "\xed\xa0\x80")
	PAYLOAD("cut after one byte", "\xc3") PAYLOAD("cut after two", "\xe2\x80")
	PAYLOAD("cut after three", "\xf0\x9f\x98")
	PAYLOAD("beyond Unicode", "\xf7\xbf\xbf\xbf")
	PAYLOAD("never in UTF-8", "\xfe\xff")
	PAYLOAD("UTF-16", "\xff\xfe=\0c\0")
	PAYLOAD("line ends", "a\r\nresult: pass\nb\vc\fd")
	PAYLOAD("ends a string", "\"\\\"},{\"x\":\"")
	PAYLOAD("ends a cell", "\",\"=1+1\",\"\r\n=1+1,")
	PAYLOAD("ends a tag", "\"'><script>alert(1)</script>")
	PAYLOAD("a list's bar", "a | b") PAYLOAD("backslashes", "\\x1b\\u202e\\")
	PAYLOAD("formula =", "=cmd|' /C calc'!A0") PAYLOAD("formula +", "+1+1")
	PAYLOAD("formula -", "-1+1") PAYLOAD("formula @", "@SUM(1+1)")
	PAYLOAD("formula behind TAB", "\t=1+1")
	PAYLOAD("formula behind CR", "\r=1+1")
	PAYLOAD("formula behind LF", "\n=1+1")
	PAYLOAD("formula behind space", "  =1+1")
	PAYLOAD("formula behind a quote", "\"=1+1")
	PAYLOAD("formula behind an apostrophe", "'=1+1")
	PAYLOAD("formula behind U+00A0", "\xc2\xa0=1+1")
	PAYLOAD("formula behind U+3000", "\xe3\x80\x80=1+1")
	PAYLOAD("formula, full-width =", "\xef\xbc\x9d" "1+1")
	PAYLOAD("formula, full-width @", "\xef\xbc\xa0SUM(1)")
	PAYLOAD("formula behind all of them", " '\" \xe2\x80\x83`-1")
	PAYLOAD("nothing", "")
};

#define N_SHORT_PAYLOADS \
	(sizeof(short_payloads) / sizeof(short_payloads[0]))
#define N_PAYLOADS (N_SHORT_PAYLOADS + 1)

/* The last one is a megabyte. */
static inline struct payload payload_at(size_t i)
{
	static uint8_t large[1 << 20];

	if (i < N_SHORT_PAYLOADS)
		return short_payloads[i];
	memset(large, '=', sizeof(large));
	large[sizeof(large) / 2] = 0xff;
	return (struct payload){ "a megabyte", { large, sizeof(large) } };
}

#endif

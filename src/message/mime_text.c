/* mime_text - encoded words (RFC 2047) to UTF-8
 *
 * GMime's own decoder is not asked: it opens iconv with any charset a sender
 * names, writes '?' for what it cannot convert, loses a character that two
 * words share, and the end of base64 without padding.  So words are found and
 * unpacked here, charsets come from a list, words in a row of one charset are
 * joined, and the conversion is GLib's iconv.
 *
 * Bounded by TT_MAX_gmime_value; linear; what is no good word stays as
 * written.  Bytes no charset explains become U+FFFD, but words that call
 * themselves UTF-8 or ASCII pass as they are: the output floor checks UTF-8
 * for every value. */
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "mime.h"

enum {
	CHARSET_MAX = 32, /* bytes of a charset's name */
	/* UTF-8 bytes from one byte of any charset on the list */
	UTF8_GROWTH = 3,
};

struct charset {
	const char *name;
	const char *iconv; /* NULL: bytes pass as they are */
};

/* Supersets, where senders are known to write one and mean the other. */
static const struct charset charsets[] = {
	{ "utf-8", NULL }, { "utf8", NULL },
	{ "us-ascii", NULL }, { "ascii", NULL },
	{ "koi8-r", "KOI8-R" }, { "koi8-u", "KOI8-U" },
	{ "iso-2022-jp", "ISO-2022-JP" },
	{ "shift_jis", "CP932" }, { "euc-jp", "EUC-JP" },
	{ "euc-kr", "CP949" }, { "ks_c_5601-1987", "CP949" },
	{ "gb2312", "GB18030" }, { "gbk", "GB18030" },
	{ "gb18030", "GB18030" }, { "big5", "BIG5" },
};

/* Families with a number behind, first to last. */
static const struct family {
	struct charset of;
	int first, last;
} families[] = {
	{ { "iso-8859-", "ISO-8859-" }, 1, 16 },
	{ { "windows-", "CP" }, 1250, 1258 },
	{ { "cp", "CP" }, 1250, 1258 },
};

struct word {
	size_t n; /* all of it */
	struct tt_slice charset, text;
	bool is_base64;
};

/* What is being decoded: `raw` gathers the words of one charset. */
struct decoder {
	const struct tt_mime_field *field;
	struct tt_slice left;
	uint8_t *out, *raw;
	size_t n_out, n_raw, cap; /* cap: of out */
	char to_iconv[CHARSET_MAX]; /* of raw; "" for none */
	bool has_told;
};

/* ---- finding ---- */

/* The converter's name for it; false where it is not on the list. */
static bool find_charset(struct tt_slice name, char iconv_r[CHARSET_MAX])
{
	iconv_r[0] = '\0';
	for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
		const char *const to = charsets[i].iconv;

		if (!tt_slice_ieq(name, tt_slice_str(charsets[i].name)))
			continue;
		snprintf(iconv_r, CHARSET_MAX, "%s", to ? to : "");
		return true;
	}
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		const struct family *const f = &families[i];
		const struct tt_slice prefix = tt_slice_str(f->of.name);

		if (!tt_slice_istarts(name, prefix))
			continue;
		const int64_t number = tt_slice_number(
			tt_slice_sub(name, prefix.n, name.n), 9999);

		snprintf(iconv_r, CHARSET_MAX, "%s%d", f->of.iconv,
			 (int)number);
		return number >= f->first && number <= f->last;
	}
	return false;
}

/* A module stays loaded while a converter is open.  GMime opens by the name
 * in the mail, which may mean another module than ours. */
static void keep_open(const char *charset)
{
	static volatile GIConv kept[128]; /* nobody reads it */
	static size_t n_kept;

	if (charset && n_kept < sizeof kept / sizeof *kept)
		kept[n_kept++] = g_iconv_open("UTF-8", charset);
}

void tt_mime_load_charsets(void)
{
	char name[CHARSET_MAX];

	for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
		keep_open(charsets[i].name);
		keep_open(charsets[i].iconv);
	}
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		const struct family *const f = &families[i];

		for (int k = f->first; k <= f->last; k++) {
			snprintf(name, sizeof(name), "%s%d", f->of.name, k);
			keep_open(name);
			snprintf(name, sizeof(name), "%s%d", f->of.iconv, k);
			keep_open(name);
		}
	}
}

/* First "?=" of s, before any line end or NUL; SIZE_MAX where there is none,
 * and then *looked_r says how far was looked. */
static size_t find_close(struct tt_slice s, size_t *looked_r)
{
	size_t i = 0;

	for (; i + 1 < s.n; i++) {
		if (s.p[i] == '?' && s.p[i + 1] == '=')
			return i;
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0')
			break;
	}
	*looked_r = i;
	return SIZE_MAX;
}

/* "=?charset[*language]?B|Q?" at the start of s: its length, or 0. */
static size_t read_opening(struct tt_slice s, struct word *w_r)
{
	if (s.n < 2 || s.p[0] != '=' || s.p[1] != '?')
		return 0;
	const struct tt_slice name =
		tt_slice_sub(s, 2, CHARSET_MAX + 16 /* language */);
	const size_t n = tt_slice_chr(name, '?');

	if (n == SIZE_MAX || n == 0 || n + 5 > s.n || s.p[n + 4] != '?')
		return 0;
	const uint8_t encoding = tt_lower(s.p[n + 3]);
	const size_t star = tt_slice_chr(tt_slice_sub(name, 0, n), '*');

	if (encoding != 'b' && encoding != 'q')
		return 0;
	w_r->charset = tt_slice_sub(name, 0, star < n ? star : n);
	w_r->is_base64 = encoding == 'b';
	return n + 5;
}

static bool read_word(struct tt_slice s, struct word *w_r, size_t *looked_r)
{
	const size_t n = read_opening(s, w_r);

	*looked_r = 0;
	if (n == 0)
		return false;
	const size_t close =
		find_close(tt_slice_sub(s, n, s.n), looked_r);

	if (close == SIZE_MAX) {
		*looked_r += n;
		return false;
	}
	w_r->text = tt_slice_sub(s, n, close);
	w_r->n = n + close + 2;
	return true;
}

size_t tt_mime_word_bytes(struct tt_slice s, size_t *looked_r)
{
	char to_iconv[CHARSET_MAX];
	struct word w;

	if (!read_word(s, &w, looked_r) || !find_charset(w.charset, to_iconv))
		return 0;
	return w.n;
}

/* ---- decoding ---- */

static void put(struct decoder *d, const void *p, size_t n)
{
	if (n == 0 || n > d->cap - d->n_out)
		return;
	memcpy(d->out + d->n_out, p, n);
	d->n_out += n;
}

/* Converts d->raw.  A byte that cannot be converted becomes U+FFFD and
 * conversion goes on behind it, so the loop ends. */
static bool convert(struct decoder *d)
{
	const GIConv cd = g_iconv_open("UTF-8", d->to_iconv);

	if (cd == (GIConv)-1) /* NOLINT: GLib's own idiom */
		return false;
	char *in = (char *)d->raw;
	gsize n_in = d->n_raw;

	while (n_in > 0) {
		char *out = (char *)d->out + d->n_out;
		gsize room = d->cap - d->n_out;

		g_iconv(cd, &in, &n_in, &out, &room);
		d->n_out = (size_t)((uint8_t *)out - d->out);
		if (n_in > 0) {
			put(d, "\xef\xbf\xbd", 3);
			in++;
			n_in--;
		}
	}
	g_iconv_close(cd);
	return true;
}

/* Brings out what raw has gathered. */
static void flush(struct decoder *d)
{
	if (d->n_raw > 0 && (d->to_iconv[0] == '\0' || !convert(d)))
		put(d, d->raw, d->n_raw);
	d->n_raw = 0;
}

/* RFC 2047 4.2; a '=' without two hexadecimal digits stays. */
static size_t decode_q(struct tt_slice s, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const int high = i + 2 < s.n ? tt_hex(s.p[i + 1]) : -1;
		const int low = i + 2 < s.n ? tt_hex(s.p[i + 2]) : -1;

		if (s.p[i] == '=' && high >= 0 && low >= 0) {
			out[n++] = (uint8_t)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s.p[i] == '_' ? ' ' : s.p[i];
		}
	}
	return n;
}

static int base64_digit(uint8_t c)
{
	if (tt_is_alpha(c))
		return c >= 'a' ? c - 'a' + 26 : c - 'A';
	if (tt_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 4, and what senders make of it: padding left out, several padded
 * runs in one word, bytes of no alphabet (passed over).  GMime's reader
 * would drop the end of the first and all but one of the second. */
static size_t decode_b(struct tt_slice s, uint8_t *out)
{
	size_t n = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < s.n; i++) {
		const int digit = base64_digit(s.p[i]);

		if (s.p[i] == '=')
			n_bits = 0;
		if (digit < 0)
			continue;
		bits = bits << 6 | (uint32_t)digit;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		out[n++] = (uint8_t)(bits >> n_bits);
	}
	return n;
}

static void add_word(struct decoder *d, const struct word *w,
		     const char to_iconv[CHARSET_MAX])
{
	if (strcmp(d->to_iconv, to_iconv) != 0)
		flush(d);
	snprintf(d->to_iconv, sizeof d->to_iconv, "%s", to_iconv);
	d->n_raw += (w->is_base64 ? decode_b : decode_q)(w->text,
							 d->raw + d->n_raw);
	d->left = tt_slice_sub(d->left, w->n, d->left.n);
}

static void tell_charset(struct decoder *d, struct tt_slice name)
{
	if (!d->has_told)
		tt_diag_add(d->field->diags, TT_DIAG_charset, d->field->off,
			    "an encoded word names the charset %.*s, which "
			    "is not on the list; it is shown as written",
			    (int)name.n, (const char *)name.p);
	d->has_told = true;
}

static void add_plain(struct decoder *d, size_t n)
{
	flush(d);
	put(d, d->left.p, n);
	d->left = tt_slice_sub(d->left, n, d->left.n);
}

/* Space between two encoded words is not shown (RFC 2047 6.2): looks over it
 * for a word and drops it, or leaves all as it is. */
static void skip_between(struct decoder *d)
{
	struct tt_slice next = d->left;
	size_t looked = 0;

	while (next.n > 0 && tt_is_space(next.p[0]))
		next = tt_slice_sub(next, 1, next.n);
	if (tt_mime_word_bytes(next, &looked) > 0)
		d->left = next;
}

/* One step at "=?". */
static void step(struct decoder *d)
{
	char to_iconv[CHARSET_MAX];
	struct word w;
	size_t looked = 0;

	if (!read_word(d->left, &w, &looked)) {
		add_plain(d, looked > 0 ? looked : 2);
	} else if (find_charset(w.charset, to_iconv)) {
		add_word(d, &w, to_iconv);
		skip_between(d);
	} else {
		tell_charset(d, w.charset);
		add_plain(d, w.n);
	}
}

static struct tt_slice decode(const struct tt_mime_field *f)
{
	const size_t cap = tt_mul_size(f->value.n, UTF8_GROWTH);
	struct decoder d = {
		.field = f,
		.left = f->value,
		.out = tt_arena_alloc(f->arena, cap),
		.raw = tt_arena_alloc(f->arena, f->value.n),
		.cap = cap,
	};

	while (d.left.n > 0) {
		const size_t at = tt_slice_find(d.left, TT_S("=?"));

		if (at > 0)
			add_plain(&d, at < d.left.n ? at : d.left.n);
		else
			step(&d);
	}
	flush(&d);
	return (struct tt_slice){ d.out, d.n_out };
}

/* ---- one line ---- */

struct tt_slice tt_mime_one_line(struct tt_arena *arena, struct tt_slice s)
{
	size_t n = 0;

	s = tt_slice_trim(s);
	uint8_t *const out = tt_arena_alloc(arena, s.n);

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r' && s.p[i] != '\n') {
			out[n++] = s.p[i] == '\t' ? ' ' : s.p[i];
			continue;
		}
		/* a fold is its line end and the space around it */
		while (i + 1 < s.n && tt_is_space(s.p[i + 1]))
			i++;
		if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return (struct tt_slice){ out, n };
}

struct tt_slice tt_mime_text(const struct tt_mime_field *f)
{
	if (tt_slice_find(f->value, TT_S("=?")) == SIZE_MAX)
		return tt_mime_one_line(f->arena, f->value);
	if (f->value.n > TT_MAX_gmime_value) {
		tt_diag_limit(f->diags, TT_DIAG_gmime_cut,
			      TT_LIM_gmime_value, f->off, f->value.n);
		return tt_mime_one_line(f->arena, f->value);
	}
	return tt_mime_one_line(f->arena, decode(f));
}

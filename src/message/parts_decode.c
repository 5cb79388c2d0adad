/* parts_decode - base64 and quoted-printable, a piece at a time (RFC 2045)
 *
 * What does not belong to base64 is passed over, as 6.8 says; a broken "="
 * of quoted-printable stays as written, as 6.7 advises.  Never fails; linear;
 * the state is a few bytes. */
#include "parts.h"

enum tt_coding tt_coding_of(struct tt_slice word)
{
	static const struct {
		const char *word;
		enum tt_coding coding;
	} codings[] = {
		{ "base64", TT_CODING_BASE64 },
		{ "quoted-printable", TT_CODING_QP },
		{ "uuencode", TT_CODING_UNREAD },
		{ "x-uuencode", TT_CODING_UNREAD },
		{ "x-uue", TT_CODING_UNREAD },
		{ "binhex", TT_CODING_UNREAD },
		{ "mac-binhex40", TT_CODING_UNREAD },
		{ "x-yencode", TT_CODING_UNREAD },
	};

	for (size_t i = 0; i < sizeof codings / sizeof *codings; i++)
		if (tt_slice_ieq(word, tt_slice_str(codings[i].word)))
			return codings[i].coding;
	return TT_CODING_IDENTITY;
}

static size_t base64(struct tt_decoder *d, struct tt_slice s, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		if (s.p[i] == '\r' || s.p[i] == '\n') {
			i++;
			continue;
		}
		if (d->n_bits == 0) {
			const size_t took = tt_base64_quanta(
				tt_slice_sub(s, i, s.n), out + n);

			i += took;
			n += took / 4 * 3;
			if (i == s.n)
				break;
		}
		const uint8_t c = s.p[i++], v = tt_base64_digit(c);

		if (c == '=') /* what is left of the quantum is padding */
			d->n_bits = 0;
		if (v == TT_NO_DIGIT)
			continue;
		d->acc = d->acc << 6 | v;
		d->n_bits += 6;
		if (d->n_bits < 8)
			continue;
		d->n_bits -= 8;
		out[n++] = (uint8_t)(d->acc >> d->n_bits);
	}
	return n;
}

static size_t give_held(struct tt_decoder *d, uint8_t *out)
{
	const size_t n = d->n_held;

	memcpy(out, d->held, n);
	d->n_held = 0;
	return n;
}

/* A byte behind "=".  Returns what it gives. */
static size_t behind_equals(struct tt_decoder *d, uint8_t c, uint8_t *out)
{
	const uint8_t last = d->held[d->n_held - 1];

	if (c == '\n') { /* soft line break */
		d->n_held = 0;
		return 0;
	}
	if (d->n_held == 1 && (c == '\r' || tt_hex(c) >= 0)) {
		d->held[d->n_held++] = c;
		return 0;
	}
	if (d->n_held == 2 && last != '\r' && tt_hex(c) >= 0) {
		*out = (uint8_t)(tt_hex(last) << 4 | tt_hex(c));
		d->n_held = 0;
		return 1;
	}
	/* "=\r" alone is a soft break too, of a file with bare CRs. */
	if (last == '\r')
		d->n_held = 0;
	const size_t n = give_held(d, out);

	if (c == '=')
		d->held[d->n_held++] = c;
	else
		out[n] = c;
	return n + (c != '=');
}

static size_t quoted(struct tt_decoder *d, struct tt_slice s, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (d->n_held)
			n += behind_equals(d, s.p[i], out + n);
		else if (s.p[i] == '=')
			d->held[d->n_held++] = '=';
		else
			out[n++] = s.p[i];
	}
	return n;
}

size_t tt_decode(struct tt_decoder *d, struct tt_slice s, uint8_t *out)
{
	return d->coding == TT_CODING_BASE64 ? base64(d, s, out) :
					       quoted(d, s, out);
}

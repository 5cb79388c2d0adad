/* moment - see moment.h */
#include "moment.h"

bool tt_moment_of(struct tt_moment *m, const struct tt_hop *h)
{
	char text[24];
	const bool has_us = h->time_us > 0 && h->time_us < 1000000;

	*m = (struct tt_moment){ 0 };
	if (!h->has_time || tt_date_rfc3339(h->time_unix, text) == 0)
		return false;
	memcpy(m->date, text, 10);
	memcpy(m->clock, text + 11, 8);
	if (has_us)
		(void)tt_text_format(m->clock + 8, sizeof(m->clock) - 8,
				     ".%06d", h->time_us);
	/* Four digits of a year keep this far from the end of the type. */
	m->unix_us = h->time_unix * 1000000 + (has_us ? h->time_us : 0);
	return true;
}

void tt_moment_zone(char zone[8], const struct tt_hop *h)
{
	const int off = h->offset_min;
	const unsigned abs = off < 0 ? 0u - (unsigned)off : (unsigned)off;

	zone[0] = '\0';
	if (h->has_offset)
		(void)tt_text_format(zone, 8, "%c%02u:%02u",
				     off < 0 ? '-' : '+', abs / 60 % 100,
				     abs % 60);
}

void tt_moment_local(char local[32], const struct tt_hop *h)
{
	struct tt_moment m;
	char text[24], zone[8];

	local[0] = '\0';
	tt_moment_zone(zone, h);
	if (!zone[0] || !tt_moment_of(&m, h) ||
	    !tt_date_rfc3339(h->time_unix + INT64_C(60) * h->offset_min, text))
		return;
	/* Without the Z of UTC. */
	(void)tt_text_format(local, 32, "%.19s%s", text, zone);
}

struct tt_out *tt_moment_out(const struct tt_emit_options *o, bool has_time)
{
	if (has_time)
		return o->out;
	if (o->n_undated)
		++*o->n_undated;
	return o->undated;
}

const char *tt_moment_kind(const struct tt_hop *h)
{
	return h->is_stamp ? "Email hop received" : "Email hop logged";
}

static void tell_side(struct tt_out *raw, struct tt_slice name,
		      struct tt_slice ip)
{
	if (name.n)
		tt_out_bytes(raw, name);
	else if (ip.n == 0)
		tt_out_str(raw, "(not named)");
	if (ip.n == 0)
		return;
	tt_out_str(raw, name.n ? " [" : "[");
	tt_out_bytes(raw, ip);
	tt_out_str(raw, "]");
}

static void tell_word(struct tt_out *raw, const char *before, const char *word)
{
	if (!word)
		return;
	tt_out_str(raw, before);
	tt_out_str(raw, word);
}

static void tell_tls(struct tt_out *raw, const struct tt_hop *h)
{
	tell_word(raw, ": ", tt_verdict_name(h->verdict));
	tell_word(raw, " ", tt_tls_name(h->version));
	if (h->version == TT_TLS_NONE)
		tell_word(raw, " implied ", tt_tls_name(h->version_implied));
	if (h->cipher.n) {
		tt_out_str(raw, " ");
		tt_out_bytes(raw, h->cipher);
	}
}

void tt_moment_tell(struct tt_out *raw, const struct tt_hop *h)
{
	struct tt_slice from = h->from.name;

	if (from.n == 0)
		from = h->from.rdns.n ? h->from.rdns : h->from.helo;
	tell_side(raw, from, h->from.ip);
	tt_out_str(raw, " to ");
	tell_side(raw, h->by.name, h->by.ip);
	tell_tls(raw, h);
	tell_word(raw, " (basis ", tt_basis_name(h->basis));
	tt_out_str(raw, h->is_trusted ? "; trusted)" : "; claimed)");
}

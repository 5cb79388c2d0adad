/* redact.c - a timeline with tokens in place of addresses
 *
 * The outputs lay a timeline out, cut and wrap it: so it is redacted as a
 * whole before any of them sees it, and no half of an address can escape.
 * Hashes, offsets and lengths stay those of the real bytes.  What is a
 * message's own number, its Message-ID and the servers' ids, stays too: it is
 * needed to find the mail again. */
#include <tlstrail/message/paste.h>

#include "show.h"

struct tt_redactor {
	struct tt_redact *r;
	struct tt_arena *arena;
	TT_VEC(struct tt_slice) cut; /* values of fields that end early */
};

/* A field that was cut may end in half an address, and so may what was taken
 * from its end. */
static bool is_cut(const struct tt_redactor *x, struct tt_slice s)
{
	for (size_t i = 0; i < x->cut.n; i++) {
		const struct tt_slice v = x->cut.v[i];

		if (s.n && s.n <= v.n &&
		    tt_slice_eq(tt_slice_sub(v, v.n - s.n, s.n), s))
			return true;
	}
	return false;
}

static void text(const struct tt_redactor *x, struct tt_slice *s)
{
	*s = (is_cut(x, *s) ? tt_redact_cut : tt_redact_text)(x->r, x->arena,
							      *s);
}

static void address(const struct tt_redactor *x, struct tt_slice *s)
{
	*s = tt_redact_address(x->r, x->arena, *s);
}

/* A name that the stamp gives as a login: from alice by ... with local. */
static void host(const struct tt_redactor *x, struct tt_slice stamp,
		 struct tt_slice *s)
{
	if (tt_redact_names(x->r, x->arena, stamp, *s))
		address(x, s);
	else
		text(x, s);
}

/* Half of a quote in UTF-16 is NULs, between which no address is seen. */
static struct tt_slice without_nuls(const struct tt_redactor *x,
				    struct tt_slice s)
{
	if (!s.n || tt_slice_chr(s, 0) == SIZE_MAX)
		return s;
	uint8_t *p = tt_arena_alloc(x->arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			p[n++] = s.p[i];
	return (struct tt_slice){ p, n };
}

/* Of the log an entry quotes. */
static const struct tt_origin *redact_origin(const struct tt_redactor *x,
					     const struct tt_origin *from)
{
	struct tt_origin *o = TT_NEW(x->arena, struct tt_origin);
	struct tt_slice *member =
		TT_NEW_N(x->arena, struct tt_slice, from->n_member + 1);

	*o = *from;
	text(x, &o->path);
	for (size_t i = 0; i < from->n_member; i++) {
		member[i] = from->member[i];
		text(x, &member[i]);
	}
	o->member = member;
	return o;
}

static void evidence(const struct tt_redactor *x, struct tt_evidence *e)
{
	e->length = tt_evidence_length(e);
	e->text = without_nuls(x, e->text);
	text(x, &e->text);
	text(x, &e->pointer);
	if (e->origin)
		e->origin = redact_origin(x, e->origin);
}

static struct tt_slice stamp_at(const struct tt_header *header, uint64_t off)
{
	for (size_t i = header->fields.n; i-- > 0;) {
		const struct tt_field *f = &header->fields.v[i];
		uint64_t at = f->value_off;

		/* A hop of a repaired paste has its place in the paste. */
		if (header->paste)
			(void)tt_paste_span(header->paste, f->value_off,
					    f->value.n, &at);
		if (at == off)
			return f->value;
	}
	return TT_NO_SLICE;
}

static void find_cut(struct tt_redactor *x, const struct tt_timeline *t,
		     const struct tt_header *header)
{
	for (size_t i = 0; i < header->fields.n; i++)
		if (header->fields.v[i].is_cut)
			*tt_vec_push(x->arena, &x->cut) =
				header->fields.v[i].value;
	for (size_t i = 0; i < t->hops.n; i++)
		if (t->hops.v[i].anomalies &
		    (UINT32_C(1) << TT_ANOMALY_truncated))
			*tt_vec_push(x->arena, &x->cut) =
				stamp_at(header, t->hops.v[i].off);
}

/* The arrays are copied: those of the timeline stay as they are. */
#define COPY(x, list)                                                     \
	((list)->n ? (void)((list)->v = memcpy(                           \
				    tt_arena_alloc((x)->arena,            \
						   sizeof(*(list)->v) *   \
							   (list)->n),    \
				    (list)->v,                            \
				    sizeof(*(list)->v) * (list)->n)) :    \
		     (void)0)

static void redact_attempt(const struct tt_redactor *x, struct tt_attempt *a)
{
	address(x, &a->recipient);
	text(x, &a->from.name);
	text(x, &a->by.name);
	text(x, &a->text);
	COPY(x, &a->evidence);
	for (size_t i = 0; i < a->evidence.n; i++)
		evidence(x, &a->evidence.v[i]);
}

static void redact_hop(const struct tt_redactor *x, struct tt_hop *h,
		       struct tt_slice stamp)
{
	host(x, stamp, &h->from.name);
	host(x, stamp, &h->from.helo);
	host(x, stamp, &h->from.rdns);
	text(x, &h->by.name);
	text(x, &h->via);
	text(x, &h->with);
	text(x, &h->cipher);
	text(x, &h->software);
	address(x, &h->for_);
	address(x, &h->recipient);
	COPY(x, &h->evidence);
	for (size_t i = 0; i < h->evidence.n; i++)
		evidence(x, &h->evidence.v[i]);
	COPY(x, &h->witnesses);
	for (size_t i = 0; i < h->witnesses.n; i++)
		text(x, &h->witnesses.v[i].host);
	COPY(x, &h->attempts);
	for (size_t i = 0; i < h->attempts.n; i++)
		redact_attempt(x, &h->attempts.v[i]);
}

static void redact_source(const struct tt_redactor *x, struct tt_timeline *t)
{
	struct tt_slice *member =
		TT_NEW_N(x->arena, struct tt_slice, t->n_member + 1);

	text(x, &t->path);
	for (size_t i = 0; i < t->n_member; i++) {
		member[i] = t->member[i];
		text(x, &member[i]);
	}
	t->member = member;
}

static void redact_identity(const struct tt_redactor *x,
			    struct tt_identity *id)
{
	address(x, &id->from);
	id->subject = tt_redact_prose(x->r, x->arena, id->subject);
	COPY(x, &id->to);
	for (size_t i = 0; i < id->to.n; i++)
		address(x, &id->to.v[i]);
}

static const struct tt_diags *redact_diags(const struct tt_redactor *x,
					   const struct tt_diags *from)
{
	struct tt_diags *d = TT_NEW(x->arena, struct tt_diags);

	*d = *from;
	COPY(x, &d->list);
	for (size_t i = 0; i < d->list.n; i++) {
		struct tt_slice s = tt_slice_str(d->list.v[i].text);

		text(x, &s);
		d->list.v[i].text = tt_arena_cstr(x->arena, s);
	}
	return d;
}

void tt_redact_timeline(struct tt_redact *r, struct tt_arena *arena,
			struct tt_timeline *t, const struct tt_header *header,
			struct tt_diags *diags)
{
	struct tt_redactor x = { .r = r, .arena = arena };

	tt_redact_tell_to(r, diags);
	find_cut(&x, t, header);
	redact_source(&x, t);
	redact_identity(&x, &t->identity);
	COPY(&x, &t->hops);
	for (size_t i = 0; i < t->hops.n; i++)
		redact_hop(&x, &t->hops.v[i],
			   stamp_at(header, t->hops.v[i].off));
	text(&x, &t->result.receiving_domain);
	COPY(&x, &t->anomalies);
	for (size_t i = 0; i < t->anomalies.n; i++)
		text(&x, &t->anomalies.v[i].text);
	COPY(&x, &t->attempts);
	for (size_t i = 0; i < t->attempts.n; i++)
		redact_attempt(&x, &t->attempts.v[i]);
	COPY(&x, &t->advice);
	for (size_t i = 0; i < t->advice.n; i++)
		text(&x, &t->advice.v[i]);
	COPY(&x, &t->context);
	for (size_t i = 0; i < t->context.n; i++) {
		text(&x, &t->context.v[i].text);
		evidence(&x, &t->context.v[i].evidence);
	}
	tt_redact_tell_to(r, NULL);
	t->diags = redact_diags(&x, diags);
}

/* tell.c - diags for people
 *
 * Those of a source are a line each; those of a message are one line for the
 * message, each code once with how often it came. */
#include <string.h>

#include "show.h"

struct tt_slice tt_shown_name(struct tt_slice path)
{
	return tt_slice_eq(path, TT_S("-")) ? TT_S("standard input") : path;
}

bool tt_flush_or_tell(struct tt_out *out, struct tt_out *messages)
{
	if (tt_out_flush(out) == 0)
		return true;
	tt_out_printf(messages,
		      "tlstrail: the output could not be written: %s\n",
		      strerror(out->failed));
	return false;
}

/* One diag of a source. */
static void tell(struct tt_show *s, struct tt_slice path,
		 const struct tt_diag *diag)
{
	if (!s->o->has_json_messages) {
		tt_emit_diag(s->o->messages, tt_shown_name(path), diag);
		return;
	}
	tt_emit_diag_json(s->o->messages, path, diag);
	tt_out_str(s->o->messages, "\n");
}

size_t tt_tell_source(struct tt_show *s, struct tt_slice path,
		      const struct tt_diags *d, size_t told)
{
	for (; told < d->list.n; told++) {
		const struct tt_diag *diag = &d->list.v[told];

		if (s->o->is_quiet &&
		    tt_diag_info(diag->code)->severity != TT_SEV_FAILED)
			continue;
		tell(s, path, diag);
	}
	return told;
}

void tt_tell_more(struct tt_show *s, struct tt_slice path,
		  const struct tt_diags *d)
{
	struct tt_diag more = { TT_DIAG_diags_more, TT_NO_OFF, NULL };

	if (d->more == 0)
		return;
	more.text = tt_arena_printf(&s->record, "%llu more are not listed",
				    (unsigned long long)d->more);
	tell(s, path, &more);
}

/* How often the code stands in the list before `end`. */
static size_t count_code(const struct tt_diags *d, size_t end,
			 enum tt_diag_code code)
{
	size_t n = 0;

	for (size_t i = 0; i < end; i++)
		n += d->list.v[i].code == code;
	return n;
}

/* One code of a message: the text and place of its first diag, and how often
 * it came. */
static void tell_code(struct tt_out *out, const struct tt_diag *d, size_t n)
{
	tt_out_text(out, tt_slice_str(d->text));
	if (d->off != TT_NO_OFF) {
		tt_out_str(out, ", at byte ");
		tt_out_u64(out, d->off);
	}
	tt_out_str(out, " (");
	tt_out_str(out, tt_diag_info(d->code)->code);
	if (n > 1) {
		tt_out_str(out, ", ");
		tt_out_u64(out, n);
		tt_out_str(out, " times");
	}
	tt_out_str(out, ")");
}

void tt_tell_message(struct tt_show *s, const struct tt_timeline *t,
		     const struct tt_diags *d)
{
	struct tt_out *out = s->o->messages;
	const char *sep = ": ";

	if (s->is_json || s->o->is_quiet || d->list.n == 0)
		return;
	tt_out_str(out, "tlstrail: ");
	tt_out_text(out, tt_shown_name(t->path));
	for (size_t i = 0; i < t->n_member; i++) {
		tt_out_str(out, "/");
		tt_out_text(out, t->member[i]);
	}
	if (t->off) {
		tt_out_str(out, "#");
		tt_out_u64(out, t->off);
	}
	for (size_t i = 0; i < d->list.n; i++) {
		const enum tt_diag_code code = d->list.v[i].code;

		if (count_code(d, i, code)) /* told already */
			continue;
		tt_out_str(out, sep);
		tell_code(out, &d->list.v[i],
			  count_code(d, d->list.n, code));
		sep = "; ";
	}
	tt_out_str(out, "\n");
}

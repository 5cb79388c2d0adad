/* status.c - the text of a delivery report, block by block
 *
 * The header slicer reads all blocks at once, since it passes over blank
 * lines; what lies between two fields then tells where a block begins.  A
 * block with a recipient or an action is about a recipient, whatever its
 * place, any other is about the message: some writers leave the first block
 * out, some put several blank lines.  A second Final-Recipient begins a
 * block of its own where the blank line is missing.
 *
 * Linear.  Bounded by the slicer's limits and TT_MAX_report_recipients. */
#include <tlstrail/message/status.h>
#include "mime.h"

/* Is there an empty line in what lies between two fields? */
static bool has_blank_line(struct tt_slice gap, uint8_t line_end)
{
	bool is_empty = false; /* the gap begins with the end of a line */

	for (size_t i = 0; i < gap.n; i++) {
		if (gap.p[i] == line_end) {
			if (is_empty)
				return true;
			is_empty = true;
		} else if (!tt_is_space(gap.p[i])) {
			is_empty = false;
		}
	}
	return false;
}

struct place {
	const char *name;
	size_t at; /* offset of the pointer */
};

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define PLACE(type, name, member) { name, offsetof(struct type, member) }

static const struct place of_message[] = {
	PLACE(tt_status_report, "Reporting-MTA", reporting_mta),
	PLACE(tt_status_report, "Received-From-MTA", received_from_mta),
	PLACE(tt_status_report, "Arrival-Date", arrival_date),
};

static const struct place of_recipient[] = {
	PLACE(tt_status_recipient, "Original-Recipient", original_recipient),
	PLACE(tt_status_recipient, "Final-Recipient", final_recipient),
	PLACE(tt_status_recipient, "Action", action),
	PLACE(tt_status_recipient, "Status", status),
	PLACE(tt_status_recipient, "Remote-MTA", remote_mta),
	PLACE(tt_status_recipient, "Diagnostic-Code", diagnostic_code),
	PLACE(tt_status_recipient, "Last-Attempt-Date", last_attempt_date),
	PLACE(tt_status_recipient, "Will-Retry-Until", will_retry_until),
};

static void take(void *into, const struct place *places, size_t n,
		 const struct tt_field *f)
{
	for (size_t i = 0; i < n; i++) {
		const struct tt_field **field =
			(const struct tt_field **)(void *)((char *)into +
							   places[i].at);

		if (!*field &&
		    tt_slice_ieq(f->name, tt_slice_str(places[i].name)))
			*field = f;
	}
}

static bool begins_block(const struct tt_header *h, size_t i,
			 struct tt_slice text, uint8_t line_end,
			 bool has_final)
{
	const struct tt_field *f = &h->fields.v[i], *last = f - 1;
	const size_t end = (size_t)last->value_off + last->value.n;

	if (has_final && tt_slice_ieq(f->name, TT_S("Final-Recipient")))
		return true;
	return has_blank_line(tt_slice_sub(text, end, (size_t)f->off - end),
			      line_end);
}

/* Reads the block from field i on; returns the index behind it. */
static size_t read_block(struct tt_status_report *r, size_t i,
			 struct tt_slice text, uint8_t line_end,
			 struct tt_status_recipient *recipient_r)
{
	*recipient_r = (struct tt_status_recipient){ 0 };
	do {
		take(recipient_r, of_recipient, N(of_recipient),
		     &r->header.fields.v[i]);
		take(r, of_message, N(of_message), &r->header.fields.v[i]);
		i++;
	} while (i < r->header.fields.n &&
		 !begins_block(&r->header, i, text, line_end,
			       recipient_r->final_recipient != NULL));
	return i;
}

/* The slicer's findings count in the text, not in the message, and are those
 * of a header: told as one. */
static void tell_damage(const struct tt_diags *found, uint64_t off,
			struct tt_diags *diags)
{
	if (!found->is_serious)
		return;
	for (size_t i = 0; i < found->list.n; i++) {
		const struct tt_diag *d = &found->list.v[i];

		if (tt_diag_info(d->code)->severity == TT_SEV_NOTE)
			continue;
		tt_diag_add(diags, TT_DIAG_status_damaged,
			    off == TT_NO_OFF ? off : off + d->off,
			    "delivery report: %s", d->text);
		return;
	}
}

void tt_status_read(struct tt_status_report *report_r, struct tt_slice text,
		    uint64_t off, struct tt_arena *arena,
		    struct tt_diags *diags)
{
	const uint8_t line_end =
		tt_slice_chr(text, '\n') == SIZE_MAX ? '\r' : '\n';
	struct tt_diags found;
	size_t i = 0;

	*report_r = (struct tt_status_report){ 0 };
	tt_diags_init(&found, arena);
	tt_header_slice(&report_r->header, text, arena, &found);
	tell_damage(&found, off, diags);
	while (i < report_r->header.fields.n) {
		struct tt_status_recipient one;
		const uint64_t at = report_r->header.fields.v[i].off;

		i = read_block(report_r, i, text, line_end, &one);
		if (!one.final_recipient && !one.original_recipient &&
		    !one.action)
			continue;
		if (report_r->recipients.n == TT_MAX_report_recipients) {
			tt_diag_limit(diags, TT_DIAG_recipients_cut,
				      TT_LIM_report_recipients,
				      off == TT_NO_OFF ? off : off + at, 0);
			break;
		}
		*tt_vec_push(arena, &report_r->recipients) = one;
	}
}

struct tt_slice tt_status_text(const struct tt_field *f,
			       struct tt_arena *arena)
{
	return f ? tt_mime_one_line(arena, f->value) : TT_NO_SLICE;
}

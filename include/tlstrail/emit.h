/* tlstrail/emit.h - floor 7: a timeline becomes bytes
 *
 * Outputs are pushed to: begin, one call per timeline, end.  To add one,
 * write src/emit/emit_x.c and one line of the registry. */
#ifndef TLSTRAIL_EMIT_H
#define TLSTRAIL_EMIT_H

#include <tlstrail/trail.h>

struct tt_emit_options {
	struct tt_out *out; /* borrowed */
	bool has_color;
	bool is_verbose; /* quote the evidence */
	bool is_quiet;	 /* no closing summary */
	bool is_many; /* two messages at least went before, elsewhere */
	unsigned width;	 /* columns; 0: 80 */
};

struct tt_emit;
struct tt_emit_ops {
	const char *name; /* "text", "jsonl" */
	struct tt_emit *(*begin)(const struct tt_emit_options *options);
	void (*timeline)(struct tt_emit *e, const struct tt_timeline *t);
	void (*end)(struct tt_emit *e, const struct tt_totals *totals);
};

/* NULL: no output of that name. */
const struct tt_emit_ops *tt_emit_find(const char *name);

/* What a code means: anomalies, diags, verdicts, bases, results. */
struct tt_gloss {
	const char *kind, *code, *text, *example;
};
/* NULL: no such code. */
const struct tt_gloss *tt_gloss_find(const char *code);
/* i-th entry, NULL past the end. */
const struct tt_gloss *tt_gloss_at(size_t i);

/* One diag as a line for standard error: "tlstrail: FILE: text (code)". */
void tt_emit_diag(struct tt_out *out, struct tt_slice path,
		  const struct tt_diag *diag);

#endif

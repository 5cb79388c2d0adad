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
	bool is_csv_raw; /* no ' before cells a spreadsheet may reckon out */
	/* Where an output with `needs_time` writes hops that have none, in
	 * the same form, without a made-up time.  Borrowed; NULL: nowhere,
	 * and then the count is all that is left of them. */
	struct tt_out *undated;
	uint64_t *n_undated; /* raised by one for each; NULL: not counted */
};

/* text is for people; jsonl has all of a timeline in one object.  csv has a
 * row for each hop, and one for a message without hops.  timesketch, l2tcsv
 * and ecs have an event for each hop, and so nothing of a message without:
 * doc/tlstrail-export.5 lists every field. */
struct tt_emit;
struct tt_emit_ops {
	const char *name; /* "text", "jsonl" */
	struct tt_emit *(*begin)(const struct tt_emit_options *options);
	void (*timeline)(struct tt_emit *e, const struct tt_timeline *t);
	void (*end)(struct tt_emit *e, const struct tt_totals *totals);
	bool is_whole;	 /* takes all fields: hashes and recipients too */
	bool needs_time; /* hops without one go to options->undated */
	const char *ending; /* ".jsonl": of a file's name; NULL: any */
};

/* NULL: no output of that name. */
const struct tt_emit_ops *tt_emit_find(const char *name);

/* All that a page shows of some timelines, as the beginning of one object:
 *	{"timelines":[A,...],"text":TEXT,"views":[B,...]
 * where A is what jsonl has of a timeline, TEXT what text has of all, and B of
 * each its answer in one sentence, its text alone, its hosts' organisations
 * and how its hops fit the profile (doc/tlstrail-serve.1).  The caller adds
 * its own members and the end; is_verbose must be set.  Of no name: it is no output of `show`. */
extern const struct tt_emit_ops tt_emit_answer;

/* The same where there is no answer: {"error":{"code":...,"text":...}}. */
void tt_emit_error(struct tt_out *out, const char *code, struct tt_slice text);

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
/* The object that stands for it in a timeline's "diags"; with a path, that is
 * its first member. */
void tt_emit_diag_json(struct tt_out *out, struct tt_slice path,
		       const struct tt_diag *diag);

#endif

/* emit_private.h - the outputs there are; emit.c lists them */
#ifndef TLSTRAIL_EMIT_PRIVATE_H
#define TLSTRAIL_EMIT_PRIVATE_H

#include <tlstrail/emit.h>

extern const struct tt_emit_ops tt_emit_csv;
extern const struct tt_emit_ops tt_emit_ecs;
extern const struct tt_emit_ops tt_emit_jsonl;
extern const struct tt_emit_ops tt_emit_l2tcsv;
extern const struct tt_emit_ops tt_emit_text;
extern const struct tt_emit_ops tt_emit_timesketch;

/* A line of JSON for each timeline,
 *	{"answer":SENTENCE,"text":TEXT,"organisations":{HOST:DOMAIN,...},
 *	 "fits":[FIT,...]}
 * where TEXT is all that `text` says of one message, and there is a FIT for
 * each hop: "meets" the profile, breaks it by "cleartext", "version" or
 * "suite", or lacks what it needs: "unknown", "no-version", "no-suite".  In no
 * list, since it is nothing by itself; wants all fields of a message. */
extern const struct tt_emit_ops tt_emit_views;

#endif

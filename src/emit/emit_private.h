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

#endif

/* codec.h - what the codecs of this floor share */
#ifndef TRAIL_CODEC_H
#define TRAIL_CODEC_H

#include <tlstrail/trail/codec.h>

struct tt_trail_codec {
	struct tt_codec base; /* first: a pointer to it is one to all */
	const struct tt_rules *rules;
	const struct tt_origin *origin; /* the last one */
};

/* NULL stays NULL. */
void tt_code_origin(struct tt_codec *c, const struct tt_origin **origin);

#endif

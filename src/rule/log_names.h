/* log_names.h - names of a log, one copy each (private to rule) */
#ifndef TLSTRAIL_LOG_NAMES_H
#define TLSTRAIL_LOG_NAMES_H

#include <tlstrail/util.h>

struct tt_log_name;

#define TT_LOG_RECENT 16

struct tt_log_names {
	struct tt_arena *arena;
	struct tt_log_name **heads;
	/* The next line is mostly of the same: by their last bytes. */
	struct tt_log_name *recent[TT_LOG_RECENT];
	uint64_t n;
};

/* For tables of names and keys. */
uint64_t tt_log_name_hash(struct tt_slice text);

void tt_log_names_init(struct tt_log_names *names, struct tt_arena *arena);
/* The one copy; and where to keep what is known of it, NULL at first.  False:
 * there are TT_MAX_log_names others. */
bool tt_log_name(struct tt_log_names *names, struct tt_slice text,
		 struct tt_slice *name_r, void ***known_r) TT_MUST_CHECK;

#endif

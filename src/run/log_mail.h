/* log_mail.h - the mails that logs carry, while they wait */
#ifndef TLSTRAIL_RUN_LOG_MAIL_H
#define TLSTRAIL_RUN_LOG_MAIL_H

#include "logs.h"

struct tt_log_mail_kept {
	struct tt_log_mail mail; /* bytes.p NULL: in the spool */
	uint64_t at;		 /* there */
	size_t n, seq;
	bool is_late; /* of a log that nobody named */
};

struct tt_log_mails {
	struct tt_arena arena;
	struct tt_spool *spool; /* NULL: in the arena */
	TT_VEC(struct tt_log_mail_kept) list;
};

void tt_log_mail_keep(struct tt_show *s, const struct tt_log_mail *mail);
/* Its bytes, as long as the arena; n 0: they are gone, which has been told. */
struct tt_slice tt_log_mail_bytes(struct tt_show *s,
				  const struct tt_log_mail_kept *k,
				  struct tt_arena *arena);

#endif

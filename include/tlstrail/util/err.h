/* err.h - outcome of a call, and its story
 *
 * Iterators return 1 (item), 0 (end) or -1 (failed).  Other calls return
 * enum tt_status: TT_OK is 0, every failure is negative, so `< 0` serves
 * both.  The caller owns the struct tt_err; the first writer wins and those
 * further up prepend what they were doing. */
#ifndef TLSTRAIL_UTIL_ERR_H
#define TLSTRAIL_UTIL_ERR_H

#define TT_MUST_CHECK __attribute__((warn_unused_result))
#define TT_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum tt_status {
	TT_OK = 0,
	TT_INPUT = -1, /* the evidence is not what it claims to be */
	TT_LIMIT = -2, /* a bound of the limits table was met */
	TT_IO = -3,    /* the system said no: sys_errno tells */
	TT_RULE = -4,  /* a rule file does not load or fails its samples */
	TT_USAGE = -5, /* the caller's words are off */
};

struct tt_err {
	enum tt_status status; /* TT_OK: nothing written yet */
	int sys_errno;
	char text[512]; /* NUL-terminated, printable by tt_out_text() only:
			 * it may quote evidence */
};

/* Records the first failure; returns `status`.  err may be NULL. */
enum tt_status tt_err_set(struct tt_err *err, enum tt_status status,
			  const char *fmt, ...) TT_PRINTF(3, 4);

/* The same with errno's text appended. */
enum tt_status tt_err_io(struct tt_err *err, const char *fmt, ...)
	TT_PRINTF(2, 3);

/* Prepends context ("loading rules: ..."); returns the recorded status. */
enum tt_status tt_err_wrap(struct tt_err *err, const char *fmt, ...)
	TT_PRINTF(2, 3);

#endif

/* err.c - the first failure is kept, context is put in front of it */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tlstrail/util/err.h>

enum tt_status tt_err_set(struct tt_err *err, enum tt_status status,
			  const char *fmt, ...)
{
	if (!err || err->status != TT_OK)
		return status;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->status = status;
	return status;
}

enum tt_status tt_err_io(struct tt_err *err, const char *fmt, ...)
{
	const int number = errno;

	if (!err || err->status != TT_OK)
		return TT_IO;
	va_list ap;

	va_start(ap, fmt);
	const int n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s",
			 strerror(number));
	err->status = TT_IO;
	err->sys_errno = number;
	return TT_IO;
}

enum tt_status tt_err_wrap(struct tt_err *err, const char *fmt, ...)
{
	if (!err)
		return TT_INPUT;
	char context[sizeof(err->text)];
	char whole[2 * sizeof(err->text) + 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	snprintf(whole, sizeof(whole), "%s: %s", context, err->text);
	memcpy(err->text, whole, sizeof(err->text) - 1);
	return err->status;
}

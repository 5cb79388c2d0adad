/* err.c - the first failure is kept, context is put in front of it */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <tlstrail/util/text.h>

enum tt_status tt_err_set(struct tt_err *err, enum tt_status status,
			  const char *fmt, ...)
{
	if (!err || err->status != TT_OK)
		return status;
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->status = status;
	return status;
}

enum tt_status tt_err_io(struct tt_err *err, const char *fmt, ...)
{
	const int number = errno;

	if (!err || err->status != TT_OK)
		return TT_IO;
	char what[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(what, sizeof(what), fmt, ap);
	va_end(ap);
	(void)tt_text_format(err->text, sizeof(err->text), "%s: %s", what,
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
	char whole[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(context, sizeof(context), fmt, ap);
	va_end(ap);
	const size_t n = tt_text_format(whole, sizeof(whole), "%s: %s",
					context, err->text);

	memcpy(err->text, whole, n + 1);
	return err->status;
}

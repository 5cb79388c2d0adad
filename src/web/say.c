/* say.c - what all files of this floor need: the time, and a word to the user */
#include "web.h"

#include <time.h>

int64_t tt_web_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void tt_web_say(struct tt_web *web, const char *what, const char *text)
{
	struct tt_out *const out = web->o.messages;

	tt_out_str(out, "tlstrail: ");
	tt_out_str(out, what);
	tt_out_text(out, tt_slice_str(text));
	tt_out_str(out, "\n");
	(void)!tt_out_flush(out); /* there is nobody else to tell */
}

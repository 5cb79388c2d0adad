/* log_name.c - hosts, Message-IDs and times, as logs spell them */
#include "book.h"
#include "sift.h"

#define WINDOW_US (INT64_C(300) * 1000000)

static struct tt_slice without_dot(struct tt_slice s)
{
	while (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

bool tt_log_is_host(struct tt_slice a, struct tt_slice b)
{
	return tt_host_is_same(without_dot(a), without_dot(b));
}

/* Exim and Sendmail write bytes above 126 as \ooo. */
struct tt_slice tt_log_plain_id(struct tt_arena *arena, struct tt_slice s)
{
	s = tt_slice_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = tt_slice_trim(tt_slice_sub(s, 1, s.n - 2));
	if (tt_slice_chr(s, '\\') == SIZE_MAX)
		return s;
	uint8_t *p = tt_arena_alloc(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const bool is_octal = s.p[i] == '\\' && s.n - i > 3 &&
				      s.p[i + 1] >= '0' && s.p[i + 1] <= '3' &&
				      s.p[i + 2] >= '0' && s.p[i + 2] <= '7' &&
				      s.p[i + 3] >= '0' && s.p[i + 3] <= '7';

		p[n++] = is_octal ? (uint8_t)((s.p[i + 1] - '0') << 6 |
					      (s.p[i + 2] - '0') << 3 |
					      (s.p[i + 3] - '0'))
				  : s.p[i];
		i += is_octal ? 3 : 0;
	}
	return (struct tt_slice){ p, n };
}

bool tt_log_is_id(struct tt_arena *arena, struct tt_slice a, struct tt_slice b)
{
	return tt_slice_eq(tt_log_plain_id(arena, a),
			   tt_log_plain_id(arena, b));
}

bool tt_log_is_near(const struct tt_event *a, const struct tt_log_clock *ca,
		    const struct tt_event *b, const struct tt_log_clock *cb)
{
	int64_t at, bt, au, bu;

	if (!tt_event_time(a, ca, &at, &au) || !tt_event_time(b, cb, &bt, &bu))
		return true; /* nothing speaks against it */
	const int64_t apart = at > bt ? at - bt : bt - at;

	return apart <= WINDOW_US + (au + bu) * 1000000;
}

/* out.c - the buffered writer
 *
 * With fd -1 the buffer grows; with a descriptor it is flushed when full.
 * After a failed write everything further is dropped: the caller learns of
 * it from tt_out_flush(). */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/out.h>

#define OUT_BYTES 65536
/* A buffer that grows: many hold a line and are freed again. */
#define GROW_BYTES 2048

void tt_out_init(struct tt_out *o, int fd)
{
	*o = (struct tt_out){ .fd = fd };
}

void tt_out_release(struct tt_out *o)
{
	tt_free(&o->buf);
	o->n = o->cap = 0;
}

static void set(uint64_t *to, uint64_t v)
{
	__atomic_store_n(to, v, __ATOMIC_RELEASE);
}

/* Less what stands there already. */
static struct tt_slice drop_known(struct tt_out_ledger *l, struct tt_slice s)
{
	const size_t n = s.n < l->before ? s.n : (size_t)l->before;

	set(&l->before, l->before - n);
	return tt_slice_sub(s, n, s.n);
}

/* As write(); meanwhile what is begun is not done. */
static ssize_t write_some(const struct tt_out *o, struct tt_slice s)
{
	struct tt_out_ledger *const l = o->ledger;

	if (!l)
		return write(o->fd, s.p, s.n);
	set(&l->begun, l->done + s.n);
	const ssize_t w = write(o->fd, s.p, s.n);

	if (w > 0)
		set(&l->done, l->done + (size_t)w);
	set(&l->begun, l->done);
	return w;
}

static void write_all(struct tt_out *o, struct tt_slice s)
{
	if (o->ledger && o->ledger->before)
		s = drop_known(o->ledger, s);
	while (s.n && !o->failed) {
		const ssize_t w = write_some(o, s);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			o->failed = errno;
			return;
		}
		s = tt_slice_sub(s, (size_t)w, s.n);
	}
}

int tt_out_flush(struct tt_out *o)
{
	if (o->fd >= 0) {
		write_all(o, (struct tt_slice){ o->buf, o->n });
		o->n = 0;
	}
	return o->failed ? -1 : 0;
}

/* Makes room for n more bytes, which there is not; false: they do not fit
 * the buffer. */
static bool make_room(struct tt_out *o, size_t n)
{
	if (o->fd >= 0 && o->cap) {
		write_all(o, (struct tt_slice){ o->buf, o->n });
		o->n = 0;
		return n <= o->cap;
	}
	if (o->most && tt_add_size(o->n, n) > o->most)
		o->failed = EFBIG;
	if (o->failed)
		return false;
	size_t cap = o->cap ? o->cap : o->fd < 0 ? GROW_BYTES : OUT_BYTES;

	while (o->fd < 0 && cap < tt_add_size(o->n, n))
		cap = tt_mul_size(cap, 2);
	o->buf = tt_realloc(o->buf, cap);
	o->cap = cap;
	return n <= cap - o->n;
}

void tt_out_grow(struct tt_out *o, size_t n)
{
	assert(o->fd < 0 && o->most == 0);
	(void)make_room(o, n);
}

void tt_out_bytes_slowly(struct tt_out *o, struct tt_slice s)
{
	if (!make_room(o, s.n)) {
		write_all(o, s);
		return;
	}
	memcpy(o->buf + o->n, s.p, s.n);
	o->n += s.n;
}

void tt_out_quoted(struct tt_out *o, struct tt_slice s)
{
	if (o->cap - o->n < 2 || s.n > o->cap - o->n - 2) {
		tt_out_bytes(o, TT_S("\""));
		tt_out_bytes(o, s);
		tt_out_bytes(o, TT_S("\""));
		return;
	}
	uint8_t *const to = o->buf + o->n;

	memcpy(to + 1, s.p, s.n);
	to[0] = to[s.n + 1] = '"';
	o->n += s.n + 2;
}

void tt_out_printf(struct tt_out *o, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	const int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	const size_t len = (size_t)n < sizeof(text) ? (size_t)n :
						      sizeof(text) - 1;

	tt_out_bytes(o, (struct tt_slice){ (const uint8_t *)text, len });
}

static const char pairs[] = "00010203040506070809"
			    "10111213141516171819"
			    "20212223242526272829"
			    "30313233343536373839"
			    "40414243444546474849"
			    "50515253545556575859"
			    "60616263646566676869"
			    "70717273747576777879"
			    "80818283848586878889"
			    "90919293949596979899";

void tt_out_u64(struct tt_out *o, uint64_t v)
{
	uint8_t digits[20];
	size_t at = sizeof(digits);

	if (v < 10) { /* most that hops count */
		digits[0] = (uint8_t)('0' + v);
		tt_out_bytes(o, (struct tt_slice){ digits, 1 });
		return;
	}
	/* A division costs more than all else here: for two at a time. */
	for (; v >= 100; v /= 100) {
		at -= 2;
		memcpy(digits + at, pairs + v % 100 * 2, 2);
	}
	digits[--at] = (uint8_t)pairs[v * 2 + 1];
	if (v >= 10)
		digits[--at] = (uint8_t)pairs[v * 2];
	tt_out_bytes(o, (struct tt_slice){ digits + at, sizeof(digits) - at });
}

void tt_out_i64(struct tt_out *o, int64_t v)
{
	if (v < 0)
		tt_out_str(o, "-");
	tt_out_u64(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void tt_out_pad(struct tt_out *o, char c, size_t n)
{
	uint8_t run[64];

	memset(run, c, n < sizeof(run) ? n : sizeof(run));
	for (; n > sizeof(run); n -= sizeof(run))
		tt_out_bytes(o, (struct tt_slice){ run, sizeof(run) });
	tt_out_bytes(o, (struct tt_slice){ run, n });
}

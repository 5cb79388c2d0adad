/* inflate_isal.c - gzip members by ISA-L, where it was found at build time
 *
 * ISA-L decodes several symbols at once, and so gives up to about 300 bytes
 * too many before it sees that a symbol was damaged.  The last HOLD bytes are
 * held back until more have come or the checksum was found right: what was
 * given out is what zlib gives, too.  Memory: ROOM bytes and its state. */
#include "inflate.h"

#ifdef TT_HAS_ISAL
#include <isa-l.h>
#include <string.h>

#define HOLD 4096
#define ROOM (262144 + HOLD)

struct isal {
	struct inflate_state z;
	enum tt_inflate_end end;
	bool is_begun;
	size_t at, n; /* decoded and not yet given: buf[at .. n) */
	uint8_t buf[ROOM];
};

static void isal_begin(void *engine)
{
	struct isal *s = engine;

	isal_inflate_init(&s->z);
	s->z.crc_flag = ISAL_GZIP;
	s->end = TT_INFLATE_MORE;
	s->is_begun = false;
	s->at = s->n = 0;
}

static void *isal_open(void)
{
	struct isal *s = tt_malloc(sizeof(*s));

	isal_begin(s);
	return s;
}

static void isal_close(void *engine)
{
	tt_free(&engine);
}

static size_t n_ready(const struct isal *s)
{
	const size_t hold = s->end == TT_INFLATE_DONE ? 0 : HOLD;

	return s->n - s->at > hold ? s->n - s->at - hold : 0;
}

/* Decodes behind what is held. */
static void decode(struct isal *s, struct tt_inflate_io *io)
{
	const size_t n_in = io->n_in;

	if (s->at)
		memmove(s->buf, s->buf + s->at, s->n - s->at);
	s->n -= s->at;
	s->at = 0;
	s->z.next_in = (uint8_t *)(uintptr_t)io->in;
	s->z.avail_in = (uint32_t)n_in;
	s->z.next_out = s->buf + s->n;
	s->z.avail_out = (uint32_t)(ROOM - s->n);
	const int r = isal_inflate(&s->z);
	const size_t n = ROOM - s->z.avail_out;

	if (r < 0)
		s->end = TT_INFLATE_BAD;
	else if (s->z.block_state == ISAL_BLOCK_FINISH)
		s->end = TT_INFLATE_DONE;
	else if (n == s->n && s->z.avail_in == n_in)
		s->end = TT_INFLATE_STARVED;
	s->n = n;
	io->in += n_in - s->z.avail_in;
	io->n_in = s->z.avail_in;
}

/* ISA-L passes over flags of the header that are reserved, and may change
 * what follows (RFC 1952, 2.3.1.2). */
static bool is_reserved(const struct tt_inflate_io *io)
{
	return io->n_in > 3 && (io->in[3] & 0xe0) != 0;
}

static enum tt_inflate_end isal_run(void *engine, struct tt_inflate_io *io)
{
	struct isal *s = engine;

	if (s->end == TT_INFLATE_STARVED)
		s->end = TT_INFLATE_MORE;
	if (!s->is_begun && is_reserved(io))
		s->end = TT_INFLATE_BAD;
	s->is_begun = true;
	if (s->end == TT_INFLATE_MORE && n_ready(s) == 0)
		decode(s, io);
	if (s->end == TT_INFLATE_BAD || s->end == TT_INFLATE_STARVED)
		return s->end;
	const size_t ready = n_ready(s);
	const size_t n = ready < io->n_out ? ready : io->n_out;

	memcpy(io->out, s->buf + s->at, n);
	s->at += n;
	io->out += n;
	io->n_out -= n;
	return s->end == TT_INFLATE_DONE && s->at < s->n ? TT_INFLATE_MORE :
							   s->end;
}

static const char *isal_why(const void *engine)
{
	(void)engine;
	return "damaged";
}

static const struct tt_inflate_ops ops = {
	.name = "isal",
	.open = isal_open,
	.close = isal_close,
	.begin = isal_begin,
	.run = isal_run,
	.why = isal_why,
};

const struct tt_inflate_ops *const tt_inflate_isal = &ops;

void tt_inflate_versions(struct tt_out *out)
{
	tt_out_printf(out, "ISA-L %d.%d.%d\n", ISAL_MAJOR_VERSION,
		      ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
}

#else

const struct tt_inflate_ops *const tt_inflate_isal = NULL;

void tt_inflate_versions(struct tt_out *out)
{
	(void)out;
}
#endif

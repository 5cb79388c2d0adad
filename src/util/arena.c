/* arena.c - blocks that are filled from the front and freed together
 *
 * A block is 32 KiB or as large as the one request that needs it; clearing
 * keeps the newest block of usual size, so that a loop over messages stops
 * asking the system for memory.
 *
 * A block that is kept would hide from AddressSanitizer who still reads what
 * was cleared: what nobody has been given is told to it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tlstrail/util/arena.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#endif

#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#define UNUSED(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define USED(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define UNUSED(p, n) ((void)(p), (void)(n))
#define USED(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK_BYTES 32768

struct tt_arena_block {
	struct tt_arena_block *next;
	size_t size; /* usable */
	_Alignas(max_align_t) uint8_t data[];
};

void tt_arena_init(struct tt_arena *a)
{
	*a = (struct tt_arena){ 0 };
}

/* All of b may be given out, from its front. */
static void begin_block(struct tt_arena *a, struct tt_arena_block *b)
{
	a->at = b->data;
	a->left = b->size;
	UNUSED(b->data, b->size);
}

static void add_block(struct tt_arena *a, size_t need)
{
	const size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct tt_arena_block *b =
		tt_malloc(tt_add_size(sizeof(*b), size));

	b->next = a->blocks;
	b->size = size;
	a->blocks = b;
	begin_block(a, b);
}

static void free_blocks(struct tt_arena_block *b)
{
	while (b) {
		struct tt_arena_block *next = b->next;

		tt_free(&b);
		b = next;
	}
}

void tt_arena_release(struct tt_arena *a)
{
	free_blocks(a->blocks);
	*a = (struct tt_arena){ 0 };
}

void tt_arena_clear(struct tt_arena *a)
{
	struct tt_arena_block *keep = NULL;
	struct tt_arena_block *b = a->blocks;

	/* Cleared for every line of a log: mostly there is one, or none. */
	if (b && !b->next && b->size == BLOCK_BYTES) {
		begin_block(a, b);
		return;
	}
	while (b) {
		struct tt_arena_block *next = b->next;

		if (!keep && b->size == BLOCK_BYTES)
			keep = b;
		else
			tt_free(&b);
		b = next;
	}
	*a = (struct tt_arena){ 0 };
	if (keep) {
		keep->next = NULL;
		a->blocks = keep;
		begin_block(a, keep);
	}
}

void *tt_arena_alloc(struct tt_arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	const size_t size = tt_add_size(n, align - 1) & ~(align - 1);

	if (size > a->left || !a->at)
		add_block(a, size);
	void *p = a->at;

	a->at += size;
	a->left -= size;
	USED(p, n);
	return p;
}

void *tt_arena_zalloc(struct tt_arena *a, size_t n)
{
	return memset(tt_arena_alloc(a, n), 0, n);
}

struct tt_slice tt_arena_dup(struct tt_arena *a, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(a, s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct tt_slice){ p, s.n };
}

char *tt_arena_cstr(struct tt_arena *a, struct tt_slice s)
{
	char *p = tt_arena_alloc(a, tt_add_size(s.n, 1));

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

char *tt_arena_printf(struct tt_arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	const int n = vsnprintf(NULL, 0, fmt, ap);
	const size_t size = n < 0 ? 1 : (size_t)n + 1;
	char *p = tt_arena_alloc(a, size);

	p[0] = '\0';
	if (n > 0)
		vsnprintf(p, size, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}

void *tt_vec_more(struct tt_arena *a, void *v, size_t n, size_t *cap,
		  size_t size)
{
	const size_t bigger = *cap ? tt_mul_size(*cap, 2) : 8;
	void *w = tt_arena_alloc(a, tt_mul_size(bigger, size));

	if (n)
		memcpy(w, v, n * size);
	*cap = bigger;
	return w;
}

/* arena.h - memory that is given back all at once
 *
 * Three arenas live in the program: run, case and record; the record arena
 * is cleared at each message.  Arena memory is never freed singly.
 *
 * Running out of memory ends the process with status 70 and one line on
 * standard error (mem.c): GLib, which we link, does the same and cannot be
 * taught otherwise, and half a timeline must never look like a whole one.
 * So no allocation below returns NULL. */
#ifndef TLSTRAIL_UTIL_ARENA_H
#define TLSTRAIL_UTIL_ARENA_H

#include <tlstrail/util/slice.h>

struct tt_arena_block;

struct tt_arena {
	struct tt_arena_block *blocks; /* newest first */
	size_t left;		       /* bytes free in the newest */
	uint8_t *at;
};

/* No allocation; {0} serves too. */
void tt_arena_init(struct tt_arena *a);
/* Frees everything; the arena may be used again. */
void tt_arena_release(struct tt_arena *a);
/* Forgets everything but keeps one block for the next use. */
void tt_arena_clear(struct tt_arena *a);

/* Aligned for any type; contents undefined / zeroed. */
void *tt_arena_alloc(struct tt_arena *a, size_t n);
void *tt_arena_zalloc(struct tt_arena *a, size_t n);
/* Copies; the C string form adds a NUL. */
struct tt_slice tt_arena_dup(struct tt_arena *a, struct tt_slice s);
char *tt_arena_cstr(struct tt_arena *a, struct tt_slice s);
char *tt_arena_printf(struct tt_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define TT_NEW(a, type) ((type *)tt_arena_zalloc((a), sizeof(type)))
#define TT_NEW_N(a, type, n) \
	((type *)tt_arena_zalloc((a), tt_mul_size(sizeof(type), (n))))

/* That end, for libraries that tell instead of it. */
_Noreturn void tt_out_of_memory(void);

/* a*b and a+b; end the process like a failed allocation on overflow. */
size_t tt_mul_size(size_t a, size_t b);
size_t tt_add_size(size_t a, size_t b);

/* A list that grows in an arena: TT_VEC(struct x) list = {0};
 * *tt_vec_push(arena, &list) = item;   list.v[0 .. list.n) */
#define TT_VEC(type)             \
	struct {                 \
		type *v;         \
		size_t n, cap;   \
	}
#define tt_vec_push(a, vec)                                               \
	((vec)->v = (vec)->n < (vec)->cap ?                               \
			    (vec)->v :                                    \
			    tt_vec_more((a), (vec)->v, (vec)->n,          \
					&(vec)->cap, sizeof *(vec)->v),   \
	 &(vec)->v[(vec)->n++])
/* A copy with room for as many again. */
void *tt_vec_more(struct tt_arena *a, void *v, size_t n, size_t *cap,
		  size_t size);

/* Heap memory for things that outlive arenas or must grow in place; caller
 * frees with tt_free(), which takes the pointer's address and nulls it. */
void *tt_malloc(size_t n);
void *tt_zalloc(size_t n);
void *tt_realloc(void *p, size_t n);
void tt_free_(void *p);
#define tt_free(pp)              \
	do {                     \
		tt_free_(*(pp)); \
		*(pp) = NULL;    \
	} while (0)

#endif

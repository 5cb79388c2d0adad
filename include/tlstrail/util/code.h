/* code.h - structs as bytes and back, by one description of each
 *
 * Each function writes what it is pointed at, or reads it: so that what is put
 * and what is got cannot differ.  Nothing is written to while putting.  What
 * is got is hostile: nothing past the bytes is read, and what cannot be sets
 * is_bad and gives zeros.  Numbers are LEB128, signed ones zigzag: most are
 * small. */
#ifndef TLSTRAIL_UTIL_CODE_H
#define TLSTRAIL_UTIL_CODE_H

#include <tlstrail/util/diag.h>
#include <tlstrail/util/out.h>

/* What is looked for while texts are put. */
enum tt_code_looking {
	TT_LOOK_FOR_SAME,
	TT_LOOK_INSIDE,	  /* and where the text lies, for it may be a piece of
			   * another; nothing is searched for it */
	TT_LOOK_AT_PLACE, /* where it lies, and no more: soon read back, and
			   * thrown away */
};
/* Texts that came before: one that comes again costs a byte or two, and one
 * that is a piece of another (a host's name in the line of a log) four or five.
 * The first 255 of two bytes and more are known. */
#define TT_CODE_TEXTS 255
#define TT_CODE_SLOTS 512
struct tt_code_texts {
	enum tt_code_looking looking;
	uint64_t again; /* bytes that were given more than once: a frame's */
	size_t n, n_long, last; /* last: which the last text was */
	uint8_t longs[4];	     /* which texts are searched */
	uint8_t slot[TT_CODE_SLOTS]; /* putting: which + 1, by hash */
	struct tt_slice text[TT_CODE_TEXTS];
	size_t place[TT_CODE_TEXTS]; /* putting: where it stands */
	const char *name[TT_CODE_TEXTS]; /* getting: as tt_code_name() has it */
};

/* Where the texts of what was put stand, by where they lay. */
#define TT_CODE_PLACES 1024 /* a power of two; half of them are used at most */
struct tt_code_places {
	struct tt_code_place {
		const uint8_t *p;
		size_t n, at;
		uint64_t round; /* of which putting; another: the slot is free */
	} slot[TT_CODE_PLACES];
	uint64_t round;
	size_t n;
	bool is_full; /* not all of them are here */
};
/* Of none; once, it is all zeros. */
void tt_code_places_begin(struct tt_code_places *places);
/* The first byte among those that were put, or SIZE_MAX. */
size_t tt_code_place_of(const struct tt_code_places *places, struct tt_slice s);

struct tt_codec {
	struct tt_out *out; /* putting, into memory; NULL: getting */
	struct tt_slice in; /* getting: what is left */
	struct tt_arena *arena;
	struct tt_code_texts *texts; /* NULL: each text is written out */
	struct tt_code_places *places; /* putting; or NULL */
	bool is_bad; /* getting: it was not what was put */
};

void tt_code_u64_slowly(struct tt_codec *c, uint64_t *v);
/* Most are small, and one byte: inline, for an event has sixty of them. */
static inline void tt_code_u64(struct tt_codec *c, uint64_t *v)
{
	struct tt_out *const out = c->out;

	if (out && *v < 0x80 && out->n < out->cap) {
		out->buf[out->n++] = (uint8_t)*v;
	} else if (!out && c->in.n && c->in.p[0] < 0x80) {
		*v = *c->in.p++;
		c->in.n--;
	} else {
		tt_code_u64_slowly(c, v);
	}
}
void tt_code_i64(struct tt_codec *c, int64_t *v);
void tt_code_uint(struct tt_codec *c, unsigned *v);
void tt_code_u32(struct tt_codec *c, uint32_t *v);
void tt_code_int(struct tt_codec *c, int *v);
static inline void tt_code_bool(struct tt_codec *c, bool *v)
{
	uint64_t bit = *v;

	tt_code_u64(c, &bit);
	if (c->out)
		return;
	c->is_bad |= bit > 1;
	*v = bit != 0;
}
void tt_code_text_slowly(struct tt_codec *c, struct tt_slice *s);
/* Borrowed from the bytes.  A missing slice (p NULL) stays missing: most are,
 * and a zero. */
static inline void tt_code_text(struct tt_codec *c, struct tt_slice *s)
{
	uint64_t missing = 0;

	if (c->out ? s->p != NULL : !c->in.n || c->in.p[0] != 0) {
		tt_code_text_slowly(c, s);
		return;
	}
	tt_code_u64(c, &missing);
	*s = TT_NO_SLICE;
}
/* A C string, in the arena; NULL stays NULL. */
void tt_code_name(struct tt_codec *c, const char **name);
void tt_code_bytes(struct tt_codec *c, uint8_t *bytes, size_t n);
/* A byte that says how what follows is to be read; another is a fault. */
void tt_code_version(struct tt_codec *c, uint8_t version);
/* How many there are of what takes `least` bytes each at least: so that few
 * bytes cannot ask for much memory. */
size_t tt_code_count(struct tt_codec *c, size_t n, size_t least);
/* Codes go by their names: their list grows in its middle. */
void tt_diags_code(struct tt_codec *c, struct tt_diags *d);

/* Before any text. */
void tt_code_texts_init(struct tt_code_texts *texts,
			enum tt_code_looking looking);

#define TT_CODE_ENUM(c, type, at, last)                                   \
	do {                                                              \
		uint64_t code_ = (uint64_t)*(at);                         \
									  \
		tt_code_u64((c), &code_);                                 \
		if ((c)->out)                                             \
			break;                                            \
		(c)->is_bad |= code_ > (uint64_t)(last);                  \
		*(at) = (c)->is_bad ? (type)0 : (type)code_;              \
	} while (0)

/* The list's length, and when it is got its place. */
#define TT_CODE_LIST(c, list, least)                                      \
	do {                                                              \
		const size_t n_ = tt_code_count((c), (list)->n, (least)); \
									  \
		if ((c)->out)                                             \
			break;                                            \
		(list)->v = tt_arena_zalloc(                              \
			(c)->arena, tt_mul_size(n_, sizeof *(list)->v));  \
		(list)->n = (list)->cap = n_;                             \
	} while (0)

#endif

/* object.h - one event as one line of JSON
 *
 * What is not known is left out, as the tools of timelines want it: a member
 * that is there says something.  Bytes that are not UTF-8 appear as U+FFFD;
 * then the exact bytes stand in Base64 in a sibling "<key>_b64", or, where
 * `spare` is set, in it under the dotted name of the member, for the caller
 * to put where its schema has room. */
#ifndef TLSTRAIL_EMIT_OBJECT_H
#define TLSTRAIL_EMIT_OBJECT_H

#include <tlstrail/emit.h>

#define TT_OBJECT_DEPTH 4

struct tt_object {
	struct tt_out *out;   /* borrowed */
	struct tt_out *spare; /* borrowed; NULL: siblings */
	const char *names[TT_OBJECT_DEPTH]; /* of the objects we are in */
	size_t n, n_written; /* objects opened; those with a member so far */
	bool needs_comma;
};

/* The object itself; end writes the line's end too. */
void tt_object_begin(struct tt_object *j, struct tt_out *out);
void tt_object_end(struct tt_object *j);
/* An object inside; left out where nothing is put into it. */
void tt_object_open(struct tt_object *j, const char *name);
void tt_object_close(struct tt_object *j);

/* A list of objects inside: each is begun and ended on its own, with
 * tt_object_item() before it. */
void tt_object_list(struct tt_object *j, const char *name);
void tt_object_item(struct tt_object *j, size_t i);
void tt_object_list_end(struct tt_object *j);

/* p NULL and a NULL word are left out. */
void tt_object_text(struct tt_object *j, const char *name, struct tt_slice v);
void tt_object_texts(struct tt_object *j, const char *name,
		     const struct tt_slice *v, size_t n);
void tt_object_word(struct tt_object *j, const char *name, const char *word);
void tt_object_words(struct tt_object *j, const char *name,
		     const char *const *words, size_t n);
void tt_object_bool(struct tt_object *j, const char *name, bool is);
void tt_object_i64(struct tt_object *j, const char *name, int64_t v);
void tt_object_u64(struct tt_object *j, const char *name, uint64_t v);
void tt_object_date(struct tt_object *j, const char *name, bool has,
		    int64_t unix_s);
/* A hop's quotations, in its order: what they say, and lists of as many items
 * for their rules and places.  A path is "" where it is the message itself;
 * no paths where all are. */
void tt_object_evidence(struct tt_object *j, const struct tt_hop *h);
/* The codes of a hop's bits. */
void tt_object_anomalies(struct tt_object *j, uint32_t bits);
void tt_object_hash(struct tt_object *j, const char *name, bool has,
		    const uint8_t sum[TT_SHA256_LEN]);

#endif

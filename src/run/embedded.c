/* embedded - the messages inside a message, as timelines of their own
 *
 * The reader hands the body over as it passes by, and the walk over its parts
 * keeps the header blocks of the messages inside, in the record's arena.
 * They are pushed after the carrier, in the order of their first bytes; each
 * is wholly claimed, since the carrier's sender wrote all of it. */
#include <string.h>

#include "show.h"

bool tt_embedded_begin(void *ctx, struct tt_slice header, uint64_t body_off,
		       bool is_cr)
{
	struct tt_show *const s = ctx;
	const struct tt_parts_options options = {
		.body_off = body_off,
		.is_cr = is_cr,
		.want_hash = tt_show_wants_hash(s),
		.arena = &s->record,
	};

	s->has_body = true;
	return tt_parts_begin(s->parts, header, &options);
}

void tt_embedded_add(void *ctx, struct tt_slice bytes)
{
	tt_parts_add(((struct tt_show *)ctx)->parts, bytes);
}

/* A message without a body has a label all the same. */
const struct tt_parts_found *tt_embedded_found(struct tt_show *s,
					       const struct tt_record *rec)
{
	if (!s->has_body)
		(void)tt_embedded_begin(s, rec->header, rec->length, false);
	s->has_body = false;
	return tt_parts_end(s->parts);
}

static void show_one(struct tt_show *s, const struct tt_record *rec,
		     const struct tt_parts_found *found,
		     const struct tt_embedded *m, bool want_all)
{
	const uint8_t *const parent =
		m->parent == TT_CARRIER ?
			rec->content_sha256 :
			found->embedded.v[m->parent].content_sha256;
	const struct tt_message_head head = {
		.block = m->header,
		.length = m->header_length,
		.end_to_end = m->end_to_end,
		.found = found,
		.message = (int)(m - found->embedded.v),
		.want_all = want_all,
	};
	const bool is_decoded = m->is_decoded || rec->pointer.n;
	struct tt_timeline t = {
		.path = rec->origin->path,
		.member = rec->origin->member,
		.n_member = rec->origin->n_member,
		.off = rec->off + (is_decoded ? 0 : m->off),
		.length = m->length,
		.is_decoded = is_decoded,
		.has_parent = true,
		.has_hash = m->has_hash,
	};
	struct tt_diags diags;

	memcpy(t.sha256, m->sha256, sizeof(t.sha256));
	memcpy(t.content_sha256, m->content_sha256,
	       sizeof(t.content_sha256));
	memcpy(t.parent_sha256, parent, sizeof(t.parent_sha256));
	tt_diags_init(&diags, &s->record);
	tt_show_message(s, &t, &head, &diags);
}

void tt_embedded_show(struct tt_show *s, const struct tt_record *rec,
		      const struct tt_parts_found *found, bool want_all)
{
	for (size_t i = 0; i < found->embedded.n; i++)
		show_one(s, rec, found, &found->embedded.v[i], want_all);
}

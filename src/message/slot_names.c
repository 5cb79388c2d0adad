/* slot_names.c - what rule files call the places of a stamp */
#include <tlstrail/message.h>

static const struct {
	const char *name, *comment_name; /* NULL: has none */
} slots[TT_SLOT_COUNT] = {
	[TT_SLOT_HEAD] = { "head", "head_comment" },
	[TT_SLOT_FROM] = { "from", "from_comment" },
	[TT_SLOT_BY] = { "by", "by_comment" },
	[TT_SLOT_BY_TAIL] = { "by_tail", NULL },
	[TT_SLOT_VIA] = { "via", "via_comment" },
	[TT_SLOT_WITH] = { "with", "with_comment" },
	[TT_SLOT_ID] = { "id", "id_comment" },
	[TT_SLOT_FOR] = { "for", "for_comment" },
	[TT_SLOT_TLS] = { "tls", "tls_comment" },
	[TT_SLOT_TAIL] = { "tail", "tail_comment" },
	[TT_SLOT_DATE] = { "date", NULL },
	[TT_SLOT_AFTER_DATE] = { "after_date", "after_date_comment" },
	[TT_SLOT_HELO] = { "helo", NULL },
	[TT_SLOT_TCP_INFO] = { "tcp_info", NULL },
};

bool tt_slot_by_name(struct tt_slice name, enum tt_slot *place_r,
		     bool *is_comment_r)
{
	for (int i = 0; i < TT_SLOT_COUNT; i++) {
		const bool is_comment =
			slots[i].comment_name &&
			tt_slice_eq(name,
				    tt_slice_str(slots[i].comment_name));

		if (!is_comment &&
		    !tt_slice_eq(name, tt_slice_str(slots[i].name)))
			continue;
		*place_r = (enum tt_slot)i;
		*is_comment_r = is_comment;
		return true;
	}
	return false;
}

const char *tt_slot_name(enum tt_slot place, bool is_comment)
{
	return is_comment ? slots[place].comment_name : slots[place].name;
}

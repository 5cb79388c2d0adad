/* paste_order.c - stamps that stand oldest first
 *
 * Which stamp is on top says whom to trust, so the order is turned only where
 * everything agrees: every pair of dates rises downward, the links fit that
 * way round and in no pair the other, and no stamp stands above From, Date,
 * Subject or Message-ID, where a receiving system puts its own.  What only
 * looks so is told (paste-order-kept). */
#include "paste_text.h"

struct order {
	struct tt_header h;
	struct tt_stamp *stamp;
	size_t *field; /* index of each stamp's */
	size_t n;
	size_t rises, falls, undated, turned, given;
	bool is_above; /* a stamp stands above another system's fields */
};

static bool names_meet(const struct tt_stamp *from, const struct tt_stamp *by)
{
	const struct tt_slice name =
		tt_first_word(by->slot[TT_SLOT_BY]);
	const struct tt_slice places[] = { from->peer.first_word,
					   from->peer.comment_name,
					   from->peer.comment_helo };

	for (size_t i = 0; name.n && i < 3; i++)
		if (tt_slice_ieq(name, tt_first_word(places[i])))
			return true;
	return false;
}

static void read_stamps(struct order *o, struct tt_slice text,
			struct tt_arena *arena)
{
	struct tt_diags diags;

	tt_diags_init(&diags, arena);
	tt_header_slice(&o->h, text, arena, &diags);
	o->stamp = TT_NEW_N(arena, struct tt_stamp, TT_MAX_hops);
	o->field = TT_NEW_N(arena, size_t, TT_MAX_hops);
	for (size_t i = 0; i < o->h.fields.n; i++) {
		const struct tt_field *const f = &o->h.fields.v[i];
		static const char *const origin[] = { "From", "Date",
						      "Subject",
						      "Message-ID" };

		for (size_t k = 0; k < 4; k++)
			if (tt_slice_ieq(f->name, tt_slice_str(origin[k])))
				o->is_above |= o->n > 0;
		if (!tt_slice_ieq(f->name, TT_S("Received")) ||
		    o->n == TT_MAX_hops)
			continue;
		o->field[o->n] = i;
		tt_stamp_split(&o->stamp[o->n++], f->value, f->value_off,
			       arena, &diags);
	}
}

static void compare(struct order *o)
{
	const struct tt_stamp *const s = o->stamp;

	for (size_t i = 0; i < o->n; i++)
		o->undated += !s[i].date.is_set;
	for (size_t i = 0; i + 1 < o->n; i++) {
		const bool up = names_meet(&s[i], &s[i + 1]);
		const bool down = names_meet(&s[i + 1], &s[i]);

		o->given += up && !down;
		o->turned += down && !up;
		if (!s[i].date.is_set || !s[i + 1].date.is_set)
			continue;
		o->rises += s[i + 1].date.unix_s > s[i].date.unix_s;
		o->falls += s[i + 1].date.unix_s < s[i].date.unix_s;
	}
}

/* The fields in their places, the stamps among them from the last on. */
static void turn(struct tt_repairs *r, const struct order *o)
{
	size_t left = o->n;

	tt_repairs_begin(r);
	for (size_t i = 0; i < o->h.fields.n; i++) {
		const bool is_stamp =
			left > 0 && o->field[o->n - left] == i;
		const struct tt_field *const f =
			&o->h.fields.v[is_stamp ? o->field[left - 1] : i];
		const size_t end = (size_t)f->value_off + f->value.n;

		left -= is_stamp;
		tt_put_run(r, (size_t)f->off, end);
		if (end < r->text.n)
			tt_put_run(r, end, end + 1);
		else if (r->text.n)
			tt_put_as(r, '\n', r->text.n - 1, r->text.n);
	}
	tt_repairs_turn(r);
}

void tt_paste_order(struct tt_repairs *r)
{
	const struct tt_slice text = { r->text.b, r->text.n };
	struct tt_arena arena = { 0 };
	struct order o = { 0 };

	read_stamps(&o, text, &arena);
	compare(&o);
	if (o.n > 1 && o.n < TT_MAX_hops && !o.h.is_cut &&
	    (o.rises > o.falls ? o.turned >= o.given :
				 o.rises == o.falls && o.turned > o.given)) {
		const size_t at = (size_t)o.h.fields.v[o.field[0]].off;

		if (!o.falls && o.rises && !o.undated && o.turned && !o.given &&
		    !o.is_above) {
			tt_repair_note(r, TT_DIAG_paste_order, at);
			turn(r, &o);
		} else {
			tt_repair_note(r, TT_DIAG_paste_order_kept, at);
		}
	}
	tt_arena_release(&arena);
}

/* parts - the walk over the parts of a message (RFC 2046), a piece at a time
 *
 * Only lines that begin with '-' are looked at, and with '=', which may be an
 * encoded '-'; the rest goes by in runs.  A stack holds the open multiparts: a
 * delimiter of any of them ends what is open inside it.  The line end before a
 * delimiter belongs to the delimiter, so line ends are held back until the
 * next byte is there.  A message inside
 * that is not encoded is walked in place; an encoded one is decoded into a
 * walk of its own, as deep as TT_MAX_embedded_depth.
 *
 * Memory: header blocks up to their limits, delivery-status texts, a line,
 * the boundaries of the open multiparts.  Linear in the body.  Never fails on
 * content; what a limit hides is told once, with its place. */
#include <string.h>

#include <tlstrail/record.h>

#include "parts.h"

/* "--", boundary, "--" and some padding. */
#define LINE_ROOM ((size_t)TT_MAX_mime_boundary + 128)
#define DECODE 4096

/* A message inside whose end is yet to come. */
struct open {
	int index;
	size_t n_multiparts; /* that are open around it */
	uint64_t start;	     /* in the walk */
	struct tt_normal *normal;
	bool has_normal;
};

struct multipart {
	size_t at, n; /* its boundary in `bounds` */
	bool is_digest;
};

enum state { PART_HEADER, MESSAGE_HEADER, BODY };

struct walker {
	struct tt_parts *all;
	size_t level;	/* messages around this walk */
	uint64_t place; /* of a decoded walk: its part in the carrier */
	bool is_decoded, is_cr;

	uint64_t done; /* bytes passed on or dropped */
	uint8_t held[4]; /* a line end, or the beginning of one */
	size_t n_held;
	uint8_t *line; /* one that begins with '-' or '=' */
	size_t n_line;
	bool is_line_start, is_skip_lf;

	struct multipart *multipart; /* TT_MAX_mime_depth of them */
	size_t n_multiparts, n_bounds;
	uint8_t *bounds;
	struct open *open; /* TT_MAX_embedded_depth of them */
	size_t n_open;

	enum state state;
	bool in_digest;
	uint8_t *header;
	size_t n_header, cap_header;
	uint64_t header_length, header_line; /* its last line begins there */
	bool is_blank, is_after_cr;	     /* of that line */
	bool has_text;

	enum tt_part_kind leaf;
	struct tt_decoder decoder;
	uint8_t armour[64]; /* the line of a base64 text */
	size_t n_armour;
	bool is_text_start;
	struct walker *child;
};

struct tt_parts {
	struct walker *top;
	struct tt_parts_options o;
	struct tt_parts_found found;
	uint64_t n_parts, n_headers;
	uint8_t *status;
	size_t n_status;
	uint64_t status_place; /* of the last of them */
	uint32_t told; /* bit per limit below: once is enough */
};

/* A line end before '-' or '='. */
static const struct tt_scan_rule dash_rules[] = {
	{ '\n', '-', '=', '\n', '-', false },
	{ '\n', '-', '=', '\r', '-', false },
};

/* ---- what is told ---- */

static uint64_t place(const struct walker *w)
{
	return w->is_decoded ? w->place : w->done;
}

/* Where a limit was hit; once for each code and message. */
static void tell_limit_at(struct tt_parts *all, enum tt_diag_code code,
			  enum tt_limit_id limit, uint64_t off,
			  uint64_t needed)
{
	const uint32_t bit = (uint32_t)1 << (code - TT_DIAG_mime_depth);

	if (!(all->told & bit))
		tt_diag_limit(&all->found.diags, code, limit, off, needed);
	all->told |= bit;
}

static void tell_limit(struct walker *w, enum tt_diag_code code,
		       enum tt_limit_id limit, uint64_t needed)
{
	tell_limit_at(w->all, code, limit, place(w), needed);
}

static void tell(struct walker *w, enum tt_diag_code code)
{
	tt_diag_add(&w->all->found.diags, code, place(w), NULL);
}

static struct tt_embedded *embedded(const struct walker *w, int index)
{
	return &w->all->found.embedded.v[index];
}

/* The message that is being read: an index, or TT_CARRIER. */
static int current(const struct walker *w)
{
	return w->n_open ? w->open[w->n_open - 1].index : TT_CARRIER;
}

static enum tt_end_to_end *label_of(const struct walker *w)
{
	const int m = current(w);

	return m == TT_CARRIER ? &w->all->found.end_to_end :
				 &embedded(w, m)->end_to_end;
}

/* The first one counts. */
static void take_label(struct walker *w, enum tt_end_to_end label)
{
	enum tt_end_to_end *const of = label_of(w);

	if (*of == TT_E2E_NONE)
		*of = label;
}

/* ---- messages inside ---- */

/* They stay no longer than this. */
static void add_hashed(struct tt_normal *normal, struct tt_slice s)
{
	tt_normal_add(normal, s);
	tt_normal_settle(normal);
}

/* Bytes of the walk belong to every message that is open. */
static void spread(struct walker *w, struct tt_slice s)
{
	for (size_t i = 0; i < w->n_open; i++) {
		embedded(w, w->open[i].index)->length += s.n;
		if (w->open[i].has_normal)
			add_hashed(w->open[i].normal, s);
	}
	w->done += s.n;
}

static void begin_header(struct walker *w, enum state state)
{
	w->state = state;
	w->n_header = 0;
	w->header_length = w->header_line = 0;
	w->is_blank = true;
	w->is_after_cr = w->has_text = false;
}

static void open_message(struct walker *w, int index)
{
	struct open *const o = &w->open[w->n_open++];

	o->index = index;
	o->n_multiparts = w->n_multiparts;
	o->start = w->done;
	o->has_normal = w->all->o.want_hash;
	if (o->has_normal && !o->normal)
		o->normal = tt_normal_new();
	if (o->has_normal)
		tt_normal_begin(o->normal, w->is_cr);
	begin_header(w, MESSAGE_HEADER);
}

static void close_message(struct walker *w)
{
	struct open *const o = &w->open[--w->n_open];
	struct tt_embedded *const m = embedded(w, o->index);

	m->has_hash = o->has_normal;
	if (o->has_normal)
		tt_normal_end(o->normal, m->sha256, m->content_sha256);
}

static int add_message(struct walker *w, bool is_decoded)
{
	struct tt_parts_found *const f = &w->all->found;

	*tt_vec_push(w->all->o.arena, &f->embedded) = (struct tt_embedded){
		.parent = current(w),
		.is_decoded = is_decoded,
		.off = is_decoded ? TT_NO_OFF : w->done,
	};
	return (int)f->embedded.n - 1;
}

/* The header block of the message just begun. */
static void keep_message_header(struct walker *w)
{
	struct tt_parts *const all = w->all;
	struct tt_embedded *const m = embedded(w, current(w));
	const uint64_t room = TT_MAX_embedded_headers - all->n_headers;
	struct tt_slice block = { w->header, w->n_header };

	if (block.n > room) {
		tell_limit(w, TT_DIAG_embedded_headers,
			   TT_LIM_embedded_headers,
			   all->n_headers + block.n);
		block.n = (size_t)room;
	}
	m->header = tt_arena_dup(all->o.arena, block);
	m->header_length = w->header_length;
	all->n_headers += block.n;
}

/* ---- the inside of a part ---- */

static void push(struct walker *w, struct tt_slice s);
static void finish(struct walker *w);
static void begin_walker(struct walker **w, struct walker *around);

static void take_status(struct tt_parts *all, struct tt_slice s)
{
	const size_t room = (size_t)TT_MAX_status_text - all->n_status;
	const size_t n = s.n < room ? s.n : room;

	if (n < s.n)
		tell_limit_at(all, TT_DIAG_status_text, TT_LIM_status_text,
			      all->status_place, 0);
	if (n)
		memcpy(all->status + all->n_status, s.p, n);
	all->n_status += n;
}

/* A byte of a decoded line that begins with '-', or of its end. */
static void take_text_byte(struct walker *w, uint8_t c)
{
	w->is_text_start = c == '\n' || c == '\r';
	if (!w->is_text_start)
		w->armour[w->n_armour++] = c;
	if (!w->is_text_start && w->n_armour < sizeof(w->armour))
		return;
	take_label(w, tt_armour((struct tt_slice){ w->armour, w->n_armour }));
	w->n_armour = 0;
}

/* Decoded text: only its lines that begin with '-' may be armour. */
static void take_text(struct walker *w, struct tt_slice s)
{
	while (s.n) {
		size_t n = 1;

		if (w->n_armour || (w->is_text_start && *s.p == '-')) {
			take_text_byte(w, *s.p);
		} else {
			n = tt_scan(&dash_rules[1], s);
			n += n < s.n;
			w->is_text_start = s.p[n - 1] == '\n' ||
					   s.p[n - 1] == '\r';
		}
		s = tt_slice_sub(s, n, s.n);
	}
}

static void take_decoded(struct walker *w, struct tt_slice s)
{
	if (w->leaf == TT_PART_STATUS)
		take_status(w->all, s);
	else if (w->leaf == TT_PART_MESSAGE)
		push(w->child, s);
	else
		take_text(w, s);
}

/* Lines of base64 that are not decoded, since no armour begins in them.  The
 * last one is: it may end in the middle of what its text's line begins with. */
static size_t pass_dashless(struct walker *w, struct tt_slice s)
{
	if (w->leaf != TT_PART_TEXT || w->n_armour || w->decoder.n_bits)
		return 0;
	size_t n = tt_base64_dashless(s);

	if (n == 0)
		return 0;
	do
		n--;
	while (n && s.p[n - 1] != '\n');
	/* No matter how the line before ends: this one begins with no dashes
	 * that lead to an armour. */
	w->is_text_start &= n == 0;
	return n;
}

/* Plain text is looked at where its lines begin with '-': take_line(). */
static void take_leaf(struct walker *w, struct tt_slice s)
{
	uint8_t out[DECODE + sizeof(w->decoder.held)];

	if (w->leaf == TT_PART_LEAF ||
	    (w->leaf == TT_PART_TEXT &&
	     (w->decoder.coding != TT_CODING_BASE64 || *label_of(w))))
		return;
	if (w->decoder.coding == TT_CODING_IDENTITY) {
		take_decoded(w, s);
		return;
	}
	for (size_t at = pass_dashless(w, s); at < s.n; at += DECODE) {
		const size_t n = tt_decode(&w->decoder,
					   tt_slice_sub(s, at, DECODE), out);

		take_decoded(w, (struct tt_slice){ out, n });
	}
}

/* The text of the last status part is whole. */
static void end_status(struct tt_parts *all)
{
	struct tt_status_part *const part =
		&all->found.status.v[all->found.status.n - 1];
	const size_t n = part->text.n;

	part->text = tt_arena_dup(
		all->o.arena,
		(struct tt_slice){ all->status + n, all->n_status - n });
}

static void begin_status(struct walker *w)
{
	struct tt_parts *const all = w->all;
	const uint64_t start = w->n_open ? w->open[w->n_open - 1].start : 0;

	/* Until its end, text.n tells where in `status` it begins. */
	*tt_vec_push(all->o.arena, &all->found.status) =
		(struct tt_status_part){
			.message = current(w),
			.text = { NULL, all->n_status },
			.off = w->decoder.coding == TT_CODING_IDENTITY ?
				       w->done - start :
				       TT_NO_OFF,
		};
	all->status_place = place(w);
	w->leaf = TT_PART_STATUS;
}

static void begin_message(struct walker *w)
{
	struct tt_parts *const all = w->all;
	const size_t depth = w->level + w->n_open;

	if (depth >= TT_MAX_embedded_depth) {
		tell_limit(w, TT_DIAG_embedded_depth, TT_LIM_embedded_depth,
			   depth + 1);
	} else if (all->found.embedded.n >= TT_MAX_embedded) {
		tell_limit(w, TT_DIAG_embedded, TT_LIM_embedded, 0);
	} else if (w->decoder.coding == TT_CODING_UNREAD) {
		tell(w, TT_DIAG_part_encoding);
	} else if (w->decoder.coding == TT_CODING_IDENTITY) {
		open_message(w, add_message(w, w->is_decoded));
	} else {
		begin_walker(&w->child, w);
		open_message(w->child, add_message(w, true));
		w->leaf = TT_PART_MESSAGE;
	}
}

static void begin_multipart(struct walker *w, const struct tt_part_type *t)
{
	struct multipart *const m = &w->multipart[w->n_multiparts];

	if (t->boundary.n == 0) {
		tell(w, TT_DIAG_no_boundary);
	} else if (t->boundary.n > TT_MAX_mime_boundary) {
		tell_limit(w, TT_DIAG_mime_boundary, TT_LIM_mime_boundary,
			   t->boundary.n);
	} else if (w->n_multiparts >= TT_MAX_mime_depth) {
		tell_limit(w, TT_DIAG_mime_depth, TT_LIM_mime_depth, 0);
	} else {
		*m = (struct multipart){ w->n_bounds, t->boundary.n,
					 t->is_digest };
		w->bounds = tt_realloc(w->bounds, m->at + m->n);
		memcpy(w->bounds + m->at, t->boundary.p, m->n);
		w->n_bounds = m->at + m->n;
		w->n_multiparts++;
	}
}

/* A header is whole: what follows it?  is_end: nothing does. */
static void look_at(struct walker *w, struct tt_slice header, bool is_end)
{
	const struct tt_mime_field where = {
		.off = place(w),
		.arena = w->all->o.arena,
		.diags = &w->all->found.diags,
	};
	struct tt_part_type t;

	tt_part_look(&t, header, w->is_cr,
		     w->state == PART_HEADER && w->in_digest, &where);
	w->state = BODY;
	w->leaf = TT_PART_LEAF;
	w->n_armour = 0;
	w->is_text_start = true;
	w->decoder = (struct tt_decoder){ .coding = t.coding };
	take_label(w, t.label);
	if (t.is_outlook)
		tell(w, TT_DIAG_outlook_part);
	if (t.is_tnef)
		tell(w, TT_DIAG_tnef_part);
	if (is_end)
		return;
	if (t.kind == TT_PART_MULTIPART)
		begin_multipart(w, &t);
	else if (t.kind == TT_PART_MESSAGE)
		begin_message(w);
	else if (t.kind == TT_PART_STATUS)
		begin_status(w);
	else
		w->leaf = t.kind;
}

static void end_header(struct walker *w, bool is_end)
{
	if (w->state == MESSAGE_HEADER)
		keep_message_header(w);
	else if (w->header_length > w->n_header)
		tell_limit(w, TT_DIAG_part_header, TT_LIM_part_header,
			   w->header_length);
	look_at(w, (struct tt_slice){ w->header, w->n_header }, is_end);
}

static void end_leaf(struct walker *w)
{
	if (w->state != BODY)
		end_header(w, true);
	else if (w->leaf == TT_PART_STATUS)
		end_status(w->all);
	else if (w->leaf == TT_PART_MESSAGE)
		finish(w->child);
	else if (w->leaf == TT_PART_TEXT && w->n_armour)
		take_text(w, TT_S("\n"));
	w->leaf = TT_PART_LEAF;
	w->n_armour = 0;
}

/* ---- header blocks ---- */

static void keep_header(struct walker *w, struct tt_slice s)
{
	const size_t max = w->state == PART_HEADER ?
				   (size_t)TT_MAX_part_header :
				   (size_t)TT_MAX_header_block;
	const size_t room = max - w->n_header;
	const size_t n = s.n < room ? s.n : room;

	w->header_length += s.n;
	if (n == 0)
		return;
	if (w->n_header + n > w->cap_header) {
		w->cap_header = (w->n_header + n) * 2;
		w->header = tt_realloc(w->header, w->cap_header);
	}
	memcpy(w->header + w->n_header, s.p, n);
	w->n_header += n;
}

/* The blank line that ends a header is no part of it. */
static void drop_blank(struct walker *w)
{
	if (w->n_header > w->header_line)
		w->n_header = (size_t)w->header_line;
	w->header_length = w->header_line;
}

/* A line end of the header stands at `at` in it: is its line the blank one? */
static bool ends_header(struct walker *w, uint64_t at)
{
	if (w->is_blank && (w->has_text || w->state == PART_HEADER))
		return true;
	w->has_text |= !w->is_blank;
	w->is_blank = true;
	w->header_line = at + 1;
	return false;
}

/* Bytes of s up to and with the blank line's end; 0: it is not there. */
static size_t find_blank(struct walker *w, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		const uint8_t c = s.p[i];
		const uint64_t at = w->header_length + i;
		const bool was_cr = w->is_after_cr;

		w->is_after_cr = c == '\r';
		if (w->is_cr && was_cr && c == '\n') {
			w->header_line = at + 1;
			continue;
		}
		if (c == '\n' || (w->is_cr && c == '\r')) {
			if (ends_header(w, at))
				return i + 1;
		} else if (c != '\r') {
			w->is_blank = false;
		}
	}
	return 0;
}

/* Bytes that are no delimiter. */
static void content(struct walker *w, struct tt_slice s)
{
	while (s.n && w->state != BODY) {
		const size_t n = find_blank(w, s);
		const struct tt_slice mine = tt_slice_sub(s, 0, n ? n : s.n);

		spread(w, mine);
		keep_header(w, mine);
		s = tt_slice_sub(s, mine.n, s.n);
		if (n == 0)
			return;
		drop_blank(w);
		end_header(w, false);
	}
	if (s.n == 0)
		return;
	spread(w, s);
	take_leaf(w, s);
}

/* ---- lines ---- */

/* How many bytes at the end of s are, or may become, a line end. */
static size_t line_end_tail(struct tt_slice s)
{
	size_t n = s.n && s.p[s.n - 1] == '\n';

	while (n < s.n && n < 3 && s.p[s.n - 1 - n] == '\r')
		n++;
	return n;
}

static void flush_held(struct walker *w)
{
	const size_t n = w->n_held;
	uint8_t held[sizeof(w->held)];

	memcpy(held, w->held, n);
	w->n_held = 0;
	content(w, (struct tt_slice){ held, n });
}

/* Content, less the line end that may belong to a delimiter. */
static void pass(struct walker *w, struct tt_slice s)
{
	uint8_t both[2 * sizeof(w->held)];

	if (w->n_held && s.n <= sizeof(w->held)) {
		memcpy(both, w->held, w->n_held);
		memcpy(both + w->n_held, s.p, s.n);
		s = (struct tt_slice){ both, w->n_held + s.n };
		w->n_held = 0;
	} else if (w->n_held) {
		flush_held(w);
	}
	const size_t n = line_end_tail(s);

	content(w, tt_slice_sub(s, 0, s.n - n));
	memcpy(w->held, s.p + s.n - n, n);
	w->n_held = n;
}

/* "--boundary", perhaps "--", then space only (RFC 2046 5.1.1).  Index of the
 * innermost multipart it belongs to, or -1. */
static int find_multipart(const struct walker *w, struct tt_slice line,
			  bool *is_close_r)
{
	if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
		return -1;
	const struct tt_slice s =
		tt_slice_trim(tt_slice_sub(line, 2, line.n));
	const bool may_close = s.n > 2 &&
			       memcmp(s.p + s.n - 2, "--", 2) == 0;

	for (size_t i = w->n_multiparts; i-- > 0;) {
		const struct multipart *const m = &w->multipart[i];
		const uint8_t *const bound = w->bounds + m->at;

		*is_close_r = may_close && s.n == m->n + 2;
		if ((s.n == m->n || *is_close_r) &&
		    memcmp(s.p, bound, m->n) == 0)
			return (int)i;
	}
	return -1;
}

/* Ends what is open inside multipart k, and begins its next part. */
static void take_delimiter(struct walker *w, size_t k, bool is_close,
			   struct tt_slice line)
{
	const struct multipart *const m = &w->multipart[k];

	end_leaf(w);
	while (w->n_open && w->open[w->n_open - 1].n_multiparts > k)
		close_message(w);
	spread(w, (struct tt_slice){ w->held, w->n_held });
	spread(w, line);
	w->n_held = 0;
	w->n_multiparts = k + !is_close;
	w->n_bounds = m->at + (is_close ? 0 : m->n);
	w->is_skip_lf = line.p[line.n - 1] == '\r';
	if (is_close)
		return;
	if (w->all->n_parts++ >= TT_MAX_mime_parts) {
		tell_limit(w, TT_DIAG_mime_parts, TT_LIM_mime_parts, 0);
		return;
	}
	w->in_digest = m->is_digest;
	begin_header(w, PART_HEADER);
}

/* A line of a text: armour as written, or quoted-printable (=2D----BEGIN). */
static void take_text_line(struct walker *w, struct tt_slice line)
{
	struct tt_decoder decoder = w->decoder;
	uint8_t out[2 * sizeof(w->armour) + sizeof(decoder.held)];

	if (decoder.coding == TT_CODING_QP) {
		decoder.n_held = 0;
		line = tt_slice_sub(line, 0, 2 * sizeof(w->armour));
		line = (struct tt_slice){ out,
					  tt_decode(&decoder, line, out) };
	}
	take_label(w, tt_armour(line));
}

/* A line that begins so is whole, or longer than any delimiter. */
static void take_line(struct walker *w)
{
	const struct tt_slice line = { w->line, w->n_line };
	const uint8_t last = line.p[line.n - 1];
	bool is_close = false;
	int k = find_multipart(w, line, &is_close);

	w->n_line = 0;
	w->is_line_start = last == '\n' || (w->is_cr && last == '\r');
	if (k < 0 && w->state != BODY) {
		/* The line end held may be the one that ends the header. */
		flush_held(w);
		if (w->state == BODY)
			k = find_multipart(w, line, &is_close);
	}
	if (k >= 0) {
		take_delimiter(w, (size_t)k, is_close, line);
		return;
	}
	if (w->leaf == TT_PART_TEXT && w->state == BODY)
		take_text_line(w, line);
	pass(w, line);
}

/* Bytes of s that belong to the line begun. */
static size_t rest_of_line(const struct walker *w, struct tt_slice s)
{
	const size_t room = LINE_ROOM - w->n_line;
	size_t n = 0;

	while (n < s.n && n < room) {
		const uint8_t c = s.p[n++];

		if (c == '\n' || (w->is_cr && c == '\r'))
			break;
	}
	return n;
}

static void add_to_line(struct walker *w, struct tt_slice s)
{
	memcpy(w->line + w->n_line, s.p, s.n);
	w->n_line += s.n;
	const uint8_t last = w->line[w->n_line - 1];

	if (w->n_line == LINE_ROOM || last == '\n' ||
	    (w->is_cr && last == '\r'))
		take_line(w);
}

/* "=2D" is not looked for behind bare CRs: no rule has room for it. */
static bool is_dash(const struct walker *w, uint8_t c)
{
	return c == '-' || (c == '=' && !w->is_cr);
}

static void push(struct walker *w, struct tt_slice s)
{
	while (s.n) {
		size_t n;

		if (w->is_skip_lf) {
			w->is_skip_lf = false;
			n = *s.p == '\n';
			spread(w, tt_slice_sub(s, 0, n));
		} else if (w->n_line || (w->is_line_start && is_dash(w, *s.p))) {
			n = rest_of_line(w, s);
			add_to_line(w, tt_slice_sub(s, 0, n));
		} else {
			n = tt_scan(&dash_rules[w->is_cr], s);
			n += n < s.n;
			pass(w, tt_slice_sub(s, 0, n));
			w->is_line_start = s.p[n - 1] == '\n' ||
					   (w->is_cr && s.p[n - 1] == '\r');
		}
		s = tt_slice_sub(s, n, s.n);
	}
}

/* ---- a walk ---- */

static void begin_walker(struct walker **at, struct walker *around)
{
	struct walker *w = *at;

	if (!w) {
		w = *at = tt_zalloc(sizeof(*w));
		w->line = tt_malloc(LINE_ROOM);
		w->multipart = tt_zalloc((size_t)TT_MAX_mime_depth *
					 sizeof(*w->multipart));
		w->open = tt_zalloc((size_t)TT_MAX_embedded_depth *
				    sizeof(*w->open));
	}
	w->all = around->all;
	w->level = around->level + around->n_open;
	w->place = place(around);
	w->is_decoded = true;
	w->is_cr = false;
	w->done = 0;
	w->n_held = w->n_line = 0;
	w->is_line_start = true;
	w->is_skip_lf = false;
	w->n_multiparts = w->n_bounds = w->n_open = 0;
	w->in_digest = false;
	w->leaf = TT_PART_LEAF;
	w->state = BODY;
}

static void finish(struct walker *w)
{
	if (w->n_line)
		take_line(w);
	flush_held(w);
	end_leaf(w);
	while (w->n_open)
		close_message(w);
}

static void free_walker(struct walker *w)
{
	while (w) {
		struct walker *const child = w->child;

		for (size_t i = 0; i < TT_MAX_embedded_depth; i++)
			tt_normal_free(&w->open[i].normal);
		tt_free(&w->open);
		tt_free(&w->multipart);
		tt_free(&w->line);
		tt_free(&w->bounds);
		tt_free(&w->header);
		tt_free(&w);
		w = child;
	}
}

struct tt_parts *tt_parts_new(void)
{
	struct tt_parts *const p = tt_zalloc(sizeof(*p));

	p->status = tt_malloc((size_t)TT_MAX_status_text);
	return p;
}

void tt_parts_free(struct tt_parts **parts)
{
	if (!*parts)
		return;
	free_walker((*parts)->top);
	tt_free(&(*parts)->status);
	tt_free(parts);
}

bool tt_parts_begin(struct tt_parts *p, struct tt_slice header,
		    const struct tt_parts_options *options)
{
	struct walker around = { .all = p };

	p->o = *options;
	p->found = (struct tt_parts_found){ 0 };
	tt_diags_init(&p->found.diags, options->arena);
	p->n_parts = p->n_headers = p->n_status = 0;
	p->told = 0;
	begin_walker(&p->top, &around);
	p->top->is_decoded = false;
	p->top->is_cr = options->is_cr;
	p->top->done = options->body_off;
	look_at(p->top, header, false);
	return p->top->leaf != TT_PART_LEAF || p->top->n_multiparts ||
	       p->top->n_open;
}

void tt_parts_add(struct tt_parts *parts, struct tt_slice bytes)
{
	push(parts->top, bytes);
}

const struct tt_parts_found *tt_parts_end(struct tt_parts *parts)
{
	finish(parts->top);
	return &parts->found;
}

/* mime - what GMime reads for us: address lists and Content-Type parameters
 *
 * GMime gets a C string of TT_MAX_gmime_value bytes at most, with at most
 * TT_MAX_address_colons colons (it recurses at each group); a longer address
 * list goes in pieces.  It never sees an encoded word in a charset that is
 * not on the list, since it would open iconv with it.  What it cannot read
 * is given back as written. */
#include <pthread.h>
#include <string.h>

#include <gmime/gmime.h>

#include "mime.h"

void tt_mime_start(void)
{
	/* GMime's own state is global; this is its "done" mark. */
	static pthread_once_t is_started = PTHREAD_ONCE_INIT;

	(void)pthread_once(&is_started, g_mime_init);
}

void tt_message_preload(void)
{
	static pthread_once_t is_loaded = PTHREAD_ONCE_INIT;

	tt_mime_start();
	(void)pthread_once(&is_loaded, tt_mime_load_charsets);
}

void tt_message_versions(struct tt_out *out)
{
	tt_out_printf(out, "GMime %u.%u.%u\n", gmime_major_version,
		      gmime_minor_version, gmime_micro_version);
	tt_out_printf(out, "GLib %u.%u.%u\n", glib_major_version,
		      glib_minor_version, glib_micro_version);
}

/* A copy for GMime, with its encoded words made plain text unless their
 * charset is on the list.  Inside a word, and where none can end, no other
 * begins. */
static char *copy_value(const struct tt_mime_field *f)
{
	char *const copy = tt_arena_cstr(f->arena, f->value);
	size_t until = 0;

	for (size_t i = 0; i + 1 < f->value.n; i++) {
		size_t n = 0, looked = 0;

		if (copy[i] != '=' || copy[i + 1] != '?')
			continue;
		if (i >= until) {
			n = tt_mime_word_bytes(
				tt_slice_sub(f->value, i, f->value.n),
				&looked);
			until = i + (n > 0 ? n : looked);
		}
		if (n == 0)
			copy[i + 1] = '_';
	}
	return copy;
}

/* ---- addresses ---- */

/* Where a walk over an address list stands (RFC 5322 3.4). */
struct list_state {
	uint8_t closer; /* '"', '>' or ']': inside of such a pair */
	int comments;
	bool is_group;
};

/* Whether `c` is in no quotes, brackets or comment. */
static bool is_outside(struct list_state *st, uint8_t c)
{
	static const char openers[] = "\"<[", closers[] = "\">]";

	if (st->closer) {
		if (c == st->closer)
			st->closer = 0;
		return false;
	}
	if (c == '(' || (c == ')' && st->comments > 0)) {
		st->comments += c == '(' ? 1 : -1;
		return false;
	}
	if (st->comments > 0)
		return false;
	const char *const opener = c ? strchr(openers, c) : NULL;

	if (opener)
		st->closer = (uint8_t)closers[opener - openers];
	return !opener;
}

static bool is_ascii(struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

/* Where addresses go. */
struct sink {
	struct tt_identity *identity;
	const struct tt_mime_field *f;
	bool is_ascii; /* the field */
};

static void add_text(const struct sink *to, struct tt_slice s)
{
	const struct tt_slice line = tt_mime_one_line(to->f->arena, s);

	if (line.n > 0)
		*tt_vec_push(to->f->arena, &to->identity->to) = line;
}

/* GMime turns xn-- into letters; where none but ASCII was written, we take
 * its way back. */
static void add_mailbox(const struct sink *to, InternetAddress *a)
{
	InternetAddressMailbox *const box = INTERNET_ADDRESS_MAILBOX(a);
	const char *text = internet_address_mailbox_get_addr(box);

	if (text && to->is_ascii && !is_ascii(tt_slice_str(text)))
		text = internet_address_mailbox_get_idn_addr(box);
	if (!text || !*text)
		text = internet_address_get_name(a);
	add_text(to, tt_slice_str(text));
}

/* Groups in groups: as deep as the field has colons. */
static void add_list(const struct sink *to, InternetAddressList *list)
{
	const int n = internet_address_list_length(list);

	for (int i = 0; i < n; i++) {
		InternetAddress *const a =
			internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_GROUP(a))
			add_list(to, internet_address_group_get_members(
					     INTERNET_ADDRESS_GROUP(a)));
		else
			add_mailbox(to, a);
	}
}

static void add_piece(const struct sink *to, const char *text)
{
	InternetAddressList *const list =
		internet_address_list_parse(NULL, text);

	if (!list) {
		add_text(to, tt_slice_str(text));
		return;
	}
	add_list(to, list);
	g_object_unref(list);
}

/* Whether an address ends at this byte, which makes it a comma: Outlook
 * writes "a; b", and GMime would stop there. */
static bool is_separator(struct list_state *st, char *text)
{
	if (!is_outside(st, (uint8_t)*text))
		return false;
	if (*text == ';' && !st->is_group)
		*text = ',';
	if (*text == ':' || *text == ';')
		st->is_group = *text == ':';
	return *text == ',' && !st->is_group;
}

/* GMime gets as many whole addresses at a time as the limit allows; false
 * and *left_r where one alone is longer. */
static bool add_pieces(const struct sink *to, char *text,
		       const char **left_r)
{
	struct list_state st = { 0 };
	char *start = text, *comma = NULL;

	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (is_separator(&st, text))
			comma = text;
		if ((uint64_t)(text - start) < TT_MAX_gmime_value)
			continue;
		*left_r = start;
		if (!comma)
			return false;
		*comma = '\0';
		add_piece(to, start);
		start = comma + 1;
		comma = NULL;
	}
	add_piece(to, start);
	return true;
}

static size_t count(struct tt_slice s, uint8_t c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

void tt_mime_add_addresses(struct tt_identity *identity,
			   const struct tt_mime_field *f)
{
	const struct sink to = { identity, f, is_ascii(f->value) };
	const size_t colons = count(f->value, ':');
	const char *left = NULL;

	if (colons > TT_MAX_address_colons) {
		tt_diag_limit(f->diags, TT_DIAG_gmime_cut,
			      TT_LIM_address_colons, f->off, colons);
		add_text(&to, f->value);
		return;
	}
	if (tt_slice_chr(f->value, '\0') != SIZE_MAX) {
		add_text(&to, f->value);
		return;
	}
	tt_mime_start();
	if (add_pieces(&to, copy_value(f), &left))
		return;
	tt_diag_limit(f->diags, TT_DIAG_gmime_cut, TT_LIM_gmime_value, f->off,
		      f->value.n);
	add_text(&to, tt_slice_str(left));
}

/* ---- Content-Type ---- */

/* NUL would end the string, and 'charset'language' (RFC 2231) would open
 * iconv: neither belongs in the parameters we ask for. */
static char *copy_type(const struct tt_mime_field *f)
{
	char *const copy = copy_value(f);

	for (size_t i = 0; i < f->value.n; i++)
		if (copy[i] == '\0' || copy[i] == '\'')
			copy[i] = ' ';
	return copy;
}

struct tt_slice tt_mime_param(const struct tt_mime_field *f, const char *name)
{
	struct tt_slice found = TT_NO_SLICE;

	if (f->value.n > TT_MAX_gmime_value) {
		tt_diag_limit(f->diags, TT_DIAG_gmime_cut, TT_LIM_gmime_value,
			      f->off, f->value.n);
		return found;
	}
	tt_mime_start();
	GMimeContentType *const type =
		g_mime_content_type_parse(NULL, copy_type(f));

	if (!type)
		return found;
	const char *const text =
		g_mime_content_type_get_parameter(type, name);

	if (text)
		found = tt_mime_one_line(f->arena, tt_slice_str(text));
	g_object_unref(type);
	return found;
}

/* mime.h - MIME text, addresses and parameters (private to message)
 *
 * GMime and GLib are called from mime*.c and date_gmime.c only. */
#ifndef TLSTRAIL_MIME_H
#define TLSTRAIL_MIME_H

#include <tlstrail/message.h>

/* A field's value, and where results and diags go. */
struct tt_mime_field {
	struct tt_slice value;
	uint64_t off; /* in the message */
	struct tt_arena *arena;
	struct tt_diags *diags;
};

/* Before any call of GMime; does its work once. */
void tt_mime_start(void);

/* Loads the modules of all charsets on the list, to stay; once. */
void tt_mime_load_charsets(void);

/* Trimmed, folds undone, CR, LF and TAB as spaces. */
struct tt_slice tt_mime_one_line(struct tt_arena *arena, struct tt_slice s);

/* One line with its encoded words (RFC 2047) decoded to UTF-8.  Words in a
 * charset that is not on the list stay as written, with a diag; so does a
 * value of more than TT_MAX_gmime_value bytes. */
struct tt_slice tt_mime_text(const struct tt_mime_field *f);

/* Bytes of the encoded word at the start of `s`; 0 where there is none or
 * its charset is not on the list.  *looked_r, if not 0: in that many bytes
 * no word ends, so that a caller need not look there again. */
size_t tt_mime_word_bytes(struct tt_slice s, size_t *looked_r);

/* Adds each mailbox as "a@b"; the value as written where it cannot be read,
 * with a diag where a limit is why. */
void tt_mime_add_addresses(struct tt_identity *identity,
			   const struct tt_mime_field *f);

/* A parameter of a Content-Type value; n 0 where it is missing. */
struct tt_slice tt_mime_param(const struct tt_mime_field *f,
			      const char *name);

#endif

/* diag.h - what was skipped, cut, repaired or over a limit
 *
 * A diag is a fact with a code and a place.  Each message has its own list
 * (printed with its timeline); each source has one for what belongs to no
 * message (standard error).  Codes stand in one table, so that `explain`
 * and the tests know them all. */
#ifndef TLSTRAIL_UTIL_DIAG_H
#define TLSTRAIL_UTIL_DIAG_H

#include <tlstrail/util/arena.h>
#include <tlstrail/util/limits.h>

#define TT_NO_OFF UINT64_MAX

enum tt_severity {
	TT_SEV_NOTE,   /* told, but exit status stays 0: repairs of a paste */
	TT_SEV_DIAG,   /* the record goes on, less one thing */
	TT_SEV_FAILED, /* this record, member or file is abandoned */
};

/* code, severity, meaning, example */
#define TT_DIAG_CODES(X)                                                      \
	X(no_colon, "no-colon", DIAG,                                         \
	  "a line of the header block has no colon; it was passed over",      \
	  "Received from mx.example ...")                                     \
	X(space_before_colon, "space-before-colon", NOTE,                     \
	  "a field name is followed by space before its colon",               \
	  "Received : from ...")                                              \
	X(quoted_field, "quoted-field", DIAG,                                 \
	  "a field name begins with '>': the field is another message's and " \
	  "is not read", ">Received: from ...")                               \
	X(bom, "bom", NOTE, "a byte order mark stood before the first field", \
	  "EF BB BF 52 65 ...")                                               \
	X(blank_lead, "blank-lead", NOTE,                                     \
	  "blank lines stood before the first field", "")                     \
	X(orphan_fold, "orphan-fold", DIAG,                                   \
	  "the block begins with a continuation line that continues nothing", \
	  " by mx.example with ...")                                          \
	X(from_line, "from-line", NOTE,                                       \
	  "an mbox From line stood before the header", "From a@b Mon ...")    \
	X(frame_cut, "frame-cut", FAILED,                                     \
	  "what was read of a message or record is too much to be kept; it "  \
	  "is not in the case", "17 MB of quotes")                            \
	X(outside_period, "outside-period", NOTE,                             \
	  "messages of this file are outside --since and --until and are "    \
	  "not in the case", "12 messages")                                   \
	X(worker_lost, "worker-lost", FAILED,                                 \
	  "the process that read this was lost", "killed by signal 11")       \
	X(no_header, "no-header", FAILED,                                     \
	  "no header field was found where a message should be", "")          \
	X(body_like_header, "body-like-header", NOTE,                         \
	  "the body begins like a header: if this is a paste with blank "     \
	  "lines in it, take them out", "Received: from ... behind a blank "  \
	  "line")                                                             \
	X(paste_utf16, "paste-utf16", NOTE,                                   \
	  "a paste in UTF-16 was decoded",                                    \
	  "FF FE 52 00 65 00")                                                \
	X(paste_entities, "paste-entities", NOTE,                             \
	  "HTML entities of a paste were decoded",                            \
	  "&#43;0000")                                                        \
	X(paste_quoted_printable, "paste-quoted-printable", NOTE,             \
	  "quoted-printable of a paste was decoded",                          \
	  "version=3DTLS1_2")                                                 \
	X(paste_spaces, "paste-spaces", NOTE,                                 \
	  "characters of a paste that only look like spaces, or have no"      \
	  " width, were read as such",                                        \
	  "a no-break space")                                                 \
	X(paste_quotes, "paste-quotes", NOTE,                                 \
	  "quotes and dashes of a word processor were read as the plain"      \
	  " ones",                                                            \
	  "U+2013 for -")                                                     \
	X(paste_rewrapped, "paste-rewrapped", NOTE,                           \
	  "lines of a paste that were cut at a fixed width were joined",      \
	  "TLS_AES_256_G / CM_SHA384")                                        \
	X(paste_unquoted, "paste-unquoted", NOTE,                             \
	  "quoting before the lines of a paste was taken off",                \
	  "> Received: ...")                                                  \
	X(paste_line_numbers, "paste-line-numbers", NOTE,                     \
	  "numbers or bars before the lines of a paste were taken off",       \
	  "12: Received: ...")                                                \
	X(paste_indent, "paste-indent", NOTE,                                 \
	  "indentation before the lines of a paste was taken off",            \
	  "    Received: ...")                                                \
	X(paste_page_text, "paste-page-text", NOTE,                           \
	  "text around the pasted header was passed over",                    \
	  "Download Original")                                                \
	X(paste_blank_lines, "paste-blank-lines", NOTE,                       \
	  "blank lines inside a pasted header were passed over",              \
	  "Received: ..., a blank line, Received: ...")                       \
	X(paste_unfolded, "paste-unfolded", NOTE,                             \
	  "lines of a paste that lost the space before them were read "       \
	  "as going on",                                                      \
	  "by mx.example.net with ...")                                       \
	X(paste_order, "paste-order", NOTE,                                   \
	  "the stamps of a paste stood oldest first and were turned",         \
	  "hop 1 above hop 2")                                                \
	X(paste_order_kept, "paste-order-kept", DIAG,                         \
	  "the stamps of a paste may stand oldest first, but not all of"      \
	  " them say so: they were read as they stand",                       \
	  "dates that rise downward")                                         \
	X(paste_body, "paste-body", NOTE,                                     \
	  "the body below a pasted header was not looked at: its lines were " \
	  "changed on the way like those of the header",                      \
	  "> --boundary")                                                     \
	X(paste_unsure, "paste-unsure", DIAG,                                 \
	  "a paste can be read in two ways; the one that says less was "      \
	  "taken",                                                            \
	  "a line cut at 72 columns, or a lost fold")                         \
	X(header_cut, "limit-header-block", DIAG,                             \
	  "the header block is longer than the limit; the rest was not read", \
	  "")                                                                 \
	X(fields_cut, "limit-header-fields", DIAG,                            \
	  "more header fields than the limit; the rest was not read", "")     \
	X(value_cut, "limit-header-value", DIAG,                              \
	  "a header field is longer than the limit and was cut", "")          \
	X(hops_cut, "limit-hops", DIAG,                                       \
	  "more Received fields than the limit; the newest were kept", "")    \
	X(tokens_cut, "limit-stamp-tokens", DIAG,                             \
	  "a Received field has more words than the limit; the rest was not " \
	  "read", "")                                                         \
	X(mailbox_cut, "limit-mailbox", DIAG,                                 \
	  "a quoted address in a Received field is longer than the limit; "   \
	  "words of it may have been read as the receiver's", "")             \
	X(date_cut, "limit-date-text", DIAG,                                  \
	  "the Date field is longer than the limit, and no date was found "   \
	  "in what was read", "")                                             \
	X(status_damaged, "report-damaged", DIAG,                             \
	  "a line of a delivery report could not be read; it was passed "     \
	  "over", "Action failed")                                            \
	X(status_decoded, "report-decoded", NOTE,                             \
	  "a delivery report was encoded: its attempts cannot be quoted by "  \
	  "their place", "Content-Transfer-Encoding: base64")                 \
	X(recipients_cut, "limit-report-recipients", DIAG,                    \
	  "a delivery report names more recipients than the limit; the rest " \
	  "was not read", "")                                                 \
	X(attempts_cut, "limit-attempts", DIAG,                               \
	  "more attempts than the limit; the rest was not read", "")          \
	X(diagnostic_cut, "limit-diagnostic-text", NOTE,                      \
	  "an answer in a delivery report is longer than what is judged", "") \
	X(gmime_cut, "limit-gmime-value", DIAG,                               \
	  "a field was too long to be decoded; it is shown as written", "")   \
	X(mime_depth, "limit-mime-depth", DIAG,                               \
	  "multiparts are nested deeper than the limit; the inner ones were " \
	  "not read", "")                                                     \
	X(mime_parts, "limit-mime-parts", DIAG,                               \
	  "more parts than the limit; the rest were not read", "")            \
	X(mime_boundary, "limit-mime-boundary", DIAG,                         \
	  "a boundary is longer than the limit; the multipart was not read",  \
	  "")                                                                 \
	X(no_boundary, "no-boundary", NOTE,                                   \
	  "a multipart names no boundary, so it cannot be divided",           \
	  "Content-Type: multipart/mixed")                                    \
	X(part_header, "limit-part-header", DIAG,                             \
	  "the header of a part is longer than the limit; the rest was not "  \
	  "read", "")                                                         \
	X(embedded_depth, "limit-embedded-depth", DIAG,                       \
	  "messages inside messages, deeper than the limit, were not read",   \
	  "")                                                                 \
	X(embedded, "limit-embedded", DIAG,                                   \
	  "more messages inside than the limit; the rest were not read", "")  \
	X(embedded_headers, "limit-embedded-headers", DIAG,                   \
	  "the headers of the messages inside are longer than the limit; "    \
	  "one was cut", "")                                                  \
	X(status_text, "limit-status-text", DIAG,                             \
	  "a delivery status is longer than the limit and was cut", "")       \
	X(part_encoding, "part-encoding", DIAG,                               \
	  "a message inside is in an encoding that is not read",              \
	  "Content-Transfer-Encoding: x-uuencode")                            \
	X(outlook_part, "outlook-part", DIAG,                                 \
	  "an attached Outlook .msg was not read: save it and convert it "    \
	  "with msgconvert", "application/vnd.ms-outlook")                    \
	X(tnef_part, "tnef-part", NOTE,                                       \
	  "a TNEF part (winmail.dat), which may hold messages, was not read", \
	  "application/ms-tnef")                                              \
	X(charset, "unknown-charset", NOTE,                                   \
	  "an encoded word names a charset that is not on the list; it is "   \
	  "shown as written", "=?x-unknown?q?...?=")                          \
	X(regex_limit, "limit-regex", DIAG,                                   \
	  "a rule gave up on a field that makes it work too long; its "       \
	  "answer is missing, not negative", "")                              \
	X(sender_cut, "limit-sender-text", DIAG,                              \
	  "what a sender wrote into a Received field is longer than is "      \
	  "searched for text that looks like a statement of TLS", "")         \
	X(redact_words, "limit-redact-words", DIAG,                           \
	  "more words before logins in one text than the limit; all behind "  \
	  "the last was hidden", "authid a authid b ...")                     \
	X(trust_name, "trust-needs-address", NOTE,                            \
	  "--trust NAME matched only a HELO, which the sender writes: give "  \
	  "the address instead", "--trust 192.0.2.0/24")                      \
	X(open_failed, "open-failed", FAILED, "a file could not be opened",   \
	  "permission denied")                                                \
	X(read_failed, "read-failed", FAILED,                                 \
	  "reading stopped before the end", "input/output error")             \
	X(not_regular, "not-a-file", FAILED,                                  \
	  "neither a regular file nor a pipe", "a device")                    \
	X(is_directory, "is-a-directory", FAILED,                             \
	  "a directory was given where a file is read", "")                   \
	X(link_followed, "link-followed", NOTE,                               \
	  "the input is a symbolic link; what it points to was read",         \
	  "mail -> /srv/mail")                                                \
	X(link_skipped, "link-skipped", DIAG,                                 \
	  "a symbolic link in a directory is not followed: name what it "     \
	  "points to, if it is to be read", "")                               \
	X(store_own, "store-file", NOTE,                                      \
	  "files that a mail store keeps beside its mail were not read",      \
	  "dovecot.index, .mh_sequences")                                     \
	X(unfinished, "left-in-tmp", NOTE,                                    \
	  "deliveries that have not ended stand in a Maildir's tmp and were " \
	  "left: name the files to have them read", "")                       \
	X(deleted, "left-as-deleted", NOTE,                                   \
	  "messages of an mh folder that are deleted by their names were "    \
	  "left: name the files to have them read", ",5")                     \
	X(own_output, "own-output", NOTE,                                     \
	  "a file that this run writes to was met and not read", "")          \
	X(tree_depth, "limit-tree-depth", FAILED,                             \
	  "directories nested deeper than the limit", "")                     \
	X(tree_names, "limit-tree-names", FAILED,                             \
	  "the names of a directory take more memory than the limit; the "    \
	  "rest was not read", "")                                            \
	X(empty, "empty", FAILED, "the input has no bytes", "")               \
	X(not_mail, "not-mail", FAILED,                                       \
	  "nothing in the input looks like mail or a log", "a picture")       \
	X(truncated, "truncated", DIAG,                                       \
	  "a compressed stream ends early; what came before was read", "")    \
	X(corrupt, "corrupt", DIAG,                                           \
	  "a compressed stream or archive is damaged; what came before was "  \
	  "read", "")                                                         \
	X(trailing, "trailing-bytes", DIAG,                                   \
	  "bytes follow the end of a compressed stream", "")                  \
	X(encrypted_member, "encrypted-member", FAILED,                       \
	  "an archive member is encrypted", "")                               \
	X(not_a_member, "member-skipped", NOTE,                               \
	  "an archive member is a link or a special file", "")                \
	X(limit_filters, "limit-filters", FAILED,                             \
	  "compressed more often than the limit", "")                         \
	X(limit_archives, "limit-archives", FAILED,                           \
	  "archives nested deeper than the limit", "")                        \
	X(limit_members, "limit-members", FAILED,                             \
	  "more archive members than the limit", "")                          \
	X(limit_ratio, "limit-ratio", FAILED,                                 \
	  "decompressed to more than the limit allows: a bomb", "")           \
	X(limit_output, "limit-output", FAILED,                               \
	  "more decompressed bytes than the limit", "")                       \
	X(limit_nested, "limit-nested-member", FAILED,                        \
	  "a nested archive is larger than is held in memory", "")            \
	X(outlook_item, "outlook-item", FAILED,                               \
	  "an Outlook .msg or PST file: save the message as .eml, or convert "\
	  "it with readpst or msgconvert", "")                                \
	X(changed, "changed-while-read", DIAG,                                \
	  "the file changed while it was read", "")                           \
	X(content_length, "content-length", NOTE,                             \
	  "From lines inside a message were read as its text, as its "        \
	  "Content-Length says", "")                                          \
	X(stray_bytes, "stray-bytes", DIAG,                                   \
	  "bytes that belong to no message were passed over", "")             \
	X(log_torn, "log-torn", DIAG,                                         \
	  "a record of a log was cut in the middle: nothing follows from "    \
	  "what it lacks", "Nov 21 17:06:43 mx postfix/smtpd[12]: conn")      \
	X(log_mixed, "log-mixed", DIAG,                                       \
	  "the head of another line stands in the middle of a log line: "     \
	  "what comes from there on was not read", "Nov 21 17:06:43 mx "      \
	  "postfix/smtpd[12]: connNov 21 17:06:44 mx ...")                    \
	X(log_no_head, "log-no-head", DIAG,                                   \
	  "a line of a log has no time, host and program in front; it was "   \
	  "passed over", "  continued: ...")                                  \
	X(log_binary, "log-binary", DIAG,                                     \
	  "zero bytes in a log, which no logger writes, were passed over",    \
	  "00 00 00 ...")                                                     \
	X(log_piece, "log-piece", DIAG,                                       \
	  "a log line came in pieces, and not all of them were found",        \
	  "exim[12]: [1/3] 2026-11-21 17:06:43 ...")                          \
	X(log_picked, "log-picked", NOTE,                                     \
	  "the lines of this log were picked out by grep: from what they "    \
	  "do not say nothing follows", "mail.log:Nov 21 17:06:43 mx ...")    \
	X(log_no_message, "log-no-message", DIAG,                             \
	  "an entry of a journal has no message, or one that cannot be "      \
	  "read; it was passed over", "\"MESSAGE\":null")                   \
	X(sessions_cut, "limit-log-sessions", DIAG,                           \
	  "more connections of a log are open than the limit: the oldest "    \
	  "were given up, and their silence says nothing", "")                \
	X(waiting_cut, "limit-log-waiting", DIAG,                             \
	  "more messages of one connection than the limit waited for its "    \
	  "end: they were read without it", "")                               \
	X(events_cut, "limit-log-events", DIAG,                               \
	  "the logs tell of more than the limit; the rest was not joined",    \
	  "")                                                                 \
	X(logs_apart, "limit-folder-logs", NOTE,                              \
	  "the logs of a directory are larger than the limit: what they "     \
	  "tell is shown, but not joined with the mail (scan does, and "      \
	  "--log)", "")                                                       \
	X(experimental, "experimental-rule", NOTE,                            \
	  "the rules that read this log were written without a real sample "  \
	  "of it", "a form known from a vendor's pages alone")                 \
	X(log_unread, "log-unread", NOTE,                                     \
	  "no rule reads any line of this log", "a kernel's messages")        \
	X(log_passed, "log-passed", NOTE,                                     \
	  "part of a log tells of no transfer, or no rule reads it",          \
	  "a kernel's messages between those of a mail server")               \
	X(log_unused, "log-unused", NOTE,                                     \
	  "part of what a log tells is of no message that is shown", "")      \
	X(value_unread, "value-unread", DIAG,                                 \
	  "a record of a structured log that no rule reads; it was passed "   \
	  "over", "{\"eventType\":\"Delivery\"}")                         \
	X(not_log, "not-log", DIAG,                                           \
	  "what --log names is mail; it was not read", "--log mail.mbox")     \
	X(join_refused, "join-refused", DIAG,                                 \
	  "a log knows the queue id or the Message-ID of a stamp, but of "    \
	  "another message or time, or of more than one: it was not joined",  \
	  "a stamp that copies an id")                                        \
	X(copies_cut, "limit-join-copies", DIAG,                              \
	  "more messages of the logs have the Message-ID of this one than "   \
	  "the limit: no stamp was joined by it", "a mail to a large list")   \
	X(queued_cut, "limit-log-queued", DIAG,                               \
	  "more messages of a log are queued than the limit: the oldest "     \
	  "were given up, and silence about them says nothing", "")           \
	X(names_cut, "limit-log-names", DIAG,                                 \
	  "more names of hosts or programs in a log than the limit: lines of " \
	  "those beyond were passed over", "")                                \
	X(log_line_cut, "limit-log-line", DIAG,                               \
	  "a log line is longer than the limit; the rest was not read", "")   \
	X(json_torn, "json-torn", DIAG,                                       \
	  "a JSON value was cut in the middle or is not well formed; it was " \
	  "passed over", "{\"eventType\":\"Deliv")                           \
	X(json_stray, "json-stray", DIAG,                                     \
	  "text between JSON values was passed over", "null")                 \
	X(json_value_cut, "limit-log-value", DIAG,                            \
	  "a JSON value is longer than the limit; it was passed over", "")    \
	X(json_deep, "limit-log-depth", DIAG,                                 \
	  "a JSON value is nested deeper than the limit; it was passed over", \
	  "[[[[...")                                                          \
	X(json_double, "json-double", DIAG,                                   \
	  "a key that is read stands twice in one object: the last counts",   \
	  "{\"messageId\":\"a\",\"messageId\":\"b\"}")                        \
	X(json_members_cut, "limit-json-members", DIAG,                       \
	  "an object or array has more members than the limit; the rest was " \
	  "not read", "")                                                     \
	X(json_layers, "limit-json-layers", DIAG,                             \
	  "envelopes in envelopes, more than the limit, were not opened", "") \
	X(mail_in_log, "mail-in-log", NOTE,                                   \
	  "the message stood in a record of a log: its offsets are of what "  \
	  "was decoded", "the content of an SES receipt")                     \
	X(mail_encoding, "mail-encoding", DIAG,                               \
	  "a record of a log carries a mail in an encoding that is not read", \
	  "\"encoding\":\"Base85\"")                                          \
	X(mail_damaged, "mail-damaged", DIAG,                                 \
	  "a mail that a record of a log carries is damaged; what came "      \
	  "before was read", "base64 that was cut")                           \
	X(csv_torn, "csv-torn", DIAG,                                         \
	  "a CSV record was cut in the middle or has an odd quote; it was "   \
	  "passed over", "a,\"b")                                             \
	X(diags_more, "limit-diags", DIAG,                                    \
	  "more diags than are listed; the rest were counted", "")

enum tt_diag_code {
#define TT_DIAG_ID(id, code, sev, text, example) TT_DIAG_##id,
	TT_DIAG_CODES(TT_DIAG_ID)
#undef TT_DIAG_ID
		TT_DIAG_COUNT
};

struct tt_diag_info {
	const char *code, *text, *example;
	enum tt_severity severity;
};

struct tt_diag {
	enum tt_diag_code code;
	uint64_t off;	  /* in the message or source; TT_NO_OFF */
	const char *text; /* in the list's arena; may quote evidence */
};

/* Bounded by TT_LIM_diags: the rest is counted in `more`, but for the first of
 * each code, so that a flood of one hides no other. */
struct tt_diags {
	struct tt_arena *arena;
	TT_VEC(struct tt_diag) list;
	uint64_t more;
	bool is_serious; /* a DIAG or FAILED is among them: exit status 3 */
};

void tt_diags_init(struct tt_diags *d, struct tt_arena *a);

/* Adds those of `from`, which lives as long. */
void tt_diags_join(struct tt_diags *d, const struct tt_diags *from);

/* Static storage. */
const struct tt_diag_info *tt_diag_info(enum tt_diag_code code);

/* By its name ("no-colon"); false: no such code. */
bool tt_diag_find(const char *name, enum tt_diag_code *code_r);

/* Adds one; fmt NULL takes the table's text. */
void tt_diag_add(struct tt_diags *d, enum tt_diag_code code, uint64_t off,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A bound was hit: names it and says what would have been needed
 * (needed 0: not known). */
void tt_diag_limit(struct tt_diags *d, enum tt_diag_code code,
		   enum tt_limit_id limit, uint64_t off, uint64_t needed);

#endif

/* json_rules.h - rules/json as it lies in memory, and what reads by it
 * (private to rule) */
#ifndef TLSTRAIL_JSON_RULES_H
#define TLSTRAIL_JSON_RULES_H

#include <string.h>

#include <tlstrail/record/value.h>
#include <tlstrail/rule/event.h>
#include "rules.h"

/* What of a record goes into its event. */
#define TT_JSON_FIELDS(X)  \
	X(ses_id)          \
	X(time)            \
	X(host)            \
	X(service)         \
	TT_EVENT_FIELDS(X) \
	X(verdict)         \
	X(server_auth)     \
	X(client_auth)     \
	X(about)           \
	X(text)            \
	X(mail)            \
	X(encoding)

enum tt_json_field {
#define TT_JSON_FIELD_ID(name) TT_JF_##name,
	TT_JSON_FIELDS(TT_JSON_FIELD_ID)
#undef TT_JSON_FIELD_ID
		TT_JF_COUNT
};

/* "mail.tags.ses:source-ip", "EmailTags[Name=ses:source-ip].Value"; "@" is the
 * element that `each` is at. */
struct tt_json_step {
	struct tt_slice key; /* n 0: none, only the choice */
	struct tt_slice where_key, where_is; /* of an array: the element */
};
struct tt_json_path {
	bool is_set, is_of_item;
	TT_VEC(struct tt_json_step) steps;
};

struct tt_json_word {
	struct tt_slice is, gives;
};

/* One way to a field; the first that leads somewhere counts. */
struct tt_json_way {
	struct tt_json_path path; /* not set: `text` alone */
	uint32_t pattern; /* its group `value`, or the whole match */
	struct tt_slice text; /* around it: {} and {ses_id}; n 0: none */
	TT_VEC(struct tt_json_word) words; /* n 0: any */
};
struct tt_json_ways {
	TT_VEC(struct tt_json_way) list;
};

struct tt_json_when {
	struct tt_json_path path;
	bool is_any, is_absent;
	TT_VEC(struct tt_slice) is;
};
struct tt_json_whens {
	TT_VEC(struct tt_json_when) list;
	uint64_t keys; /* tt_json_may_hold() */
};

/* A value that wraps others. */
struct tt_json_envelope {
	const char *id; /* "json/aws#sns" */
	struct tt_json_whens when;
	struct tt_json_path holds;
};

#define TT_JSON_COLUMNS 16 /* of a line, at most */

enum tt_json_gives {
	TT_JSON_NOTHING, /* known, and no matter of ours */
	TT_JSON_ACCEPT,
	TT_JSON_DELIVER,
	TT_JSON_ATTEMPT,
	TT_JSON_IDENTIFY,
	TT_JSON_CONTEXT,
	TT_JSON_LINE, /* what it says is for the rules of lines */
	TT_JSON_MAIL, /* it carries one */
};

struct tt_json_rule {
	const char *id; /* "json/ses#delivery" */
	struct tt_slice software;
	enum tt_evidence_kind kind;
	bool is_experimental;
	bool is_id_unstamped;
	struct tt_json_whens when, unless; /* unless: all of them hold */
	struct tt_json_path each;
	struct tt_json_whens each_when; /* on "@" */
	enum tt_json_gives gives;
	enum tt_side side;
	enum tt_silence silence;
	enum tt_transport transport;
	enum tt_outcome outcome;
	const char *context;
	TT_VEC(struct tt_json_path) line; /* of LINE: its columns */
	struct tt_json_ways field[TT_JF_COUNT];
	uint32_t fields; /* a bit for each that there is a way to */
};
_Static_assert(TT_JF_COUNT <= 32, "each field has a bit");

/* ---- json_field.c: a record's fields ---- */

/* One record on its way: the value, and the element `each` is at. */
struct tt_json_place {
	struct tt_value_reader *reader;
	struct tt_matcher *m;
	struct tt_value *root, *item;
};
struct tt_json_found {
	struct tt_slice text;
	struct tt_value *value; /* NULL: of the rule itself */
};

struct tt_value *tt_json_at(const struct tt_json_place *at,
			    const struct tt_json_path *path);
/* What the columns of a line say, with tabs between them. */
struct tt_slice tt_json_line(const struct tt_json_place *at,
			     const struct tt_json_rule *rule);
bool tt_json_holds(const struct tt_json_place *at,
		   const struct tt_json_whens *when);
/* May they, for a record of those keys (tt_value_keys)?  Asked of many rules
 * before the record is looked at; where the answer is no, tt_json_holds()
 * would have read nothing of it but its keys. */
static inline bool tt_json_may_hold(uint64_t keys,
				    const struct tt_json_whens *when)
{
	return (when->keys & ~keys) == 0;
}
/* What an event is known by, first; n 0 where there is none. */
void tt_json_read_keys(const struct tt_json_place *at,
		       const struct tt_json_rule *rule,
		       struct tt_json_found found_r[TT_JF_COUNT]);
/* All other fields. */
void tt_json_read_fields(const struct tt_json_place *at,
			 const struct tt_json_rule *rule,
			 struct tt_json_found found_r[TT_JF_COUNT]);

/* Of ids and other short texts; eight bytes at a time. */
static inline uint64_t tt_json_hash(struct tt_slice s)
{
	uint64_t h = s.n, part;

	for (; s.n >= sizeof(part); s = tt_slice_sub(s, sizeof(part), s.n)) {
		memcpy(&part, s.p, sizeof(part));
		h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* ---- json_mail.c: a mail that is a field ---- */

/* How a text says the bytes of a mail; -1: in a way that is not known. */
enum tt_json_coding { TT_JSON_TEXT, TT_JSON_BASE64 };
int tt_json_coding_of(struct tt_slice word);
/* The bytes, in arena or borrowed from `text`; *is_cut_r: the text is damaged
 * behind what they say. */
struct tt_slice tt_json_mail_bytes(enum tt_json_coding coding,
				   struct tt_slice text,
				   struct tt_arena *arena, bool *is_cut_r);

/* ---- json_told.c: what was told before ---- */

struct tt_json_told;
struct tt_json_said;
struct tt_json_told *tt_json_told_new(void);
void tt_json_told_free(struct tt_json_told **told);
/* Did the rule read the same of a record before, of the same origin?  If not,
 * it is remembered at *said_r, until another takes the place. */
bool tt_json_is_told(struct tt_json_told *told,
		     const struct tt_json_rule *rule,
		     const struct tt_origin *origin,
		     const struct tt_json_found f[TT_JF_COUNT],
		     struct tt_json_said **said_r);
/* It was not told after all. */
void tt_json_untell(struct tt_json_said *said);

/* ---- json.c: values of one log ---- */

struct tt_json_log;
/* Takes the lines that records are: as tt_log_take_line(). */
struct tt_json_lines {
	bool (*take)(struct tt_log *log, const struct tt_log_line *line,
		     struct tt_diags *diags);
	struct tt_log *log;
};
struct tt_json_log *tt_json_begin(const struct tt_log_options *options,
				  struct tt_matcher *m,
				  const struct tt_json_lines *lines);
struct tt_log_count tt_json_take(struct tt_json_log *log,
				 const struct tt_origin *origin,
				 const struct tt_log_value *value,
				 struct tt_diags *diags);
void tt_json_end(struct tt_json_log **log);

#endif

/* log.h - one log on its way through its rules (private to rule) */
#ifndef TLSTRAIL_RULE_LOG_H
#define TLSTRAIL_RULE_LOG_H

#include "log_names.h"
#include "json_rules.h"
#include "log_rules.h"

/* What is known of a host. */
struct tt_log_seen {
	struct tt_log_clock *clock;
	int64_t last_us; /* of its last line without a year */
	int years;	 /* after the first line */
	bool is_begun;
	bool has_leap_day; /* a line was of Feb 29 ... */
	int leap_years;	   /* ... of so many years after the first line */
	unsigned reloads;
	bool has_opened; /* a line told of a connection's beginning */
};

/* The groups that a rule's pattern has: which field, which number. */
#define TT_LOG_KEPT_SIZES 16
#define TT_LOG_LEVEL_KEY 5
struct tt_log_level_memo {
	uintptr_t key[TT_LOG_LEVEL_KEY];
	struct tt_log_level *level; /* NULL: none */
};

struct tt_log_groups {
	bool is_known;
	uint8_t n, field[TT_LF_COUNT], number[TT_LF_COUNT];
};

/* One line on its way. */
struct tt_log_reading {
	struct tt_log *log;
	const struct tt_origin *origin;
	const struct tt_log_line *line;
	struct tt_diags *diags;
	struct tt_log_seen *host;
	struct tt_slice host_name, tag;
	uint64_t process; /* hash of host, tag and pid */
	bool is_late;	  /* it was put off, and now it is read */
	bool is_id_known;
	uint8_t id_n; /* tt_log_id(), if that is known */
	const struct tt_log_rule *rule;
	const struct tt_log_groups *groups; /* which fields it has */
	struct tt_log_case says;
	struct tt_slice field[TT_LF_COUNT];
};

struct tt_log {
	struct tt_log_options o;
	/* A line goes to its rules; false: none reads it.  For those that were
	 * put off by a rule, and so go the same way again (log.c). */
	bool (*read_line)(struct tt_log_reading *c);
	struct tt_matcher *m;
	const struct tt_rules *rules;
	struct tt_log_names hosts, tags, levels;
	struct tt_slice last_name; /* of the host of the line before ... */
	struct tt_log_seen *last_host; /* ... NULL: there is none */
	struct tt_log_level_memo memo[2]; /* the last ones asked for */
	struct tt_log_level *no_level; /* of those past the bound: never seen */
	struct tt_arena lent; /* what is pushed while a line is read */
	TT_VEC(struct tt_log_seen *)
	known_hosts; /* whose clocks are to be set */
	struct tt_log_sessions sessions, queued;
	struct tt_json_log *json; /* NULL: no value was met */
	/* Memory of lines that were kept, by size, and of what waited. */
	struct tt_log_spare spare_kept[TT_LOG_KEPT_SIZES], spare_waiting;
	const struct tt_origin *origin;
	uint64_t gap;			/* times that lines were lost */
	bool is_picked;			/* not all lines of it are there */
	uint64_t n_lines; /* that were taken */
	uint64_t n_dropped, n_unqueued, n_hurried; /* for want of room */
	bool has_lent; /* since the line was taken */
	bool is_told; /* that an experimental rule was at work */
	bool is_names_told; /* ... that there are more names than the bound */
	uint64_t line_off; /* of the line at hand */
	struct tt_log_reading at; /* the line at hand: its fields are clear
				   * but for those of its rule */
	/* Numbers of each rule's groups, once its pattern has matched. */
	struct tt_log_groups *groups;
	uint8_t *answer_groups; /* of each answer's; 0: not known */
};

/* The id that the text begins with, as after_id has it; n 0: none.  Several
 * rules ask for it. */
static inline struct tt_slice tt_log_id(struct tt_log_reading *c)
{
	if (!c->is_id_known)
		c->id_n = (uint8_t)tt_log_id_length(c->line->text);
	c->is_id_known = true;
	return tt_slice_sub(c->line->text, 0, c->id_n);
}

/* ---- log_time.c ---- */

/* Sets host and host_name; false: it is one too many. */
bool tt_log_host(struct tt_log_reading *c);
/* Which year after the first line's a time without one is of. */
int tt_log_year(struct tt_log_seen *h, int64_t us);
/* At the end of the log: the years of its hosts. */
void tt_log_settle_clocks(struct tt_log *log);

/* ---- log_event.c ---- */

/* What the event at hand would be known by, if it is of any use; one that is
 * of none is as good as told. */
struct tt_event_ids tt_log_ids(const struct tt_log_reading *c);
/* What a line does beside its event: tells that its rule is experimental, and
 * counts the years.  Returns which year after the first line's it is of. */
int tt_log_see_event(struct tt_log_reading *c);
bool tt_log_is_wanted(struct tt_log_reading *c,
		      const struct tt_event_ids *ids);
struct tt_event *tt_log_event(struct tt_log_reading *c,
			      enum tt_event_kind kind);
/* The same, of a line that was seen before. */
struct tt_event *tt_log_event_of(struct tt_log_reading *c,
				 enum tt_event_kind kind, int years);
struct tt_slice tt_log_bare(struct tt_slice s); /* without < and > */
void tt_log_quote(struct tt_log_reading *c, struct tt_event *e);
void tt_log_quote_kept(struct tt_log *log, struct tt_event *e,
		       const struct tt_log_kept *k);
void tt_log_push(struct tt_log *log, struct tt_event *e);
void tt_log_set_tls(const struct tt_log *log, struct tt_event *e,
		    const struct tt_log_rule *rule,
		    const struct tt_slice *field);
/* By what the line says, not by a version; it may tell of certificates. */
void tt_log_set_verdict(struct tt_log_reading *c, struct tt_event *e);
void tt_log_take_tls(struct tt_log *log, struct tt_event *e,
		     const struct tt_log_kept *tls);
void tt_log_take_clear(struct tt_log *log, struct tt_event *e,
		       const struct tt_log_kept *clear);
/* Of host and tag; a reload may change it, so it begins anew there. */
struct tt_log_level *tt_log_level_of(struct tt_log_reading *c);
void tt_log_see_level(struct tt_log_reading *c);

/* ---- log_names.c ---- */

/* A name is one too many: told once. */
void tt_log_tell_names(struct tt_log_reading *c);

/* ---- log_kept.c ---- */

void tt_log_spares_release(struct tt_log *log);

/* A block of n bytes or more, of a size that others have, too; *spare_r: where
 * it goes when it is done with, NULL: tt_free(). */
void *tt_log_kept_room(struct tt_log *log, size_t *n, struct tt_log_spare **spare_r);
void tt_log_kept_give(struct tt_log_spare *spare, void *block);
/* The line at hand, in place of what was kept. */
void tt_log_keep(struct tt_log_kept **kept, const struct tt_log_reading *c);
struct tt_slice tt_log_kept_field(const struct tt_log_kept *k,
				  enum tt_log_field field);
void tt_log_kept_fields(const struct tt_log_kept *k,
			struct tt_slice field_r[TT_LF_COUNT]);

/* ---- log_accept.c: messages that hosts accept ---- */

/* What the event of a line that waits would be known by. */
struct tt_event_ids tt_log_ids_of(const struct tt_log_kept *k);
struct tt_event *tt_log_accepted(struct tt_log_reading *c,
				 const struct tt_log_accepted *known);
/* The message of the line at hand waits at the session. */
void tt_log_wait(struct tt_log_reading *c, struct tt_log_session *x,
		 const struct tt_log_accepted *known);
/* Those that wait are pushed, as far as they are of use; close NULL: the end
 * of the session was not seen. */
void tt_log_wait_end(struct tt_log *log, struct tt_log_session *x,
		     struct tt_log_reading *close);

/* ---- log_which.c: which session a line is of ---- */

/* What its session is known by, beside host and tag; n 0: it says of none. */
struct tt_slice tt_log_key(const struct tt_log_reading *c);
uint64_t tt_log_key_hash(const struct tt_log_reading *c, struct tt_slice key);
/* NULL: none is open.  Lines of it may not be read yet. */
struct tt_log_session *tt_log_open_look(const struct tt_log_reading *c);

/* ---- log_open.c: what is open ---- */

/* The same; all lines of it are read. */
struct tt_log_session *tt_log_open_find(struct tt_log_reading *c);
/* NULL: the line says of no session. */
struct tt_log_session *tt_log_open_add(struct tt_log_reading *c);
bool tt_log_is_whole(const struct tt_log_reading *c,
		     const struct tt_log_session *x);
/* May the line that was kept, if any was, be of the connection at hand? */
bool tt_log_is_same(const struct tt_log_reading *c,
		    const struct tt_log_kept *k);
void tt_log_open(struct tt_log_reading *c);
void tt_log_open_tls(struct tt_log_reading *c);
void tt_log_open_clear(struct tt_log_reading *c);
void tt_log_open_message(struct tt_log_reading *c);
void tt_log_open_data(struct tt_log_reading *c);
void tt_log_open_close(struct tt_log_reading *c);
/* What waits is pushed; close NULL: the end was not seen. */
void tt_log_open_drop(struct tt_log *log, struct tt_log_session *x,
		      struct tt_log_reading *close);
void tt_log_open_drop_oldest(struct tt_log *log);
/* What the line's saying nothing of TLS says; *level_r: by that. */
enum tt_silence tt_log_silence(struct tt_log_reading *c,
			       const struct tt_log_session *x,
			       const struct tt_log_level **level_r);
struct tt_log_session *tt_log_queued(const struct tt_log_reading *c);
void tt_log_queued_add(struct tt_log_reading *c, struct tt_slice id);
void tt_log_queued_end(struct tt_log_reading *c, struct tt_slice id);

/* ---- log_give.c ---- */

/* What the line gives, by c->rule and c->says. */
void tt_log_give(struct tt_log_reading *c);
/* The queue id that the other host gave, out of its answer; NULL: none. */
const struct tt_log_answer *tt_log_next_id(struct tt_log_reading *c,
					   struct tt_slice answer,
					   struct tt_slice *next_r);

/* ---- log_unread.c ---- */

/* The line at hand, behind those of its session that are not read yet; false:
 * it is to be read now. */
bool tt_log_put_off(struct tt_log_reading *c, struct tt_log_session *x);
/* Is any message of them wanted? */
bool tt_log_is_put_off_wanted(const struct tt_log *log,
			      const struct tt_log_session *x);
/* They are read.  x may be another after that, or gone. */
void tt_log_read_put_off(struct tt_log *log, struct tt_log_session *x);
/* They are not wanted. */
void tt_log_pass_put_off(struct tt_log *log, struct tt_log_session *x);

/* ---- log_glance.c ---- */

/* The line has the rule's literals and tag: is it of no use to anybody?  Then
 * it is done with. */
bool tt_log_pass(struct tt_log_reading *c, const struct tt_log_rule *rule);

#endif

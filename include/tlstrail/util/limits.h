/* limits.h - every bound of the program, in one table
 *
 * A bound that is hit is a diag with the limit's name, the place and what
 * would have been needed; it is never silent and never an error text made up
 * on the spot.  doc/LIMITS.md is printed from this table. */
#ifndef TLSTRAIL_UTIL_LIMITS_H
#define TLSTRAIL_UTIL_LIMITS_H

#include <stdint.h>

/* name, default, unit, reason */
#define TT_LIMITS(X)                                                         \
	X(header_block, 1048576, "bytes",                                    \
	  "ten times Postfix's header_size_limit; the rest is counted")      \
	X(header_fields, 10000, "fields",                                    \
	  "real mail has 93 at the 99th percentile")                         \
	X(header_value, 65536, "bytes",                                      \
	  "one field; longer ones are cut and told")                         \
	X(gmime_value, 16384, "bytes",                                       \
	  "an 82 KB address list overflows GMime's stack")                   \
	X(hops, 500, "stamps",                                               \
	  "ten times Postfix's hop count; the newest are kept")              \
	X(stamp_tokens, 4096, "words and comments",                          \
	  "the longest real stamp has under 80")                             \
	X(report_recipients, 1000, "recipients",                             \
	  "of one delivery report; ten times RFC 5321's minimum")            \
	X(attempts, 2000, "attempts", "of one message; the rest is told")    \
	X(diagnostic_text, 2048, "bytes",                                    \
	  "of a report's answer that the rules judge; all is shown")         \
	X(mailbox, 512, "bytes",                                             \
	  "one <mailbox> of a stamp; RFC 5321, 4.5.3.1, allows 256")         \
	X(date_text, 256, "bytes",                                           \
	  "one date; the longest real one has under 80")                     \
	X(address_colons, 256, "colons",                                     \
	  "groups nested in one To field; 10,000 overflow GMime's stack")    \
	X(mime_depth, 100, "multiparts",                                     \
	  "one inside another; real mail has under ten")                     \
	X(mime_parts, 10000, "parts", "of one message, all levels together") \
	X(mime_boundary, 2048, "bytes",                                      \
	  "RFC 2046 allows 70; Postfix reads so many")                       \
	X(part_header, 65536, "bytes",                                       \
	  "the header of one part; the rest is not read")                    \
	X(embedded_depth, 3, "levels", "messages inside messages")           \
	X(embedded, 1000, "messages", "inside one message")                  \
	X(embedded_headers, 4194304, "bytes",                                \
	  "header blocks of all messages inside one")                        \
	X(status_text, 65536, "bytes",                                       \
	  "delivery-status texts of one message; RFC 3464")                  \
	X(sniff, 65536, "bytes", "prefix shown to the format bidders")       \
	X(bid_lines, 50, "lines", "of the prefix that the bidders judge")    \
	X(window, 262144, "bytes", "one read; keeps memory flat")            \
	X(ahead_from, 1048576, "bytes",                                      \
	  "a file this large is inflated and hashed beside the parse")       \
	X(mbox_from_line, 1024, "bytes",                                     \
	  "a longer line that begins with From is text")                     \
	X(mbox_lookahead, 4194304, "bytes",                                  \
	  "how far a Content-Length is followed past a From line")           \
	X(log_sessions, 65536, "connections",                                \
	  "of a log that are open at a time; the oldest go first")           \
	X(log_waiting, 4096, "messages",                                     \
	  "of one connection in a log that wait for its end")                \
	X(join_window, 300, "seconds",                                       \
	  "between a stamp and its host's log, beside what is uncertain")    \
	X(join_copies, 10000, "messages",                                    \
	  "of one Message-ID in all logs; of more none is joined by it")     \
	X(join_ids, 100000, "ids",                                           \
	  "of mails and what hangs together with them; of more all is kept") \
	X(log_events, 1000000, "events",                                     \
	  "of the logs of show, or of one chain, for the join; more is told") \
	X(folder_logs, 67108864, "bytes",                                    \
	  "of logs beside mail in a directory, for show to join them")       \
	X(spool, 68719476736, "bytes",                                       \
	  "of what logs tell, put aside in a file by scan and logs alone")   \
	X(spool_memory, 1048576, "bytes", "of that, before a file is made")  \
	X(sort_memory, 2097152, "bytes",                                     \
	  "of rows in one order; more of them are merged from that file")    \
	X(log_slab, 1048576, "bytes",                                        \
	  "of what logs tell, in which that of one message is put together") \
	X(log_queued, 1000000, "messages",                                   \
	  "of a log that are queued at a time; the oldest go first")         \
	X(log_names, 65536, "names", "of hosts or programs in one log")      \
	X(log_line, 1048576, "bytes",                                        \
	  "one line of a log; the rest is counted and passed over")          \
	X(log_value, 67108864, "bytes",                                      \
	  "one JSON value: a file of CloudTrail is one")                     \
	X(log_depth, 64, "levels",                                           \
	  "objects and arrays in one JSON value; mail events have under 15") \
	X(json_members, 262144, "members",                                   \
	  "of one object or array; a file of CloudTrail has under 10,000")   \
	X(json_layers, 6, "envelopes",                                       \
	  "one in another: queue, topic, bus; real ones have up to four")    \
	X(tree_depth, 64, "levels",                                          \
	  "directories inside directories; links cannot make a loop")        \
	X(tree_names, 67108864, "bytes",                                     \
	  "names that wait to be read, sorted: 800,000 files of a Maildir")  \
	X(lanes, 8, "threads", "that read the files of a directory")         \
	X(lane_output, 1048576, "bytes",                                     \
	  "of one file that wait for those before it")                       \
	X(workers, 64, "processes", "that read evidence, confined")          \
	X(worker_memory, 536870912, "bytes",                                 \
	  "of address space, over what a worker begins with; of memory, for "  \
	  "one record of show")                                              \
	X(worker_cpu, 10, "seconds",                                         \
	  "of the processor, without a sign that a worker goes on")          \
	X(worker_wait, 600, "seconds",                                       \
	  "by the clock, without one; pipes may take longer")                \
	X(frame, 16777216, "bytes", "what a worker tells of one record")     \
	X(item_files, 250, "files",                                          \
	  "of one log, rotated; the kernel passes 253 at a time")            \
	X(item_bytes, 131072, "bytes", "of their paths")                     \
	X(item_retries, 128, "times",                                          \
	  "a file is read anew without the records that ended a worker")     \
	X(answer, 33554432, "bytes",                                         \
	  "of one answer of serve: a mailbox of that size is for scan")      \
	X(serve_body, 67108864, "bytes",                                     \
	  "of one request; mail systems pass on up to 50 MB")                \
	X(serve_bodies, 134217728, "bytes",                                  \
	  "of all requests at a time, in memory")                            \
	X(serve_header, 8192, "bytes", "of one request; browsers send 1,500") \
	X(serve_uri, 2048, "bytes", "of its first line's path and query")    \
	X(serve_fields, 100, "fields", "of its header; browsers send 15")     \
	X(serve_files, 32, "files", "of one request")                        \
	X(serve_connections, 32, "connections",                              \
	  "the one that lets wait longest goes first; browsers open six")    \
	X(serve_items, 24, "requests",                                       \
	  "that wait for an answer; the rest of the connections is told so")  \
	X(serve_request, 10, "seconds", "for one to have come")              \
	X(serve_reply, 60, "seconds", "for an answer to be taken")           \
	X(serve_linger, 2, "seconds",                                        \
	  "in which what is still sent after a refusal is dropped")          \
	X(serve_wait, 30, "seconds",                                         \
	  "by the clock, for a worker that waits for nothing")               \
	X(filters, 4, "layers", "compression inside compression")            \
	X(archives, 3, "levels", "archives inside archives")                 \
	X(members, 1000000, "members", "inode-style floods in an archive")   \
	X(ratio, 2000, "to 1",                                               \
	  "after 64 MiB of output; honest gzip cannot exceed 1,032")         \
	X(ratio_after, 67108864, "bytes", "output before ratio is judged")   \
	X(output, 68719476736, "bytes", "decompressed bytes of one file")    \
	X(nested_member, 67108864, "bytes",                                  \
	  "an archive inside an archive is held in memory")                  \
	X(yaml_bytes, 262144, "bytes",                                       \
	  "one rule file; libyaml is quadratic on hostile nesting")          \
	X(yaml_depth, 8, "levels", "rules need five")                        \
	X(yaml_keys, 1000, "keys", "one map; each is compared with all")     \
	X(rules, 2000, "patterns", "all rule files together")                \
	X(pattern_bytes, 4096, "bytes", "one pattern of a rule file")        \
	X(regex_plain, 2048, "bytes",                                        \
	  "subject up to which plain JIT matching is bounded by itself")     \
	X(sender_text, 2048, "bytes",                                        \
	  "of what a sender wrote in one place that are searched for markers") \
	X(regex_callouts, 1000000, "callouts",                               \
	  "one match on a longer subject; about 5 ms")                       \
	X(regex_match, 100000, "steps", "PCRE2 match_limit")                 \
	X(regex_depth, 1000, "levels",                                       \
	  "PCRE2 depth_limit; heeded where PCRE2 has no JIT only")           \
	X(regex_heap, 1024, "KiB",                                           \
	  "PCRE2 heap_limit; heeded where PCRE2 has no JIT only")            \
	X(regex_stack, 32, "KiB", "PCRE2's own, for JIT code")               \
	X(redact_words, 1000, "matches",                                    \
	  "of one pattern of rules/redact.yaml in one text")                 \
	X(config_bytes, 65536, "bytes", "the file of settings")              \
	X(checkpoint_records, 8192, "records",                                \
	  "a scan that is killed reads so many again")                       \
	X(checkpoint_anew, 262144, "records",                                  \
	  "events and what only logs know: made anew then in any case")      \
	X(checkpoint_ms, 2000, "milliseconds",                               \
	  "the same, where records come slowly")                             \
	X(case_contents, 1500000, "messages",                                \
	  "known by their hashes in memory; of more a case has an index")    \
	X(case_value, 67108864, "bytes",                                     \
	  "one value of a case; a timeline has under 100,000")               \
	X(event_batch, 16384, "bytes",                                       \
	  "of events of a log that are one row of a case")                   \
	X(case_batch, 4194304, "bytes",                                      \
	  "of messages of a case that are concluded on at a time")           \
	X(listed_recipients, 1000, "bytes",                                  \
	  "of To that lists show and search; the timeline has all")          \
	X(browse_page, 200, "messages", "of one page of a list")             \
	X(browse_work, 1200000, "entries",                                   \
	  "looked at for one list; texts that are searched count as more")   \
	X(browse_rows, 20000000, "messages",                                 \
	  "that the figures of a case are taken of, the newest first")       \
	X(browse_peers, 262144, "senders", "counted at a time; 8 MB")        \
	X(browse_top, 25, "senders", "of those figures that are listed")     \
	X(browse_months, 240, "months", "the same: 20 years")                \
	X(browse_inside, 20, "messages", "inside one that are shown with it") \
	X(browse_places, 100, "places", "at which one message was met")      \
	X(browse_open, 600, "seconds",                                       \
	  "to check a case that is served; a gigabyte takes three")          \
	X(browse_question, 1024, "bytes", "of one request about a case")     \
	X(browse_ms, 30000, "milliseconds",                                  \
	  "of one question to a case; the figures of 20 million take 10 s")  \
	X(verify_told, 10, "spans", "of one file that are told to differ")   \
	X(time_reversed, 60, "seconds",                                      \
	  "4.7 % of real pairs run backwards, nearly all within a minute")   \
	X(stale, 432000, "seconds", "five days: the usual queue lifetime")   \
	X(report_rows, 25, "rows",                                           \
	  "receivers or senders in a report; the rest is told as a number")  \
	X(report_peers, 20, "senders",                                       \
	  "largest ones, that a report shows month by month")                \
	X(report_worst, 50, "messages",                                      \
	  "that a report lists as the worst")                                \
	X(report_timelines, 25, "messages",                                  \
	  "of those, that it shows hop by hop")                              \
	X(report_hops, 10, "hops",                                           \
	  "of one such message; the newest are shown")                       \
	X(report_sources, 100, "files",                                      \
	  "or values of a header that a report lists; it gives the hash of all")        \
	X(diags, 200, "diags",                                               \
	  "of one message or one source; the rest are counted")

struct tt_limit {
	const char *name, *unit, *reason;
	uint64_t value;
};

enum tt_limit_id {
#define TT_LIMIT_ID(name, value, unit, reason) TT_LIM_##name,
	TT_LIMITS(TT_LIMIT_ID)
#undef TT_LIMIT_ID
		TT_LIM_COUNT
};

/* Compile-time values: TT_MAX_hops and so on. */
#define TT_LIMIT_VALUE(name, value, unit, reason) \
	static const uint64_t TT_MAX_##name __attribute__((unused)) = value;
TT_LIMITS(TT_LIMIT_VALUE)
#undef TT_LIMIT_VALUE

/* The same where the compiler wants a constant, as for the size of an array. */
#define TT_LIMIT_ROOM(name, value, unit, reason) \
	typedef char tt_limit_room_##name[value];
TT_LIMITS(TT_LIMIT_ROOM)
#undef TT_LIMIT_ROOM
#define TT_ROOM(name) sizeof(tt_limit_room_##name)

/* Static storage. */
const struct tt_limit *tt_limit_get(enum tt_limit_id id);

#endif

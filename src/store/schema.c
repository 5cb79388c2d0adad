/* schema.c - the tables and views of a case, as tlstrail-case(5) tells them
 *
 * A case that is opened must hold these statements to the letter and nothing
 * else: so a file made by somebody else has no view, trigger or index of its
 * own that we would run. */
#include "store_private.h"

#define WORD_OF(kind, column)                                       \
	"(SELECT word FROM word WHERE kind = '" kind "' AND code = " \
	column ")"
#define STRING_OF(column) \
	"(SELECT value FROM string WHERE id = " column ")"
#define MEMBER_OF(s) \
	"nullif(replace(CAST(" s ".member AS TEXT), char(1), ' > '), '')"
#define MONTH_OF(column) "strftime('%Y-%m', " column ", 'unixepoch')"
#define TIME_OF(column) \
	"strftime('%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch')"

/* A column of a list of numbers (numbers.c): a number; one that is null where
 * it is 0; a text, by its two. */
#define AT(row, i) "json_extract(" row ".value, '$[" #i "]')"
#define NUMBER(row, i, name) "  " AT(row, i) " AS " #name ",\n"
#define SOME(row, i, name) "  nullif(" AT(row, i) ", 0) AS " #name ",\n"
#define TEXT_OF(bytes, row, at, n, name) \
	"  " TT_TEXT_IN(bytes, AT(row, at), AT(row, n)) " AS " #name ",\n"
#define TEXT(row, at, n, name) TEXT_OF(TT_RECORDED, row, at, n, name)
/* Of the event that row f is of. */
#define SETTLED(i) "json_extract(k.times, '$[' || f.key || '][" i "]')"

const char *const tt_schema[] = {
	"CREATE TABLE run(\n"
	"  name TEXT NOT NULL PRIMARY KEY,\n"
	"  is_fixed INTEGER NOT NULL,\n"
	"  value NOT NULL\n"
	") WITHOUT ROWID",

	"CREATE TABLE word(\n"
	"  kind TEXT NOT NULL,\n"
	"  code INTEGER NOT NULL,\n"
	"  word TEXT NOT NULL,\n"
	"  PRIMARY KEY (kind, code)\n"
	") WITHOUT ROWID",

	"CREATE TABLE string(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  value NOT NULL UNIQUE\n"
	")",

	"CREATE TABLE source(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  path BLOB NOT NULL,\n"
	"  member BLOB NOT NULL,\n"
	"  generation INTEGER NOT NULL,\n"
	"  file_id INTEGER REFERENCES source(id),\n"
	"  state INTEGER NOT NULL,\n"
	"  tries INTEGER NOT NULL,\n"
	"  size INTEGER,\n"
	"  mtime INTEGER,\n"
	"  mtime_ns INTEGER,\n"
	"  sha256 BLOB,\n"
	"  reason TEXT,\n"
	"  more_diags INTEGER NOT NULL,\n"
	"  UNIQUE (path, member, generation)\n"
	")",
	"CREATE INDEX source_file ON source(file_id)\n"
	"  WHERE file_id IS NOT NULL",

	"CREATE TABLE message(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  content_sha256 BLOB,\n"
	"  log_key BLOB,\n"
	"  source_id INTEGER REFERENCES source(id),\n"
	"  top_off INTEGER NOT NULL,\n"
	"  seq INTEGER NOT NULL,\n"
	"  off INTEGER NOT NULL,\n"
	"  length INTEGER NOT NULL,\n"
	"  sha256 BLOB,\n"
	"  is_decoded INTEGER NOT NULL,\n"
	"  parent_sha256 BLOB,\n"
	"  message_id TEXT,\n"
	"  date INTEGER,\n"
	"  from_id INTEGER REFERENCES string(id),\n"
	"  recipients TEXT,\n"
	"  subject TEXT,\n"
	"  end_to_end INTEGER,\n"
	"  is_concluded INTEGER NOT NULL,\n"
	"  is_joined INTEGER NOT NULL,\n"
	"  verdict INTEGER,\n"
	"  fail_basis INTEGER,\n"
	"  border INTEGER,\n"
	"  border_basis INTEGER,\n"
	"  claimed INTEGER,\n"
	"  silent_internal INTEGER,\n"
	"  hops INTEGER,\n"
	"  encrypted INTEGER,\n"
	"  cleartext INTEGER,\n"
	"  unknown INTEGER,\n"
	"  excluded INTEGER,\n"
	"  weakest INTEGER,\n"
	"  attempts INTEGER,\n"
	"  time INTEGER,\n"
	"  worst_fit INTEGER,\n"
	"  entry INTEGER,\n"
	"  entry_verdict INTEGER,\n"
	"  entry_version INTEGER,\n"
	"  entry_fit INTEGER,\n"
	"  receiver_id INTEGER REFERENCES string(id),\n"
	"  peer_id INTEGER REFERENCES string(id),\n"
	"  peer_part_id INTEGER REFERENCES string(id),\n"
	"  peer_basis INTEGER,\n"
	"  listed BLOB,\n"
	"  more_diags INTEGER NOT NULL\n"
	")",
	"CREATE INDEX message_place ON message(source_id, top_off, seq)\n"
	"  WHERE log_key IS NULL",

	"CREATE TABLE record(\n"
	"  message_id INTEGER PRIMARY KEY REFERENCES message(id),\n"
	"  read BLOB,\n"
	"  concluded BLOB\n"
	")",

	"CREATE TABLE occurrence(\n"
	"  source_id INTEGER NOT NULL REFERENCES source(id),\n"
	"  top_off INTEGER NOT NULL,\n"
	"  seq INTEGER NOT NULL,\n"
	"  message_id INTEGER NOT NULL REFERENCES message(id),\n"
	"  off INTEGER NOT NULL,\n"
	"  length INTEGER NOT NULL,\n"
	"  is_decoded INTEGER NOT NULL,\n"
	"  sha256 BLOB,\n"
	"  PRIMARY KEY (source_id, top_off, seq)\n"
	") WITHOUT ROWID",

	"CREATE TABLE header(\n"
	"  message_id INTEGER NOT NULL REFERENCES message(id),\n"
	"  seq INTEGER NOT NULL,\n"
	"  name_id INTEGER NOT NULL REFERENCES string(id),\n"
	"  value_id INTEGER NOT NULL REFERENCES string(id),\n"
	"  PRIMARY KEY (message_id, seq)\n"
	") WITHOUT ROWID",

	"CREATE TABLE detail(\n"
	"  message_id INTEGER PRIMARY KEY REFERENCES message(id),\n"
	"  hops TEXT,\n"
	"  quotes TEXT\n"
	")",

	"CREATE TABLE log_order(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  source_id INTEGER NOT NULL REFERENCES source(id),\n"
	"  list TEXT NOT NULL\n"
	")",
	"CREATE INDEX log_order_source ON log_order(source_id)",

	"CREATE TABLE anomaly(\n"
	"  message_id INTEGER NOT NULL REFERENCES message(id),\n"
	"  seq INTEGER NOT NULL,\n"
	"  code_id INTEGER NOT NULL REFERENCES string(id),\n"
	"  hop INTEGER,\n"
	"  text NOT NULL,\n"
	"  PRIMARY KEY (message_id, seq)\n"
	") WITHOUT ROWID",

	"CREATE TABLE diag(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  source_id INTEGER REFERENCES source(id),\n"
	"  message_id INTEGER REFERENCES message(id),\n"
	"  seq INTEGER NOT NULL,\n"
	"  severity INTEGER NOT NULL,\n"
	"  code_id INTEGER NOT NULL REFERENCES string(id),\n"
	"  off INTEGER,\n"
	"  text NOT NULL\n"
	")",
	"CREATE INDEX diag_source ON diag(source_id, seq)\n"
	"  WHERE source_id IS NOT NULL",
	"CREATE INDEX diag_message ON diag(message_id, seq)\n"
	"  WHERE message_id IS NOT NULL",

	"CREATE TABLE log(\n"
	"  source_id INTEGER PRIMARY KEY REFERENCES source(id),\n"
	"  shared BLOB NOT NULL\n"
	")",

	"CREATE TABLE batch(\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  log_id INTEGER NOT NULL REFERENCES log(source_id),\n"
	"  source_id INTEGER NOT NULL REFERENCES source(id),\n"
	"  n INTEGER NOT NULL,\n"
	"  facts TEXT NOT NULL,\n"
	"  records BLOB NOT NULL\n"
	")",
	"CREATE INDEX batch_source ON batch(source_id)",
	"CREATE TABLE settled(\n"
	"  batch_id INTEGER PRIMARY KEY REFERENCES batch(id),\n"
	"  times TEXT NOT NULL\n"
	")",

	"CREATE VIEW event AS SELECT\n"
	"  b.id * 65536 + f.key AS id, b.log_id, b.source_id,\n"
	NUMBER("f", 0, off) NUMBER("f", 1, kind) SOME("f", 2, side)
	SOME("f", 3, host_id) SOME("f", 4, software_id)
	TEXT_OF("b.records", "f", 8, 9, queue_id)
	TEXT_OF("b.records", "f", 10, 11, next_queue_id)
	TEXT_OF("b.records", "f", 12, 13, message_id)
	TEXT_OF("b.records", "f", 14, 15, ses_id)
	TEXT_OF("b.records", "f", 16, 17, recipient)
	SOME("f", 5, tls_version) SOME("f", 6, cipher_id) SOME("f", 7, outcome)
	"  " SETTLED("0") " AS time_us,\n"
	"  " SETTLED("1") " AS time_uncertainty,\n"
	"  " SETTLED("2") " AS verdict\n"
	"FROM batch b LEFT JOIN settled k ON k.batch_id = b.id,\n"
	"  json_each(b.facts) f",

	"CREATE VIEW hop AS SELECT\n"
	"  d.message_id, h.key AS idx,\n"
	TEXT("h", 0, 1, from_name) TEXT("h", 2, 3, from_helo)
	TEXT("h", 4, 5, from_rdns) TEXT("h", 6, 7, from_ip)
	TEXT("h", 8, 9, by_name) TEXT("h", 10, 11, by_ip)
	SOME("h", 18, via_id) SOME("h", 19, with_id)
	TEXT("h", 12, 13, id) TEXT("h", 14, 15, "for")
	TEXT("h", 16, 17, recipient) NUMBER("h", 20, transport)
	NUMBER("h", 21, time) NUMBER("h", 22, time_us)
	NUMBER("h", 23, time_uncertainty) NUMBER("h", 24, utc_offset)
	NUMBER("h", 25, delay) SOME("h", 26, tls_version)
	SOME("h", 27, tls_version_implied) SOME("h", 28, cipher_id)
	SOME("h", 29, cipher_iana_id) NUMBER("h", 30, is_cipher_reliable)
	NUMBER("h", 31, bits) NUMBER("h", 32, verdict)
	NUMBER("h", 33, basis) NUMBER("h", 34, fit)
	SOME("h", 35, server_auth) SOME("h", 36, client_auth)
	SOME("h", 37, software_id) NUMBER("h", 38, is_trusted)
	NUMBER("h", 39, is_excluded) NUMBER("h", 40, is_silent)
	NUMBER("h", 41, is_corroborated) NUMBER("h", 42, is_stamp)
	NUMBER("h", 43, is_parsed) SOME("h", 44, link)
	SOME("h", 45, writer_id)
	"  nullif(" AT("h", 46) ", 0) AS decided_by_id\n"
	"FROM detail d LEFT JOIN record r ON r.message_id = d.message_id,\n"
	"  json_each(d.hops) h",

	"CREATE VIEW evidence AS SELECT\n"
	"  d.message_id, e.key AS seq,\n"
	NUMBER("e", 0, hop) NUMBER("e", 1, part) NUMBER("e", 2, kind)
	SOME("e", 3, rule_id) SOME("e", 4, source_id) NUMBER("e", 5, off)
	NUMBER("e", 6, length) TEXT("e", 9, 10, pointer)
	"  coalesce(" TT_TEXT_AT(AT("e", 7), AT("e", 8)) ", '')"
	" AS text\n"
	"FROM detail d LEFT JOIN record r ON r.message_id = d.message_id,\n"
	"  json_each(d.quotes) e",

	"CREATE VIEW v_source AS SELECT\n"
	"  s.id, CAST(s.path AS TEXT) AS path,\n"
	"  " MEMBER_OF("s") " AS member,\n"
	"  s.generation,\n"
	"  " WORD_OF("state", "s.state") " AS state,\n"
	"  s.size, " TIME_OF("s.mtime") " AS mtime,\n"
	"  lower(hex(s.sha256)) AS sha256, s.reason\n"
	"FROM source s\n"
	"ORDER BY s.path, s.member, s.generation",

	"CREATE VIEW v_message AS SELECT\n"
	"  m.id, m.message_id, " TIME_OF("m.date") " AS date,\n"
	"  " STRING_OF("m.from_id") " AS \"from\", m.subject,\n"
	"  " TIME_OF("m.time") " AS received,\n"
	"  " WORD_OF("result", "m.verdict") " AS verdict,\n"
	"  " WORD_OF("basis", "m.fail_basis") " AS fail_basis,\n"
	"  " WORD_OF("tls", "m.weakest") " AS weakest,\n"
	"  " WORD_OF("claimed", "m.claimed") " AS claimed,\n"
	"  m.hops, m.encrypted, m.cleartext, m.unknown, m.excluded,\n"
	"  " STRING_OF("m.receiver_id") " AS receiver,\n"
	"  " STRING_OF("m.peer_id") " AS peer,\n"
	"  " STRING_OF("m.peer_part_id") " AS peer_part,\n"
	"  " WORD_OF("peer", "m.peer_basis") " AS peer_basis,\n"
	"  " WORD_OF("end_to_end", "m.end_to_end") " AS end_to_end,\n"
	"  m.parent_sha256 IS NOT NULL AS is_embedded,\n"
	"  m.log_key IS NOT NULL AS is_log_only,\n"
	"  m.is_joined,\n"
	"  (SELECT count(*) FROM occurrence o WHERE o.message_id = m.id)\n"
	"    AS occurrences,\n"
	"  (SELECT count(*) FROM message c WHERE c.message_id = m.message_id\n"
	"    AND c.id <> m.id) AS copies,\n"
	"  CAST(s.path AS TEXT) AS path,\n"
	"  " MEMBER_OF("s") " AS member,\n"
	"  m.off, m.length, lower(hex(m.sha256)) AS sha256,\n"
	"  lower(hex(m.content_sha256)) AS content_sha256\n"
	"FROM message m LEFT JOIN source s ON s.id = m.source_id",

	"CREATE VIEW v_hop AS SELECT\n"
	"  h.message_id, h.idx AS hop, m.border IS h.idx AS is_border,\n"
	"  h.is_trusted,\n"
	"  h.from_name, h.from_helo, h.from_rdns, h.from_ip,\n"
	"  h.by_name, h.by_ip,\n"
	"  " STRING_OF("h.with_id") " AS \"with\", h.id, h.\"for\",\n"
	"  " WORD_OF("transport", "h.transport") " AS transport,\n"
	"  " TIME_OF("h.time") " AS time, h.delay,\n"
	"  " WORD_OF("verdict", "h.verdict") " AS verdict,\n"
	"  " WORD_OF("basis", "h.basis") " AS basis,\n"
	"  " WORD_OF("tls", "h.tls_version") " AS tls_version,\n"
	"  " WORD_OF("tls", "h.tls_version_implied") "\n"
	"    AS tls_version_implied,\n"
	"  " STRING_OF("h.cipher_id") " AS cipher, h.bits,\n"
	"  " WORD_OF("fit", "h.fit") " AS fit, h.is_excluded, h.is_silent,\n"
	"  " WORD_OF("auth", "h.server_auth") " AS server_auth,\n"
	"  " WORD_OF("auth", "h.client_auth") " AS client_auth,\n"
	"  " STRING_OF("h.software_id") " AS software,\n"
	"  h.is_corroborated, h.is_stamp,\n"
	"  " STRING_OF("h.decided_by_id") " AS decided_by\n"
	"FROM hop h JOIN message m ON m.id = h.message_id",

	"CREATE VIEW v_evidence AS SELECT\n"
	"  e.message_id, e.seq, e.hop,\n"
	"  " WORD_OF("part", "e.part") " AS part,\n"
	"  " WORD_OF("evidence", "e.kind") " AS kind,\n"
	"  " STRING_OF("e.rule_id") " AS rule,\n"
	"  CAST(s.path AS TEXT) AS path,\n"
	"  " MEMBER_OF("s") " AS member,\n"
	"  CASE WHEN e.source_id IS NULL AND NOT m.is_decoded\n"
	"    THEN m.off + e.off ELSE e.off END AS off,\n"
	"  e.length, e.pointer, e.text\n"
	"FROM evidence e JOIN message m ON m.id = e.message_id\n"
	"LEFT JOIN source s ON s.id = coalesce(e.source_id, m.source_id)",

	"CREATE VIEW v_event AS SELECT\n"
	"  e.id, " TIME_OF("e.time_us / 1000000") " AS time,\n"
	"  " STRING_OF("e.host_id") " AS host,\n"
	"  " STRING_OF("e.software_id") " AS software,\n"
	"  " WORD_OF("event", "e.kind") " AS kind,\n"
	"  " WORD_OF("side", "e.side") " AS side,\n"
	"  e.queue_id, e.next_queue_id, e.message_id, e.ses_id,\n"
	"  e.recipient,\n"
	"  " WORD_OF("verdict", "e.verdict") " AS verdict,\n"
	"  " WORD_OF("tls", "e.tls_version") " AS tls_version,\n"
	"  " STRING_OF("e.cipher_id") " AS cipher,\n"
	"  " WORD_OF("outcome", "e.outcome") " AS outcome,\n"
	"  CAST(s.path AS TEXT) AS path,\n"
	"  " MEMBER_OF("s") " AS member, e.off\n"
	"FROM event e JOIN source s ON s.id = e.source_id",

	"CREATE VIEW v_weak AS SELECT\n"
	"  h.*, m.message_id AS mail, m.subject, m.path, m.member\n"
	"FROM v_hop h JOIN v_message m ON m.id = h.message_id\n"
	"WHERE h.is_trusted AND NOT h.is_excluded AND NOT h.is_silent\n"
	"  AND h.fit <> 'meets'",

	"CREATE VIEW v_by_month AS SELECT\n"
	"  " MONTH_OF("time") " AS month,\n"
	"  count(*) AS messages,\n"
	"  sum(verdict = 1) AS pass, sum(verdict = 3) AS fail,\n"
	"  sum(verdict = 2) AS undetermined, sum(verdict = 0) AS none,\n"
	"  sum(entry_version = 6) AS \"TLSv1.3\",\n"
	"  sum(entry_version = 5) AS \"TLSv1.2\",\n"
	"  sum(entry_version BETWEEN 1 AND 4) AS older,\n"
	"  sum(entry_verdict = 1 AND entry_version IS NULL) AS no_version,\n"
	"  sum(entry_verdict = 2) AS cleartext,\n"
	"  sum(entry_verdict = 0) AS unknown\n"
	"FROM message WHERE parent_sha256 IS NULL\n"
	"GROUP BY 1 ORDER BY 1",

	"CREATE VIEW v_by_peer AS SELECT\n"
	"  " STRING_OF("g.peer_id") " AS peer,\n"
	"  " STRING_OF("g.part_id") " AS part,\n"
	"  " WORD_OF("peer", "g.basis") " AS basis,\n"
	"  g.messages, g.encrypted, g.cleartext, g.unknown,\n"
	"  " WORD_OF("tls", "g.weakest") " AS weakest, g.failing\n"
	"FROM (SELECT peer_id, peer_part_id AS part_id,\n"
	"    max(peer_basis) AS basis, count(*) AS messages,\n"
	"    sum(entry_verdict = 1) AS encrypted,\n"
	"    sum(entry_verdict = 2) AS cleartext,\n"
	"    sum(entry_verdict = 0) AS unknown,\n"
	"    min(entry_version) AS weakest, sum(entry_fit > 3) AS failing\n"
	"  FROM message WHERE parent_sha256 IS NULL AND peer_id IS NOT NULL\n"
	"  GROUP BY peer_id, peer_part_id) g\n"
	"ORDER BY g.failing DESC, g.messages DESC, peer, part",
};

const size_t tt_schema_n = sizeof(tt_schema) / sizeof(tt_schema[0]);

/* Their keys come in no order, so that each row of a scan would change another
 * page of each: they are made of all rows at once, when the first scan ends.
 * What a scan itself asks of them is in memory until then (content.c); the
 * first is made before the others where that would be too much. */
const char *const tt_schema_late[] = {
	"CREATE UNIQUE INDEX message_content ON message(content_sha256)\n"
	"  WHERE content_sha256 IS NOT NULL",
	"CREATE UNIQUE INDEX message_log_key ON message(log_key)\n"
	"  WHERE log_key IS NOT NULL",
	"CREATE INDEX message_message_id ON message(message_id)\n"
	"  WHERE message_id IS NOT NULL",
	/* Holds all that a message is looked for by: browse.c reads no other
	 * rows than those it shows. */
	"CREATE INDEX message_listed ON message(listed, verdict, fail_basis,\n"
	"  entry_verdict, entry_version, peer_id, message_id, from_id,\n"
	"  recipients, subject) WHERE listed IS NOT NULL",
	"CREATE INDEX occurrence_message ON occurrence(message_id)",
	"CREATE INDEX anomaly_code ON anomaly(code_id, message_id)",
};

const size_t tt_schema_late_n =
	sizeof(tt_schema_late) / sizeof(tt_schema_late[0]);

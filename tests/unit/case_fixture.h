/* case_fixture.h - a directory for cases, mail to put into them, and a text
 * of all a case holds, without the numbers of its rows */
#ifndef TESTS_CASE_FIXTURE_H
#define TESTS_CASE_FIXTURE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tlstrail/store/figures.h>
#include <tlstrail/trail/codec.h>

#include "store/store_private.h"
#include "trail_fixture.h"

/* ---- files ---- */

static char case_dir[64];
static char case_path[96];

static inline void case_remove(const char *path)
{
	char beside[256];

	unlink(path);
	snprintf(beside, sizeof(beside), "%s-journal", path);
	unlink(beside);
}

static inline int case_set_up(void **state)
{
	/* In memory where that can be: a case waits for the disk. */
	snprintf(case_dir, sizeof(case_dir), "%s/test_case.XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(case_dir))
		return -1;
	snprintf(case_path, sizeof(case_path), "%s/case.db", case_dir);
	return load(state);
}

static inline int case_tear_down(void **state)
{
	case_remove(case_path);
	rmdir(case_dir);
	return unload(state);
}

static inline int case_fresh(void **state)
{
	(void)state;
	case_remove(case_path);
	return 0;
}

/* The whole file; *n_r its length; caller frees with tt_free(). */
static inline uint8_t *file_read(const char *path, size_t *n_r)
{
	FILE *f = fopen(path, "rb");

	*n_r = 0;
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	const long n = ftell(f);

	rewind(f);
	uint8_t *p = tt_malloc((size_t)n + 1);

	*n_r = fread(p, 1, (size_t)n, f);
	fclose(f);
	return p;
}

static inline void file_write(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static inline void file_copy(const char *from, const char *to)
{
	size_t n;
	uint8_t *p = file_read(from, &n);

	if (p)
		file_write(to, p, n);
	else
		unlink(to);
	tt_free(&p);
}

/* ---- calls that must succeed ---- */

static struct tt_err ok_err;
#define OK(call)                                                \
	do {                                                    \
		ok_err = (struct tt_err){ 0 };                  \
		if ((call) != TT_OK)                            \
			fail_msg("%s: %s", #call, ok_err.text); \
	} while (0)

static const struct tt_case_option case_options[] = {
	{ "rules", { (const uint8_t *)"r1", 2 }, true },
	{ "--trust", { NULL, 0 }, true },
	{ "tool", { (const uint8_t *)"1.0", 3 }, false },
};

static inline struct tt_case *case_open(void)
{
	struct tt_case *c = NULL;

	OK(tt_case_open(&c, case_path, case_options, N(case_options), &ok_err));
	return c;
}

static inline void case_close(struct tt_case *c)
{
	OK(tt_case_close(&c, &ok_err));
	assert_null(c);
}

/* ---- mail ---- */

enum way { TLS13, TLS12, TLS10, CLEAR, SILENT, SES, WAYS };

static inline const char *stamp_of(enum way way)
{
	static const char *const stamps[] = {
		[TLS13] = "from a.example.org (a.example.org [192.0.2.1]) "
			  "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
			  "(256/256 bits)) by mx.example.net (Postfix)",
		[TLS12] = "from b.example.com (b.example.com [192.0.2.2]) "
			  "(using TLSv1.2 with cipher "
			  "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)) "
			  "by mx.example.net (Postfix)",
		[TLS10] = "from b.example.com (b.example.com [192.0.2.2]) "
			  "(using TLSv1 with cipher AES256-SHA (256/256 "
			  "bits)) by mx.example.net (Postfix)",
		[CLEAR] = "from c.example.org (unknown [192.0.2.3]) "
			  "by mx.example.net (Postfix)",
		[SILENT] = "from [192.0.2.4] by mx.example.net (odd)",
		[SES] = "from a27-29.smtp-out.us-west-2.amazonses.com "
			"(a27-29.smtp-out.us-west-2.amazonses.com "
			"[192.0.2.5]) (using TLSv1.3 with cipher "
			"TLS_AES_256_GCM_SHA384 (256/256 bits)) "
			"by mx.example.net (Postfix)",
	};

	return stamps[way];
}

struct mail {
	enum way way;
	int day;     /* of 2026, from 0 */
	int content; /* what makes it differ from others */
	bool is_embedded;
};

/* A timeline as a worker reads it, and as it is concluded. */
struct read_mail {
	struct built b;
	struct tt_out bytes; /* of what was read */
	struct tt_case_header header;
};

static inline struct tt_trail_options trail_options(const struct fixture *f,
						    const struct mail *m)
{
	return (struct tt_trail_options){
		.want_receiver = true,
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
		.is_claimed = m->is_embedded,
	};
}

static inline struct tt_slice block_of(struct tt_arena *arena,
				       const struct mail *m)
{
	static const int to_month[] = { 0,   31,  59,  90,  120, 151, 181,
					212, 243, 273, 304, 334, 365 };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
					      "May", "Jun", "Jul", "Aug",
					      "Sep", "Oct", "Nov", "Dec" };
	int month = 0;

	while (m->day >= to_month[month + 1])
		month++;
	const int day = m->day - to_month[month] + 1;

	return tt_slice_str(tt_arena_printf(
		arena,
		"Received: %s\r\n\twith %s id Q%d; %d %s 2026 12:00:%02d "
		"+0000\r\n"
		"Received: from pc.example.org (pc.example.org [198.51.100.7])"
		" by a.example.org (Postfix) with ESMTPSA id P%d; %d %s 2026 "
		"11:59:58 +0000\r\n"
		"Message-ID: <%d@example.org>\r\nSubject: mail %d\r\n"
		"From: someone@example.org\r\nDate: %d %s 2026 11:59:57 "
		"+0000\r\n\r\n",
		stamp_of(m->way),
		m->way == CLEAR || m->way == SILENT ? "ESMTP" : "ESMTPS",
		m->content, day, months[month], m->content % 50, m->content,
		day, months[month], m->content, m->content, day, months[month]));
}

static inline void content_hash(uint8_t hash[TT_SHA256_LEN], int content)
{
	memset(hash, 0xa5, TT_SHA256_LEN);
	memcpy(hash, &content, sizeof(content));
}

/* Release with mail_release(). */
static inline void mail_read(struct read_mail *r, const struct fixture *f,
			     const struct mail *m)
{
	const struct tt_trail_options o = trail_options(f, m);
	struct built *const b = &r->b;

	*r = (struct read_mail){ 0 };
	tt_out_init(&r->bytes, -1);
	b->block = block_of(&b->arena, m);
	tt_diags_init(&b->diags, &b->arena);
	tt_header_slice(&b->header, b->block, &b->arena, &b->diags);
	b->t.length = b->block.n;
	b->t.has_hash = true;
	b->t.has_parent = m->is_embedded;
	content_hash(b->t.sha256, m->content + 1000);
	content_hash(b->t.content_sha256, m->content);
	tt_identity_read(&b->t.identity, &b->header, TT_E2E_NONE, TT_WANT_ALL,
			 &b->arena, &b->diags);
	tt_timeline_read(&b->t, &b->header, &o, f->matcher, &b->arena,
			 &b->diags);
	r->header = (struct tt_case_header){
		TT_S("x-test"), m->content % 2 ? TT_S("odd") : TT_S("even")
	};
}

static inline void mail_release(struct read_mail *r)
{
	tt_out_release(&r->bytes);
	tt_arena_release(&r->b.arena);
}

/* Is it concluded on as it comes, or later by conclude_all()? */
enum when { LATER, AT_ONCE };

static inline void mail_put(struct tt_case *c, const struct fixture *f,
			    const struct mail *m, const char *path,
			    int64_t source, uint64_t off, uint32_t seq,
			    enum when when)
{
	const struct tt_trail_options o = trail_options(f, m);
	struct read_mail r;

	mail_read(&r, f, m);
	r.b.t.path = tt_slice_str(path);
	r.b.t.off = off + seq;
	tt_timeline_put(&r.bytes, &r.b.t);
	const struct tt_slice record = { r.bytes.buf, r.bytes.n };
	struct tt_timeline t;

	assert_true(tt_timeline_get(&t, record, f->rules, &r.b.arena));
	if (when == AT_ONCE)
		tt_timeline_conclude(&t, &o, &r.b.arena, &r.b.diags);
	const struct tt_case_mail mail = {
		.place = { source, off, seq },
		.rules = when == AT_ONCE ? f->rules : NULL,
		.t = &t,
		.record = record,
		.headers = &r.header,
		.n_headers = 1,
	};

	OK(tt_case_add(c, &mail, &ok_err));
	mail_release(&r);
}

static inline void mail_add(struct tt_case *c, const struct fixture *f,
			    const struct mail *m, const char *path,
			    int64_t source, uint64_t off, uint32_t seq)
{
	mail_put(c, f, m, path, source, off, seq, LATER);
}

/* What only logs know, of any mail. */
static inline void log_only_put(struct tt_case *c, const struct fixture *f,
				const char *key, struct read_mail *r)
{
	r->bytes.n = 0;
	tt_timeline_put(&r->bytes, &r->b.t);
	OK(tt_case_add_log_only(c, tt_slice_str(key), &r->b.t, f->rules,
				&ok_err));
}

/* As the run will: decoded, concluded, kept. */
static inline void conclude_all(struct tt_case *c, const struct fixture *f,
				enum tt_case_order order)
{
	struct tt_case_walk *w = tt_case_walk_new(c, order);
	struct tt_case_message m;
	struct tt_arena arena = { 0 };
	struct tt_err err = { 0 };
	int got;

	while ((got = tt_case_walk_next(w, &m, &err)) == 1) {
		struct tt_timeline t;
		struct tt_diags diags;
		const struct mail none = { 0 };
		struct tt_trail_options o = trail_options(f, &none);

		tt_arena_clear(&arena);
		tt_diags_init(&diags, &arena);
		assert_true(tt_timeline_get(&t, m.record, f->rules, &arena));
		o.is_claimed = t.has_parent;
		tt_timeline_conclude(&t, &o, &arena, &diags);
		OK(tt_case_conclude(c, m.id, &t, m.record, TT_NO_SLICE,
				    f->rules, &ok_err));
	}
	assert_int_equal(got, 0);
	tt_case_walk_free(&w);
	tt_arena_release(&arena);
	OK(tt_case_concluded(c, &ok_err));
}

static inline int64_t file_begin(struct tt_case *c, const char *path,
				 uint64_t size)
{
	const struct tt_case_file file = {
		.path = tt_slice_str(path),
		.is_regular = true,
		.size = size,
		.mtime_unix = 1700000000,
	};
	int64_t id = 0;

	OK(tt_case_begin(c, &file, &id, &ok_err));
	assert_true(id > 0);
	return id;
}

static inline void file_end(struct tt_case *c, int64_t id,
			    enum tt_source_state state)
{
	const struct tt_digest digest = { .is_whole = true, .sha256 = { 7 } };

	OK(tt_case_end(c, id, state, &digest, TT_NO_SLICE, &ok_err));
}

/* ---- all that a case holds ---- */

/* Every table by what its rows mean, in an order of its own. */
static const char *const dump_sql[] = {
	"SELECT 'run', name, value FROM run ORDER BY name",
	"SELECT 'source', path, member, generation, state, size, hex(sha256),"
	" reason FROM source ORDER BY path, member, generation",
	"SELECT 'message', hex(m.content_sha256), m.log_key, s.path, s.member,"
	" m.top_off, m.seq, m.off, m.length, hex(m.sha256), m.message_id,"
	" m.subject, m.is_concluded, m.verdict, m.border, m.hops, m.time,"
	" m.entry, m.entry_version, m.worst_fit, hex(r.read),"
	" hex(r.concluded) FROM message m"
	" LEFT JOIN source s ON s.id = m.source_id"
	" LEFT JOIN record r ON r.message_id = m.id"
	" ORDER BY m.content_sha256, m.log_key",
	"SELECT 'names', hex(m.content_sha256), a.value, b.value, d.value"
	" FROM message m LEFT JOIN string a ON a.id = m.receiver_id"
	" LEFT JOIN string b ON b.id = m.peer_id"
	" LEFT JOIN string d ON d.id = m.peer_part_id"
	" ORDER BY m.content_sha256, m.log_key",
	"SELECT 'occurrence', s.path, s.member, s.generation, o.top_off, o.seq,"
	" hex(m.content_sha256), o.off FROM occurrence o"
	" JOIN source s ON s.id = o.source_id"
	" JOIN message m ON m.id = o.message_id"
	" ORDER BY s.path, s.member, s.generation, o.top_off, o.seq",
	"SELECT 'header', hex(m.content_sha256), h.seq, n.value, v.value"
	" FROM header h JOIN message m ON m.id = h.message_id"
	" JOIN string n ON n.id = h.name_id JOIN string v ON v.id = h.value_id"
	" ORDER BY m.content_sha256, h.seq",
	"SELECT 'hop', hex(m.content_sha256), m.log_key, h.idx, h.by_name, h.id,"
	" h.time, h.tls_version, h.verdict, h.basis, h.fit, h.is_trusted,"
	" d.value FROM hop h JOIN message m ON m.id = h.message_id"
	" LEFT JOIN string d ON d.id = h.decided_by_id"
	" ORDER BY m.content_sha256, m.log_key, h.idx",
	"SELECT 'evidence', hex(m.content_sha256), m.log_key, e.seq, e.hop,"
	" e.part, e.kind, s.path, e.off, e.length, e.pointer, e.text"
	" FROM evidence e JOIN message m ON m.id = e.message_id"
	" LEFT JOIN source s ON s.id = e.source_id"
	" ORDER BY m.content_sha256, m.log_key, e.seq",
	"SELECT 'anomaly', hex(m.content_sha256), a.seq, c.value, a.hop, a.text"
	" FROM anomaly a JOIN message m ON m.id = a.message_id"
	" JOIN string c ON c.id = a.code_id"
	" ORDER BY m.content_sha256, a.seq",
	"SELECT 'diag', s.path, hex(m.content_sha256), d.seq, c.value, d.text"
	" FROM diag d LEFT JOIN source s ON s.id = d.source_id"
	" LEFT JOIN message m ON m.id = d.message_id"
	" JOIN string c ON c.id = d.code_id"
	" ORDER BY s.path, m.content_sha256, d.seq",
	"SELECT 'event', s.path, s.member, s.generation, e.off, e.kind,"
	" h.value, e.queue_id, e.message_id, e.time_us, e.time_uncertainty,"
	" e.verdict FROM event e JOIN source s ON s.id = e.source_id"
	" LEFT JOIN string h ON h.id = e.host_id"
	" ORDER BY s.path, s.member, s.generation, e.id",
	"SELECT 'batch', s.path, s.member, s.generation, b.n, hex(b.records)"
	" FROM batch b JOIN source s ON s.id = b.source_id"
	" ORDER BY s.path, s.member, s.generation, b.id",
	"SELECT 'log', s.path, hex(l.shared) FROM log l"
	" JOIN source s ON s.id = l.source_id ORDER BY s.path",
};

/* The program asks none of its views; who reads a case does. */
static inline void allow_views(struct tt_case *c)
{
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_VIEW, 1, NULL);
	/* SQLite 3.40 does not call the functions of JSON innocuous. */
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
}

static inline int64_t n_rows(struct tt_case *c, const char *view)
{
	char sql[128];

	allow_views(c);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", view);
	return tt_case_int(c, sql);
}

/* In the arena; NUL-terminated. */
static inline const char *case_dump(struct tt_case *c, struct tt_arena *arena)
{
	struct tt_out out;

	allow_views(c);
	tt_out_init(&out, -1);
	for (size_t i = 0; i < N(dump_sql); i++) {
		struct tt_query q = tt_query_once(c, dump_sql[i]);

		while (tt_query_step(&q) == 1) {
			const int n = sqlite3_column_count(q.s);

			for (int k = 0; k < n; k++) {
				const struct tt_slice s = tt_get_slice(&q);

				tt_out_text(&out, s.p ? s : TT_S("null"));
				tt_out_str(&out, k + 1 < n ? " | " : "\n");
			}
		}
		tt_query_end(&q);
	}
	assert_string_equal(c->broken.text, "");
	const char *text = tt_arena_cstr(arena, ((struct tt_slice){ out.buf, out.n }));

	tt_out_release(&out);
	return text;
}

#endif

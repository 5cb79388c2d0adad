/* verify - are the sources of a case still what was read?
 *
 * Each file is read again: its hash is compared, and every span that a
 * conclusion quotes with the bytes that stand there now.  A file that is gone
 * or has changed is told, and the rest goes on. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <tlstrail/store/figures.h>

#include "case.h"
#include "show.h"

struct row {
	int64_t id;
	const struct tt_slice *member;
	size_t n_member;
	bool is_met;
};

/* Bytes [base, base + n) of a stream. */
struct window {
	struct tt_stream *stream;
	uint8_t *buf;
	size_t n, cap;
	uint64_t base;
};

struct verifying {
	const struct tt_verify_options *o;
	struct tt_case *store;
	struct tt_arena file;
	struct tt_err err;
	/* of the file at hand; path n 0: none yet */
	struct tt_slice path;
	struct tt_case_source_row of;
	TT_VEC(struct row) rows;
	struct window window;
	uint64_t n_wrong; /* of its spans */

	uint64_t files, changed, missing;
	uint64_t unread;  /* pipes, and what was not read to its end */
	uint64_t passed;  /* told by the scan, and nothing read of them */
	uint64_t superseded; /* read again by a scan, changed */
	uint64_t spans, decoded, wrong;
	bool is_cut; /* not all that the scan was given is in the case */
};

static bool is_stopped(const struct verifying *v)
{
	return v->err.status != TT_OK ||
	       (v->o->is_interrupted && *v->o->is_interrupted);
}

static void tell(struct verifying *v, const char *what)
{
	struct tt_out *const out = v->o->messages;

	tt_out_str(out, "tlstrail: ");
	tt_out_text(out, tt_shown_name(v->path));
	tt_out_str(out, ": ");
	tt_out_str(out, what);
	tt_out_str(out, "\n");
}

/* ---- spans ---- */

/* Moves the window on: what is before `keep` may go. */
static bool read_more(struct window *w, uint64_t keep)
{
	const size_t gone = keep > w->base + w->n ? w->n
			    : keep > w->base	  ? (size_t)(keep - w->base)
						  : 0;

	if (gone) {
		memmove(w->buf, w->buf + gone, w->n - gone);
		w->base += gone;
		w->n -= gone;
	}
	if (w->cap - w->n < TT_MAX_window) {
		w->cap = tt_add_size(tt_mul_size(w->cap, 2), TT_MAX_window);
		w->buf = tt_realloc(w->buf, w->cap);
	}
	const int64_t n = tt_stream_read(w->stream, w->buf + w->n,
					 (size_t)TT_MAX_window);

	if (n <= 0)
		return false;
	w->n += (size_t)n;
	return true;
}

/* The bytes that stand there now; fewer where the stream ends before. */
static struct tt_slice bytes_at(struct window *w, uint64_t off, uint64_t n,
				uint64_t keep)
{
	while (w->base + w->n < off + n && read_more(w, keep))
		;
	if (off < w->base || off > w->base + w->n)
		return TT_NO_SLICE;
	return tt_slice_sub((struct tt_slice){ w->buf, w->n },
			    (size_t)(off - w->base), (size_t)n);
}

static void tell_span(struct verifying *v, const struct tt_case_span *s,
		      uint64_t off)
{
	struct tt_out *const out = v->o->messages;

	if (v->n_wrong++ >= TT_MAX_verify_told)
		return;
	tt_out_str(out, "tlstrail: ");
	tt_out_text(out, tt_shown_name(v->path));
	tt_out_printf(out, ": %llu bytes at %llu are not what ",
		      (unsigned long long)s->length, (unsigned long long)off);
	tt_out_text(out, s->rule.n ? s->rule : TT_S("the grammar"));
	tt_out_str(out, " quoted\n");
}

static bool take_span(void *ctx, const struct tt_case_span *s)
{
	struct verifying *const v = ctx;
	const uint64_t off = s->off + (s->is_message ? s->message_off : 0);
	/* Quotes of a message come in no order, those of a log in that of its
	 * lines, more or less. */
	const uint64_t keep = s->is_message	      ? s->message_off
			      : off > TT_MAX_log_line ? off - TT_MAX_log_line
						      : 0;

	if (s->is_decoded) {
		v->decoded++;
		return !is_stopped(v);
	}
	const struct tt_slice now = bytes_at(&v->window, off, s->text.n, keep);

	v->spans++;
	if (!tt_slice_eq(now, s->text)) {
		v->wrong++;
		tell_span(v, s, off);
	}
	return !is_stopped(v);
}

/* ---- files ---- */

static struct row *row_of(struct verifying *v, const struct tt_origin *o)
{
	for (size_t i = 0; i < v->rows.n; i++) {
		struct row *const r = &v->rows.v[i];
		size_t k = 0;

		if (r->is_met || r->n_member != o->n_member)
			continue;
		while (k < o->n_member &&
		       tt_slice_eq(r->member[k], o->member[k]))
			k++;
		if (k == o->n_member)
			return r;
	}
	return NULL;
}

static void read_stream(struct verifying *v, struct tt_stream *stream)
{
	struct row *const r = row_of(v, tt_stream_origin(stream));

	tt_stream_digest(stream, NULL, TT_NO_SLICE);
	if (!r)
		return; /* nothing was found in it */
	r->is_met = true;
	v->window.stream = stream;
	v->window.n = 0;
	v->window.base = 0;
	(void)!tt_case_spans(v->store, r->id, take_span, v, &v->err);
}

/* Not there, not to be read, or something else now: a pipe would keep us
 * waiting for whoever writes. */
static void tell_missing(struct verifying *v, const struct stat *st, int code)
{
	v->missing++;
	tell(v, code == ENOENT || code == ENOTDIR ? "is not there"
		: code				  ? strerror(code)
		: S_ISREG(st->st_mode)		  ? "cannot be read"
						  : "is no file any more");
}

static void read_file(struct verifying *v)
{
	struct tt_digest digest = { .hash = tt_sha256_new() };
	struct tt_source *source = NULL;
	struct tt_stream *stream;
	struct tt_diags diags;
	struct tt_err err = { 0 };
	char *const path = tt_arena_cstr(&v->file, v->path);

	struct stat st = { 0 };

	tt_diags_init(&diags, &v->file);
	errno = 0;
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    tt_source_open(&source, path, &diags, &err) != TT_OK) {
		tell_missing(v, &st, err.status == TT_OK ? errno : err.sys_errno);
		tt_sha256_free(&digest.hash);
		return;
	}
	tt_source_stop_on(source, v->o->is_interrupted);
	tt_source_digest_to(source, &digest);
	while (!is_stopped(v) && tt_source_next(source, &stream) > 0)
		read_stream(v, stream);
	tt_source_close(&source);
	if (!is_stopped(v) &&
	    (!digest.is_whole ||
	     memcmp(digest.sha256, v->of.sha256, sizeof(digest.sha256)) != 0)) {
		v->changed++;
		tell(v, "has changed since it was read");
	}
	tt_sha256_free(&digest.hash);
}

/* A link, a directory, what could not be opened, our own output: the scan has
 * named it, and nothing in the case is from it. */
static bool was_passed(const struct verifying *v)
{
	return !v->of.is_regular && !v->of.has_hash && v->rows.n == 1 &&
	       v->of.occurrences + v->of.events == 0;
}

/* All rows of one file are at hand. */
static void end_file(struct verifying *v)
{
	if (v->path.n == 0 || is_stopped(v))
		return;
	v->n_wrong = 0;
	if (v->of.is_regular && v->of.has_hash) {
		v->files++;
		read_file(v);
	} else if (was_passed(v)) {
		v->passed++;
	} else {
		v->unread++;
		tell(v, v->of.is_regular ? "was not read to its end: there is "
					   "no hash to compare"
					 : "is no file that can be read again");
	}
	if (v->n_wrong > TT_MAX_verify_told)
		tt_out_printf(
			v->o->messages, "tlstrail: and %llu more\n",
			(unsigned long long)(v->n_wrong - TT_MAX_verify_told));
}

static void begin_file(struct verifying *v, const struct tt_case_source_row *r)
{
	tt_arena_clear(&v->file);
	v->rows.v = NULL;
	v->rows.n = v->rows.cap = 0;
	v->path = tt_arena_dup(&v->file, r->path);
	v->of = *r;
}

static bool take_source(void *ctx, const struct tt_case_source_row *r)
{
	struct verifying *const v = ctx;

	if (!r->is_newest) { /* what was read then is not there any more */
		v->superseded += r->is_file;
		return true;
	}
	if (r->is_file) {
		end_file(v);
		begin_file(v, r);
	}
	struct tt_slice *const member = TT_NEW_N(&v->file, struct tt_slice,
						 r->n_member);

	for (size_t i = 0; i < r->n_member; i++)
		member[i] = tt_arena_dup(&v->file, r->member[i]);
	*tt_vec_push(&v->file, &v->rows) = (struct row){ r->id, member,
							 r->n_member, false };
	return !is_stopped(v);
}

/* ---- the end ---- */

static void put_count(struct tt_out *out, uint64_t n, const char *one,
		      const char *more)
{
	tt_out_printf(out, "%llu %s", (unsigned long long)n,
		      n == 1 ? one : more);
}

/* A line, where there are any. */
static void put_line(struct tt_out *out, uint64_t n, const char *one,
		     const char *more)
{
	if (!n)
		return;
	put_count(out, n, one, more);
	tt_out_str(out, "\n");
}

static void sum_up(struct verifying *v)
{
	struct tt_out *const out = v->o->out;

	put_count(out, v->files, "file", "files");
	tt_out_printf(out, " read again: %llu changed, %llu missing\n",
		      (unsigned long long)v->changed,
		      (unsigned long long)v->missing);
	put_count(out, v->spans, "quoted span", "quoted spans");
	tt_out_printf(out, " compared: %llu differ\n",
		      (unsigned long long)v->wrong);
	put_line(out, v->decoded,
		 "span of a decoded message stands on the hash of its file",
		 "spans of decoded messages stand on the hash of their file");
	put_line(out, v->superseded,
		 "file had changed between scans: what was read of it first "
		 "cannot be compared",
		 "files had changed between scans: what was read of them first "
		 "cannot be compared");
	put_line(out, v->unread, "source cannot be read again",
		 "sources cannot be read again");
	put_line(out, v->passed,
		 "name was told by the scan and not read: nothing to compare",
		 "names were told by the scan and not read: nothing to "
		 "compare");
}

static enum tt_exit exit_of(struct verifying *v)
{
	if (!tt_flush_or_tell(v->o->out, v->o->messages))
		return TT_EXIT_OUTPUT;
	if (v->err.status != TT_OK)
		return tt_case_exit(&v->err);
	if (is_stopped(v))
		return TT_EXIT_INTERRUPTED;
	return v->changed + v->missing + v->wrong + v->unread || v->is_cut ?
		       TT_EXIT_PARTIAL :
		       TT_EXIT_DONE;
}

enum tt_exit tt_run_verify(const struct tt_verify_options *options)
{
	struct verifying v = { .o = options };

	if (tt_case_open_to_read(&v.store, options->path, &v.err) == TT_OK &&
	    tt_case_sources(v.store, take_source, &v, &v.err) == TT_OK) {
		end_file(&v);
		v.is_cut = tt_case_tell_cut(v.store, options->path,
					    options->messages, &v.err);
		if (!options->is_quiet)
			sum_up(&v);
	}
	if (v.store)
		(void)!tt_case_close(&v.store, &v.err);
	tt_case_complain(options->messages, options->path, &v.err);
	const enum tt_exit status = exit_of(&v);

	(void)!tt_out_flush(options->messages);
	tt_free(&v.window.buf);
	tt_arena_release(&v.file);
	return status;
}

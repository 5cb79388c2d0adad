/* source.c - one FILE argument into plain byte streams
 *
 * Looks at the first bytes, unwraps a layer, looks again: a stack of archives
 * being walked, and a chain of inputs on top of it.  Bounded by
 * TT_MAX_filters and TT_MAX_archives; memory by the layers, not by the file.
 * Whatever cannot be read is a diag, and the walk goes on where it can. */
#include "inflate.h"
#include "layer.h"
#include "libarchive.h"
#include "mailstore.h"

#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct tt_stream {
	struct tt_input *in;
	struct tt_walk *walk;
};

struct tt_source {
	struct tt_walk walk;
	struct tt_arena arena;
	struct tt_archive *archive[TT_WALK_MEMBERS]; /* outermost first */
	size_t n_archives;
	struct tt_input *file; /* until it goes into the chain */
	struct tt_stream stream;
	bool has_failed;
};

static void init_walk(struct tt_walk *walk, struct tt_slice path,
		      struct tt_diags *diags)
{
	walk->diags = diags;
	walk->origin.path = path;
	walk->origin.member = walk->member;
	walk->file_size = UINT64_MAX;
}

static struct tt_source *new_source(struct tt_slice path,
				    struct tt_diags *diags)
{
	struct tt_source *s = tt_zalloc(sizeof(*s));

	init_walk(&s->walk,
		  (struct tt_slice){
			  (uint8_t *)tt_arena_cstr(&s->arena, path), path.n },
		  diags);
	s->stream.walk = &s->walk;
	return s;
}

enum tt_status tt_source_open(struct tt_source **source_r, const char *path,
			      struct tt_diags *diags, struct tt_err *err)
{
	struct tt_source *s = new_source(tt_slice_str(path), diags);

	s->file = tt_input_file(&s->walk, path, err);
	*source_r = s;
	if (s->file)
		return TT_OK;
	tt_source_close(source_r);
	return TT_IO;
}

enum tt_status tt_entry_open(struct tt_entry *entry, struct stat *st_r,
			     struct tt_diags *diags, struct tt_err *err)
{
	struct tt_walk walk = { 0 };

	if (entry->kind != TT_ENTRY_NAMED || entry->fd >= 0)
		return TT_OK;
	init_walk(&walk, entry->path, diags);
	entry->fd = tt_open_named(&walk, (const char *)entry->path.p, st_r,
				  err);
	entry->st = st_r;
	return entry->fd < 0 ? TT_IO : TT_OK;
}

enum tt_status tt_source_open_entry(struct tt_source **source_r,
				    struct tt_entry *entry,
				    struct tt_diags *diags, struct tt_err *err)
{
	/* What was named is a C string of the caller's. */
	if (entry->kind == TT_ENTRY_NAMED && entry->fd < 0)
		return tt_source_open(source_r, (const char *)entry->path.p,
				      diags, err);
	*source_r = new_source(entry->path, diags);
	(*source_r)->walk.origin.is_met = entry->kind == TT_ENTRY_FILE;
	(*source_r)->walk.origin.is_delivery =
		entry->kind == TT_ENTRY_FILE &&
		tt_maildir_is_message(entry->path);
	(*source_r)->walk.ahead = entry->ahead;
	(*source_r)->walk.ahead_sum = entry->ahead_sum;
	(*source_r)->walk.is_lent = entry->is_lent;
	(*source_r)->file = tt_input_opened(&(*source_r)->walk, entry->fd,
					    entry->st);
	entry->fd = -1;
	return TT_OK;
}

void tt_entry_read_ahead(struct tt_entry *entry, uint8_t *buf, size_t n)
{
	const ssize_t got = read(entry->fd, buf, n);

	entry->ahead = got > 0 ? (struct tt_slice){ buf, (size_t)got } :
				 TT_NO_SLICE;
}

void tt_source_stop_on(struct tt_source *source, volatile const int *flag)
{
	source->walk.stop = flag;
}

void tt_source_beat_to(struct tt_source *source, uint64_t *beat)
{
	source->walk.beat = beat;
}

void tt_source_lend(struct tt_source *source, uint8_t *buf, size_t n)
{
	source->walk.lent = buf;
	source->walk.n_lent = n;
}

void tt_source_digest_to(struct tt_source *source, struct tt_digest *digest)
{
	source->walk.digest = digest;
	tt_input_file_digest(source->file);
}

void tt_source_close(struct tt_source **source)
{
	struct tt_source *s = *source;

	if (!s)
		return;
	tt_input_close(&s->stream.in);
	while (s->n_archives)
		tt_archive_close(&s->archive[--s->n_archives]);
	tt_input_close(&s->file);
	tt_arena_release(&s->arena);
	tt_free(source);
}

/* Puts an archive on the stack; nothing where it cannot be. */
static void push_archive(struct tt_source *s, const struct tt_layer *layer,
			 struct tt_input *in)
{
	if (s->n_archives >= TT_MAX_archives ||
	    s->n_archives + 1 >= TT_WALK_MEMBERS) {
		tt_walk_limit(&s->walk, TT_DIAG_limit_archives,
			      TT_LIM_archives, s->n_archives + 1);
		tt_input_close(&in);
		return;
	}
	if (layer->needs_seek && !tt_input_can_seek(in))
		in = tt_input_hold(in);
	else if (tt_input_can_seek(in) && tt_input_seek(in, 0, SEEK_SET) != 0)
		tt_input_close(&in);
	if (!in)
		return;
	struct tt_archive *ar = tt_archive_open(layer, in);

	if (ar)
		s->archive[s->n_archives++] = ar;
}

/* Of a large file, inflating goes on while what it gave is parsed. */
static bool wants_thread(const struct tt_source *s, const struct tt_input *in)
{
	return in->n_filters && s->n_archives == 0 &&
	       s->walk.file_size != UINT64_MAX &&
	       s->walk.file_size >= TT_MAX_ahead_from;
}

/* Unwraps what can be unwrapped: true where a plain stream remained. */
static bool unwrap(struct tt_source *s, struct tt_input *in)
{
	const struct tt_layer *layer;

	while ((layer = tt_layer_choose(tt_input_peek(in))) != NULL) {
		if (s->walk.digest)
			tt_digest_apart(s->walk.digest, &s->walk);
		if (tt_input_is_file(in))
			tt_input_file_keep(in);
		if (layer->kind != TT_LAYER_FILTER ||
		    in->n_filters >= TT_MAX_filters)
			break;
		in = layer->unwrap(layer, in);
	}
	if (wants_thread(s, in))
		in = tt_input_ahead(in);
	if (!layer) {
		s->stream.in = in;
		return true;
	}
	if (layer->kind == TT_LAYER_ARCHIVE) {
		push_archive(s, layer, in);
		return false;
	}
	if (layer->kind == TT_LAYER_FILTER)
		tt_walk_limit(&s->walk, TT_DIAG_limit_filters, TT_LIM_filters,
			      in->n_filters + 1);
	else
		tt_walk_diag(&s->walk, TT_DIAG_outlook_item, 0, NULL);
	tt_input_close(&in);
	return false;
}

/* The next input to look at: the file, then members of the innermost
 * archive; 0 when there is none left. */
static struct tt_input *next_input(struct tt_source *s)
{
	struct tt_input *in = s->file;

	s->file = NULL;
	while (!in && s->n_archives && !s->walk.is_over) {
		const size_t top = s->n_archives - 1;
		const int r = tt_archive_next(s->archive[top], top, &in);

		if (r > 0)
			break;
		if (r < 0 && top == 0)
			s->has_failed = true;
		tt_archive_close(&s->archive[top]);
		s->n_archives--;
	}
	return in;
}

int tt_source_next(struct tt_source *source, struct tt_stream **stream_r)
{
	struct tt_input *in;

	tt_input_close(&source->stream.in);
	while ((in = next_input(source)) != NULL) {
		if (!unwrap(source, in))
			continue;
		*stream_r = &source->stream;
		return 1;
	}
	source->walk.origin.n_member = 0;
	return source->walk.is_over || source->has_failed ? -1 : 0;
}

void tt_stream_digest(struct tt_stream *stream, struct tt_sha256 *along,
		      struct tt_slice seen)
{
	const struct tt_walk *const walk = stream->walk;
	struct tt_digest *const d = walk->digest;
	const bool is_file = d && tt_input_is_file(stream->in) &&
			     tt_input_file_gave(stream->in, seen.n);

	if (is_file && walk->ahead_sum && seen.n == walk->ahead.n &&
	    seen.n == walk->file_size)
		tt_digest_know(d, walk->ahead_sum, seen.n);
	else if (is_file && along)
		tt_digest_along(d, along, seen);
	else if (d)
		tt_digest_apart(d, walk);
}

void tt_stream_digest_settle(struct tt_stream *stream)
{
	struct tt_digest *const d = stream->walk->digest;

	if (d && d->is_along)
		tt_sha256_settle(d->hash);
}

void tt_stream_digest_leave(struct tt_stream *stream)
{
	struct tt_digest *const d = stream->walk->digest;

	if (!d || !d->is_along)
		return;
	tt_sha256_alone(d->hash);
	d->is_along = false;
}

bool tt_stream_is_packed(const struct tt_stream *stream)
{
	return stream->in->n_filters > 0 || stream->walk->origin.n_member > 0;
}

const struct tt_origin *tt_stream_origin(const struct tt_stream *stream)
{
	return &stream->walk->origin;
}

struct tt_diags *tt_stream_diags(struct tt_stream *stream)
{
	return stream->walk->diags;
}

void tt_stream_diag(struct tt_stream *stream, enum tt_diag_code code,
		    uint64_t off, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tt_walk_vdiag(stream->walk, code, off, fmt, ap);
	va_end(ap);
}

int64_t tt_stream_read(struct tt_stream *stream, uint8_t *buf, size_t n)
{
	return tt_input_read(stream->in, buf, n);
}

size_t tt_stream_take(struct tt_stream *stream, const uint8_t *buf,
		      const uint8_t **sum_r)
{
	const struct tt_walk *const walk = stream->walk;
	const size_t n = tt_input_take(stream->in, buf);

	*sum_r = n && n == walk->ahead.n ? walk->ahead_sum : NULL;
	return n;
}

struct bytes_stream {
	struct tt_stream stream;
	struct tt_walk walk;
};

struct tt_stream *tt_stream_from_bytes(struct tt_slice bytes,
				       struct tt_diags *diags)
{
	struct bytes_stream *b = tt_zalloc(sizeof(*b));

	init_walk(&b->walk, TT_S("-"), diags);
	b->stream.walk = &b->walk;
	b->stream.in = tt_input_bytes(&b->walk, bytes);
	return &b->stream;
}

void tt_stream_free(struct tt_stream **stream)
{
	if (!*stream)
		return;
	tt_input_close(&(*stream)->in);
	tt_free(stream);
}

void tt_source_versions(struct tt_out *out)
{
	tt_inflate_versions(out);
	tt_out_printf(out, "zlib %s\n", zlibVersion());
	tt_libarchive_versions(out);
}

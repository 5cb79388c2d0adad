/* log_found.c - which of the FILEs are logs, and which below those
 *
 * Whoever keeps mail and logs in one directory means them together, and logs
 * have to be read before the mail.  So every file is looked at whose name does
 * not say that it is a message.  Not in archives: they would be read twice. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logs.h"

/* Which stream a look at a file comes to, as a place: none that is read. */
#define LOOKED_AT UINT64_MAX
/* What a packed log may come to, of text: as much as gzip makes of Postfix's,
 * and somewhat more. */
#define UNPACKED 8

static bool look_into(struct tt_show *s, struct tt_source *source,
		      struct tt_logs_found *found)
{
	const struct tt_reader_options ro = { .as = s->o->as };
	struct tt_reader *reader = NULL;
	struct tt_stream *stream;
	struct tt_err err;

	if (tt_source_next(source, &stream) <= 0 ||
	    tt_reader_open(&reader, stream, &ro, &err) != TT_OK)
		return false;
	const bool is_log = tt_logs_is_format(tt_reader_format(reader));

	if (is_log && tt_reader_format(reader) == TT_FORMAT_LOG)
		tt_log_first_time(reader, &found->file);
	found->is_member = tt_stream_origin(stream)->n_member > 0;
	if (tt_stream_is_packed(stream))
		found->bytes *= UNPACKED;
	tt_reader_close(&reader);
	return is_log;
}

bool tt_logs_look(struct tt_show *s, const char *path,
		  struct tt_logs_found *found_r)
{
	const struct tt_origin origin = { .path = tt_slice_str(path) };
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_source *source = NULL;
	struct tt_err err;
	struct stat st;
	bool is_log = false;

	*found_r = (struct tt_logs_found){ .path = path,
					   .file.path = origin.path };
	tt_show_in(s, &origin);
	if (strcmp(path, "-") == 0 || !tt_show_stat(s->o, path, &st) ||
	    !S_ISREG(st.st_mode) || tt_show_at(s, TT_PLACE_FILE, LOOKED_AT))
		return false;
	found_r->bytes = (uint64_t)st.st_size;
	tt_diags_init(&diags, &arena);
	if (tt_show_source(&source, s->o, path, &diags, &err) == TT_OK)
		is_log = look_into(s, source, found_r);
	tt_source_close(&source);
	tt_arena_release(&arena);
	tt_show_in(s, NULL);
	return is_log;
}

static void keep(struct tt_show *s, const struct tt_logs_found *found)
{
	struct tt_logs *const logs = s->logs;

	*tt_vec_push(&s->arena, &logs->found) = *found;
	if (found->is_below)
		logs->bytes_below += found->bytes;
}

/* Most files are messages, and begin with a field of theirs: what they are is
 * plain before anything is opened to read them. */
static bool begins_mail(const struct tt_entry *entry)
{
	uint8_t buf[512];
	const ssize_t n = pread(entry->fd, buf, sizeof(buf), 0);

	return n > 0 && tt_begins_mail((struct tt_slice){ buf, (size_t)n });
}

/* One that was met below a directory. */
static void look_at_entry(struct tt_show *s, const struct tt_entry *entry)
{
	struct tt_logs_found found;

	if ((s->o->as == TT_FORMAT_AUTO && begins_mail(entry)) ||
	    !tt_logs_look(s, tt_arena_cstr(&s->arena, entry->path), &found) ||
	    found.is_member) {
		s->logs->has_mail = true;
		return;
	}
	found.is_below = true;
	found.id = (struct tt_file_id){ (uint64_t)entry->st->st_dev,
					(uint64_t)entry->st->st_ino };
	keep(s, &found);
}

/* Nothing is told: all of it is walked again for what is shown. */
static void look_below(struct tt_show *s, const char *path)
{
	struct tt_tree *tree = tt_tree_open(path, s->o->own, s->o->n_own);
	struct tt_entry *entry;
	struct tt_diags diags;

	tt_tree_leave_mail(tree);
	tt_diags_init(&diags, &s->record);
	while (!tt_show_is_stopped(s) && tt_tree_next(tree, &entry, &diags)) {
		if (entry->kind == TT_ENTRY_FILE)
			look_at_entry(s, entry);
		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
	}
	s->logs->has_mail |= tt_tree_has_left_mail(tree);
	tt_arena_clear(&s->record);
	tt_tree_close(&tree);
}

/* Those below directories are left to be met. */
static void leave_below(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	struct tt_diags diags;
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < logs->found.n; i++)
		if (logs->found.v[i].is_below)
			last = logs->found.v[i].path;
		else
			logs->found.v[n++] = logs->found.v[i];
	logs->found.n = n;
	tt_diags_init(&diags, &s->record);
	tt_diag_limit(&diags, TT_DIAG_logs_apart, TT_LIM_folder_logs, TT_NO_OFF,
		      logs->bytes_below);
	(void)tt_tell_source(s, tt_slice_str(last), &diags, 0);
	tt_arena_clear(&s->record);
}

static void list_known(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;

	for (size_t i = 0; i < logs->found.n; i++)
		if (logs->found.v[i].is_below)
			*tt_vec_push(&s->arena, &logs->known) =
				logs->found.v[i].id;
	if (logs->known.n)
		qsort(logs->known.v, logs->known.n, sizeof(*logs->known.v),
		      tt_file_id_order);
}

void tt_logs_find(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	struct tt_logs_found found;
	struct stat st;

	logs->is_log = TT_NEW_N(&s->arena, bool, s->o->n_files + 1);
	for (size_t i = 0; i < s->o->n_files; i++) {
		const char *const path = s->o->files[i];

		logs->is_log[i] = tt_logs_look(s, path, &found);
		if (logs->is_log[i])
			keep(s, &found);
		else if (!s->o->ready && stat(path, &st) == 0 &&
			 S_ISDIR(st.st_mode))
			look_below(s, path);
		else
			logs->has_mail = true;
	}
	if (logs->has_mail && logs->bytes_below > TT_MAX_folder_logs)
		leave_below(s);
	list_known(s);
}

void tt_logs_pass_over(const struct tt_show *s, struct tt_tree *tree)
{
	if (s->logs)
		tt_tree_pass_over(tree, s->logs->known.v, s->logs->known.n);
}

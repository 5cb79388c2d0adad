/* libarchive.h - the functions of libarchive, which is loaded when an archive
 * or a compression other than gzip is first met (util/library.h) */
#ifndef TLSTRAIL_SOURCE_LIBARCHIVE_H
#define TLSTRAIL_SOURCE_LIBARCHIVE_H

#include "input.h"

#include <archive.h>
#include <archive_entry.h>
#include <tlstrail/util/library.h>

#define TT_LIBARCHIVE_FUNCTIONS(F) \
	F(archive_version_number) \
	F(archive_errno) \
	F(archive_error_string) \
	F(archive_filter_bytes) \
	F(archive_read_new) \
	F(archive_read_free) \
	F(archive_read_append_filter) \
	F(archive_read_support_format_7zip) \
	F(archive_read_support_format_cpio) \
	F(archive_read_support_format_empty) \
	F(archive_read_support_format_raw) \
	F(archive_read_support_format_tar) \
	F(archive_read_support_format_zip) \
	F(archive_read_set_format_option) \
	F(archive_read_set_read_callback) \
	F(archive_read_set_seek_callback) \
	F(archive_read_set_callback_data) \
	F(archive_read_open1) \
	F(archive_read_next_header) \
	F(archive_read_data_block) \
	F(archive_read_has_encrypted_entries) \
	F(archive_entry_filetype) \
	F(archive_entry_hardlink) \
	F(archive_entry_is_data_encrypted) \
	F(archive_entry_pathname) \
	F(archive_entry_size)

struct tt_libarchive {
	TT_LIBARCHIVE_FUNCTIONS(TT_LIBRARY_MEMBER)
};

/* To be called once tt_libarchive_load() has said true. */
extern struct tt_libarchive tt_la;

/* Loads it, once for the process.  false: it cannot be, and *why_r says why
 * where why_r is not NULL. */
bool tt_libarchive_load(const char **why_r) TT_MUST_CHECK;

/* "libarchive 3.6.2" */
void tt_libarchive_versions(struct tt_out *out);

#endif

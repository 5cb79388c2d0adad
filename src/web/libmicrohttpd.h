/* libmicrohttpd.h - the functions of libmicrohttpd, which is loaded where a
 * page is served (util/library.h) */
#ifndef TLSTRAIL_WEB_LIBMICROHTTPD_H
#define TLSTRAIL_WEB_LIBMICROHTTPD_H

#include <microhttpd.h>
#include <tlstrail/util/library.h>

#define TT_LIBMICROHTTPD_FUNCTIONS(F) \
	F(MHD_get_version) \
	F(MHD_start_daemon) \
	F(MHD_stop_daemon) \
	F(MHD_get_daemon_info) \
	F(MHD_run) \
	F(MHD_get_timeout) \
	F(MHD_add_connection) \
	F(MHD_get_connection_info) \
	F(MHD_suspend_connection) \
	F(MHD_resume_connection) \
	F(MHD_create_post_processor) \
	F(MHD_post_process) \
	F(MHD_destroy_post_processor) \
	F(MHD_create_response_from_buffer) \
	F(MHD_add_response_header) \
	F(MHD_queue_response) \
	F(MHD_destroy_response)

struct tt_libmicrohttpd {
	TT_LIBMICROHTTPD_FUNCTIONS(TT_LIBRARY_MEMBER)
};

/* To be called once tt_libmicrohttpd_load() has said TT_OK. */
extern struct tt_libmicrohttpd tt_mhd;

/* By one thread at a time. */
enum tt_status tt_libmicrohttpd_load(struct tt_err *err) TT_MUST_CHECK;

#endif

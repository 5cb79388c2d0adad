/* browser.c - the page in the user's browser
 *
 * The token must not stand on a command line, which every user of the machine
 * can read: the browser is given a file instead, which only this user can, and
 * which leads on to the page. */
#define _GNU_SOURCE
#include "web.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* A directory that no other user can look into. */
static bool make_dir(struct tt_web *web, const char *base)
{
	const size_t n = strlen(base) + sizeof("/tlstrail-XXXXXX");

	web->opener_dir = tt_malloc(n);
	snprintf(web->opener_dir, n, "%s/tlstrail-XXXXXX", base);
	if (!mkdtemp(web->opener_dir)) {
		tt_free(&web->opener_dir);
		return false;
	}
	web->opener = tt_malloc(n + sizeof("/page.html"));
	snprintf(web->opener, n + sizeof("/page.html"), "%s/page.html",
		 web->opener_dir);
	return true;
}

/* Who became another user may still have the first one's directory named. */
static bool make_any_dir(struct tt_web *web)
{
	const char *const run = getenv("XDG_RUNTIME_DIR");

	return (run && run[0] == '/' && make_dir(web, run)) ||
	       make_dir(web, "/tmp");
}

static bool write_page(const struct tt_web *web)
{
	const int fd = open(web->opener, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			    0600);
	struct tt_out out;

	if (fd < 0)
		return false;
	tt_out_init(&out, fd);
	tt_out_str(&out, "<!doctype html><meta charset=utf-8>"
			 "<meta name=referrer content=no-referrer>"
			 "<title>tlstrail</title>"
			 "<meta http-equiv=refresh content=\"0;url=");
	tt_out_str(&out, web->url);
	tt_out_str(&out, "\"><a href=\"");
	tt_out_str(&out, web->url);
	tt_out_str(&out, "\">tlstrail</a>\n");
	const bool is_written = tt_out_flush(&out) == 0;

	tt_out_release(&out);
	return close(fd) == 0 && is_written;
}

/* Not our child for long: whatever browser it starts is nobody's. */
static enum tt_status start(const char *path, struct tt_err *err)
{
	char *const argv[] = { (char *)(uintptr_t)"xdg-open",
			       (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
					 STDOUT_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	errno = posix_spawnp(&pid, "xdg-open", &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return errno ? tt_err_io(err, "xdg-open") : TT_OK;
}

enum tt_status tt_web_open_browser(struct tt_web *web, struct tt_err *err)
{
	if (!make_any_dir(web) || !write_page(web))
		return tt_err_io(err, "a file for the browser");
	return start(web->opener, err);
}

void tt_web_close_browser(struct tt_web *web)
{
	if (web->opener)
		(void)unlink(web->opener);
	if (web->opener_dir)
		(void)rmdir(web->opener_dir);
	tt_free(&web->opener);
	tt_free(&web->opener_dir);
}

/* thread.c - a thread beside the one that has the loop
 *
 * Signals are for the thread that was there first: the new one has them all
 * blocked.  Its stack is small, since what runs on it keeps its state on the
 * heap and is shallow. */
#include "input.h"

#include <signal.h>

#define STACK_BYTES 262144

bool tt_thread_start(pthread_t *thread_r, void *(*run)(void *), void *arg)
{
	pthread_attr_t attr;
	sigset_t all, before;

	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	const int r = pthread_create(thread_r, &attr, run, arg);

	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return r == 0;
}

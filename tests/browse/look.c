/* look - how long each question to a case takes
 *
 * Usage: look CASE [TIMES [cpu]]
 *
 * Prints a line for each: the median and the longest time of TIMES (default
 * 5), in milliseconds of the clock, or of the processor where others are at
 * work, and what it answered; then the most memory held. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <tlstrail/store/browse.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct tt_browse *browse;
static struct tt_arena arena;
static double slowest;
static bool is_by_cpu;

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(is_by_cpu ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC,
			    &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void give_up(const struct tt_err *err)
{
	fprintf(stderr, "look: %s\n", err->text);
	exit(1);
}

static int by_time(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void ask(const char *name, const struct tt_browse_options *o,
		struct tt_browse_page *page, int times)
{
	double took[100];
	struct tt_err err = { 0 };

	for (int i = 0; i < times; i++) {
		const double begun = now_ms();

		tt_arena_clear(&arena);
		if (tt_browse_list(browse, o, page, &arena, &err) != TT_OK)
			give_up(&err);
		took[i] = now_ms() - begun;
	}
	qsort(took, (size_t)times, sizeof(took[0]), by_time);
	if (took[times - 1] > slowest)
		slowest = took[times - 1];
	printf("%8.2f %8.2f ms  %3zu of %s%llu%s  %s\n", took[times / 2],
	       took[times - 1], page->rows.n, page->is_exact ? "" : ">=",
	       (unsigned long long)page->total, page->is_cut ? " (cut)" : "",
	       name);
}

static void ask_figures(const char *name)
{
	const struct tt_browse_figures *f;
	struct tt_err err = { 0 };
	const double begun = now_ms();

	if (tt_browse_figures(browse, &f, &err) != TT_OK)
		give_up(&err);
	const double took = now_ms() - begun;

	if (took > slowest)
		slowest = took;
	printf("%8.2f          ms  %llu messages, %zu months, %zu+%llu "
	       "senders  %s\n",
	       took, (unsigned long long)f->messages, f->months.n, f->peers.n,
	       (unsigned long long)f->more_peers, name);
}

static void ask_lists(int times)
{
	struct tt_browse_options o = { .filter = TT_BROWSE_ALL, .limit = 50 };
	struct tt_browse_page page;

	ask("newest", &o, &page, times);
	for (int i = 0; i < 200 && page.older.is_set; i++) {
		struct tt_err err = { 0 };

		o.from = page.older;
		tt_arena_clear(&arena);
		if (tt_browse_list(browse, &o, &page, &arena, &err) != TT_OK)
			give_up(&err);
	}
	ask("the 201st page", &o, &page, times);
	o.is_newer = true;
	ask("the one before it", &o, &page, times);
	o = (struct tt_browse_options){ .filter = TT_BROWSE_ALL, .limit = 50 };
	o.filter.verdict = TT_RESULT_FAIL;
	ask("verdict fail", &o, &page, times);
	o.filter.way = TT_WAY_CLEARTEXT;
	ask("verdict fail, cleartext", &o, &page, times);
	o.filter.has_peer = true;
	o.filter.peer = TT_S("p1500.example");
	ask("... of a rare sender", &o, &page, times);
	o.filter = TT_BROWSE_ALL;
	o.filter.has_peer = true;
	o.filter.peer = TT_S("p2.example");
	ask("a frequent sender", &o, &page, times);
	o.filter = TT_BROWSE_ALL;
	o.filter.has_month = true;
	o.filter.month = 2024 * 12 + 5;
	ask("a month", &o, &page, times);
	o.filter = TT_BROWSE_ALL;
	o.filter.is_embedded = true;
	ask("inside others", &o, &page, times);
	o.filter = TT_BROWSE_ALL;
	o.filter.n_terms = 1;
	o.filter.term[0] = TT_S("contract");
	ask("a frequent word", &o, &page, times);
	o.filter.term[0] = TT_S("occurs-nowhere");
	ask("a word that is nowhere", &o, &page, times);
	o.filter.n_terms = 8;
	for (size_t i = 0; i < 8; i++)
		o.filter.term[i] = TT_S("e");
	o.filter.term[7] = TT_S("sender 1 occurs-nowhere");
	ask("eight words", &o, &page, times);
}

int main(int argc, char **argv)
{
	const int times =
		argc > 2 ? (int)tt_slice_number(tt_slice_str(argv[2]), 100) : 5;
	struct tt_err err = { 0 };
	struct rusage usage;
	if (argc < 2 || times < 1)
		return 2;
	is_by_cpu = argc > 3;
	const double begun = now_ms();

	if (tt_browse_open(&browse, argv[1], &err) != TT_OK)
		give_up(&err);
	printf("%8.2f          ms  opening\n", now_ms() - begun);
	ask_figures("figures, first");
	ask_figures("figures, kept");
	ask_lists(times);
	tt_browse_close(&browse);
	tt_arena_release(&arena);
	getrusage(RUSAGE_SELF, &usage);
	printf("slowest %.0f ms, %ld KB at most\n", slowest, usage.ru_maxrss);
	return 0;
}

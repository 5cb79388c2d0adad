/* export - one of the outputs that `show` does not offer, of mails
 *
 * Usage: export [-r] [-l LOG] FORMAT OUT UNDATED FILE...
 *        export [-r] FORMAT OUT UNDATED --payloads
 *
 * Writes what FORMAT makes of the files to OUT, and hops without a time to
 * UNDATED; says how many those were.  -r is --csv-raw.  With --payloads the
 * mail is one made by hand, once for each payload in each of its fields.  Run
 * from the top of the tree: the rules are read from ./rules. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <tlstrail/run.h>

#include "../unit/by_hand.h"
#include "../unit/payloads.h"

static void give_up(const char *what)
{
	fprintf(stderr, "export: %s\n", what);
	exit(2);
}

static void open_out(struct tt_out *out, const char *path)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0666);

	if (fd < 0)
		give_up(path);
	tt_out_init(out, fd);
}

static void close_out(struct tt_out *out)
{
	if (tt_out_flush(out) < 0 || close(out->fd) < 0)
		give_up("cannot write");
	tt_out_release(out);
}

static void write_payloads(const struct tt_emit_ops *ops,
			   const struct tt_emit_options *o)
{
	static struct example x;
	struct tt_emit *e = ops->begin(o);

	for (size_t f = 0; fill(&x), field_at(&x, f); f++) {
		for (size_t p = 0; p < N_PAYLOADS; p++) {
			fill(&x);
			*field_at(&x, f) = payload_at(p).bytes;
			ops->timeline(e, &x.t);
		}
	}
	ops->end(e, NULL);
}

static void write_files(struct tt_show_options *o)
{
	struct tt_err err = { 0 };
	struct tt_rules *rules = NULL;
	struct tt_out messages;

	if (tt_rules_load(&rules, "rules", NULL, 0, false, &err) < 0)
		give_up(err.text);
	o->trail.rules = rules;
	o->trail.profile = tt_profile_find(rules, TT_S("bcp195"));
	tt_out_init(&messages, STDERR_FILENO);
	o->messages = &messages;
	const enum tt_exit status = tt_run_show(o);

	if (tt_out_flush(&messages) < 0 || status != TT_EXIT_DONE)
		give_up("the files could not be read");
	tt_out_release(&messages);
	tt_rules_free(&rules);
}

int main(int argc, char **argv)
{
	static const char *log;
	struct tt_show_options o = { 0 };
	struct tt_out out, undated;
	uint64_t n_undated = 0;
	int c;

	while ((c = getopt(argc, argv, "rl:")) != -1) {
		o.emit.is_csv_raw |= c == 'r';
		if (c == 'l')
			log = optarg;
	}
	if (argc - optind < 4)
		give_up("give FORMAT OUT UNDATED FILE...");
	o.ops = tt_emit_find(argv[optind]);
	if (!o.ops)
		give_up(argv[optind]);
	open_out(&out, argv[optind + 1]);
	open_out(&undated, argv[optind + 2]);
	o.emit.out = &out;
	o.emit.undated = &undated;
	o.emit.n_undated = &n_undated;
	o.files = (const char *const *)argv + optind + 3;
	o.n_files = (size_t)(argc - optind - 3);
	o.logs = &log;
	o.n_logs = log ? 1 : 0;
	if (strcmp(o.files[0], "--payloads") == 0)
		write_payloads(o.ops, &o.emit);
	else
		write_files(&o);
	close_out(&out);
	close_out(&undated);
	printf("%llu\n", (unsigned long long)n_undated);
	return 0;
}

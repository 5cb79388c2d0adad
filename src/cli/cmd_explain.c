/* explain - what a word or code of the output means
 *
 * A word can have several meanings (`none` is a basis, a result and more):
 * all are told.  `limits` prints the table of bounds. */
#include <string.h>
#include <unistd.h>
#include "cli.h"

static void wrap(struct tt_out *out, const char *text, size_t indent)
{
	const size_t width = 76;
	struct tt_slice rest = tt_slice_str(text);
	size_t col = 0;

	while (rest.n) {
		const size_t space = tt_slice_chr(rest, ' ');
		const struct tt_slice word = tt_slice_sub(rest, 0, space);

		rest = tt_slice_sub(rest, word.n + 1, rest.n);
		if (word.n == 0)
			continue;
		if (col && col + 1 + word.n > width - indent) {
			tt_out_str(out, "\n");
			col = 0;
		}
		if (col)
			tt_out_str(out, " ");
		else
			tt_out_pad(out, ' ', indent);
		tt_out_bytes(out, word);
		col += (col != 0) + word.n;
	}
	tt_out_str(out, "\n");
}

static void put_gloss(struct tt_out *out, const struct tt_gloss *g)
{
	tt_out_printf(out, "%s (%s)\n", g->code, g->kind);
	wrap(out, g->text, 4);
	if (g->example && *g->example)
		tt_out_printf(out, "    example: %s\n", g->example);
}

static int explain_one(struct tt_out *out, const char *code)
{
	size_t told = 0;
	const struct tt_gloss *g;

	for (size_t i = 0; (g = tt_gloss_at(i)); i++) {
		if (strcmp(g->code, code) != 0)
			continue;
		if (told++)
			tt_out_str(out, "\n");
		put_gloss(out, g);
	}
	if (told)
		return TT_EXIT_DONE;
	return tt_cli_usage("explain",
			    "no such code: %s ('tlstrail explain' lists them)",
			    code);
}

static void list_all(struct tt_out *out)
{
	const struct tt_gloss *g;
	const char *kind = "";

	for (size_t i = 0; (g = tt_gloss_at(i)); i++) {
		if (strcmp(g->kind, kind) != 0) {
			tt_out_printf(out, "%s%s\n", *kind ? "\n" : "",
				      g->kind);
			kind = g->kind;
		}
		tt_out_printf(out, "    %s\n", g->code);
	}
	tt_out_str(out, "\nlimits\n    the bounds of the program\n");
}

static void list_limits(struct tt_out *out)
{
	for (int id = 0; id < TT_LIM_COUNT; id++) {
		const struct tt_limit *l =
			tt_limit_get((enum tt_limit_id)id);

		tt_out_printf(out, "%-16s %llu %s\n", l->name,
			      (unsigned long long)l->value, l->unit);
		wrap(out, l->reason, 17);
	}
}

static int explain_words(struct tt_out *out, char *const *words, int n)
{
	int status = TT_EXIT_DONE;

	for (int i = 0; i < n && status == TT_EXIT_DONE; i++) {
		if (i)
			tt_out_str(out, "\n");
		if (strcmp(words[i], "limits") == 0)
			list_limits(out);
		else
			status = explain_one(out, words[i]);
	}
	return status;
}

int tt_cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct tt_out out;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (c == 'h')
			return tt_cli_print(tt_help_explain);
		return tt_cli_bad_option("explain", c, argv, options);
	}
	tt_out_init(&out, STDOUT_FILENO);
	if (optind == argc) {
		list_all(&out);
		return tt_cli_finish(&out, TT_EXIT_DONE);
	}
	return tt_cli_finish(&out, explain_words(&out, argv + optind,
						 argc - optind));
}

/* embed - the page of `serve` as bytes of C, with what may run in it
 *
 * Usage: embed PAGE.html [FILE.css]... [FILE.js]...
 *
 * Puts the style sheets, in their order, between the page's <style> and
 * </style>, and the scripts between <script> and </script>, and prints a
 * header: the bytes, and the hashes by which the Content-Security-Policy lets
 * both through.  Fails where one of them holds what would end it early. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tlstrail/util.h>

struct kind {
	const char *ending;
	struct tt_slice open, close; /* in the page */
	struct tt_slice end;	     /* that its text must not hold */
	const char *name;
	struct tt_out text;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", what, why);
	exit(1);
}

static void read_file(const char *path, struct tt_out *out)
{
	const int fd = open(path, O_RDONLY);
	uint8_t buf[65536];
	ssize_t n;

	if (fd < 0)
		die(path, "cannot be opened");
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		tt_out_bytes(out, (struct tt_slice){ buf, (size_t)n });
	if (n < 0)
		die(path, "cannot be read");
	close(fd);
}

static struct tt_slice text_of(const struct tt_out *out)
{
	return (struct tt_slice){ out->buf, out->n };
}

static bool has_ending(const char *path, const char *ending)
{
	return tt_slice_iends(tt_slice_str(path), tt_slice_str(ending));
}

/* Its place, between its one opening tag and the closing one behind it. */
static size_t place_of(struct tt_slice page, const struct kind *k)
{
	const size_t at = tt_slice_find(page, k->open);
	const struct tt_slice rest = tt_slice_sub(page, at + k->open.n,
						  page.n);

	if (at == SIZE_MAX || tt_slice_find(rest, k->open) != SIZE_MAX ||
	    tt_slice_find(rest, k->close) != 0)
		die(k->name, "is not once in the page, and empty");
	return at + k->open.n;
}

static void insert(struct tt_out *page, const struct kind *k)
{
	const struct tt_slice old = text_of(page);
	const size_t at = place_of(old, k);
	struct tt_out now;

	if (tt_slice_ifind(text_of(&k->text), k->end) != SIZE_MAX)
		die(k->name, "its text has what ends it");
	tt_out_init(&now, -1);
	tt_out_bytes(&now, tt_slice_sub(old, 0, at));
	tt_out_bytes(&now, text_of(&k->text));
	tt_out_bytes(&now, tt_slice_sub(old, at, old.n));
	tt_out_release(page);
	*page = now;
}

static void print_hash(const struct kind *k)
{
	struct tt_sha256 *hash = tt_sha256_new();
	uint8_t sum[TT_SHA256_LEN];
	struct tt_out text;

	tt_sha256_begin(hash);
	tt_sha256_add(hash, text_of(&k->text));
	tt_sha256_end(hash, sum);
	tt_sha256_free(&hash);
	tt_out_init(&text, -1);
	tt_out_base64(&text, (struct tt_slice){ sum, sizeof(sum) });
	/* It comes with quotes. */
	printf("#define TT_PAGE_%s \"sha256-\" %.*s\n", k->name, (int)text.n,
	       (const char *)text.buf);
	tt_out_release(&text);
}

static void print_bytes(struct tt_slice s)
{
	printf("static const unsigned char tt_page_bytes[]\n"
	       "\t__attribute__((unused)) = {");
	for (size_t i = 0; i < s.n; i++)
		printf("%s%u,", i % 20 ? "" : "\n\t", s.p[i]);
	printf("\n};\n");
}

int main(int argc, char **argv)
{
	struct kind kinds[] = {
		{ ".css", TT_S("<style>"), TT_S("</style>"), TT_S("</style"),
		  "STYLE", { .fd = -1 } },
		{ ".js", TT_S("<script>"), TT_S("</script>"), TT_S("</script"),
		  "SCRIPT", { .fd = -1 } },
	};
	struct tt_out page;

	tt_out_init(&page, -1);
	for (int i = 1; i < argc; i++) {
		struct tt_out *to = i == 1 ? &page : NULL;

		for (size_t k = 0; k < 2; k++)
			if (has_ending(argv[i], kinds[k].ending))
				to = &kinds[k].text;
		if (!to)
			die(argv[i], "neither script nor style");
		read_file(argv[i], to);
	}
	for (size_t k = 0; k < 2; k++) {
		insert(&page, &kinds[k]);
		print_hash(&kinds[k]);
		tt_out_release(&kinds[k].text);
	}
	print_bytes(text_of(&page));
	tt_out_release(&page);
	return fflush(stdout) == 0 ? 0 : 1;
}

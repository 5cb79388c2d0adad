/* fuzz_redact - no local part gets past --redact
 *
 * Any bytes as a text, as prose, as an address and as a text that was cut: no
 * crash, the same answer twice, and not much longer.  Then an address is
 * planted between the two halves of the input, in several spellings: its local
 * part must be gone, whatever stands around it, and with --redact=domains the
 * domain, too. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/rule.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LOCAL "wIrEtAp7Qz"
#define DOMAIN "x.eXaMpLe8Ky"
#define MAX_INPUT 65536 /* a text is at most a field */

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static struct tt_redact *the_redact(bool has_domains)
{
	static struct tt_rules *rules;
	static struct tt_redact *r[2];
	struct tt_err err = { 0 };

	if (!rules) {
		must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) ==
		     TT_OK);
		r[0] = tt_redact_new(rules, TT_NO_SLICE, false);
		r[1] = tt_redact_new(rules, TT_S("key"), true);
	}
	return r[has_domains];
}

typedef struct tt_slice redact_fn(struct tt_redact *r, struct tt_arena *arena,
				  struct tt_slice s);

static redact_fn *const ways[] = { tt_redact_text, tt_redact_cut,
				   tt_redact_prose, tt_redact_address };

static bool has_local(struct tt_slice s)
{
	return tt_slice_find(s, TT_S(LOCAL)) != SIZE_MAX;
}

static bool has_domain(struct tt_slice s)
{
	return tt_slice_find(s, TT_S("eXaMpLe8Ky")) != SIZE_MAX;
}

static void check_any(struct tt_arena *arena, struct tt_slice s)
{
	for (size_t i = 0; i < 4; i++)
		for (int domains = 0; domains < 2; domains++) {
			struct tt_redact *r = the_redact(domains);
			const struct tt_slice a = ways[i](r, arena, s);
			const struct tt_slice b = ways[i](r, arena, s);

			must(tt_slice_eq(a, b));
			/* A token is 12 bytes, and more than one cannot take
			 * the place of one byte. */
			must(a.n <= 32 * s.n + 32);
		}
}

static void check_planted(struct tt_arena *arena, struct tt_slice s,
			  const char *address, size_t first_way, size_t n_ways)
{
	const size_t half = s.n / 2;
	struct tt_out o;

	tt_out_init(&o, -1);
	tt_out_bytes(&o, tt_slice_sub(s, 0, half));
	tt_out_str(&o, address);
	tt_out_bytes(&o, tt_slice_sub(s, half, s.n));
	const struct tt_slice all = { o.buf, o.n };

	for (size_t i = first_way; i < first_way + n_ways; i++) {
		must(!has_local(ways[i](the_redact(false), arena, all)));
		const struct tt_slice none =
			ways[i](the_redact(true), arena, all);

		must(!has_local(none) && !has_domain(none));
	}
	tt_out_release(&o);
}

static const char *const planted[] = {
	LOCAL "@" DOMAIN,
	" <" LOCAL "\r\n\t@ " DOMAIN ">",
	" <" LOCAL "=40" DOMAIN ">",
	" &lt;" LOCAL "&#64;" DOMAIN "&gt;",
	" &quot;" LOCAL " x&quot;@" DOMAIN " ",
	" <" LOCAL "@a.(c)" DOMAIN ">",
	" " LOCAL "@a (c) ." DOMAIN " ",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice s = { data, size };
	struct tt_arena arena = { 0 };

	if (size > MAX_INPUT || has_local(s) || has_domain(s))
		return 0;
	check_any(&arena, s);
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++)
		check_planted(&arena, s, planted[i], 0, 4);
	/* What is cut has no at sign left; behind one it would be a domain, and
	 * a ; can be the end of one: &#64; */
	check_planted(&arena, s, ", " LOCAL TT_CUT_MARK, 0, 2);
	tt_arena_release(&arena);
	return 0;
}

/* fuzz_date - the own date reader against GMime
 *
 * Any bytes: no crash, nothing used beyond the end, the same answer for the
 * used part alone, and a time that survives the way through text.  Where the
 * text is the plain form of RFC 5322 3.3, GMime must read the same time. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/message.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* GMime refuses years before 1969 and leap seconds; a line end is no
 * space to it. */
static bool is_shared(struct tt_slice s, const struct tt_date *d)
{
	const size_t second = tt_slice_find(s, TT_S(":60"));

	return !d->is_repaired && tt_date_year(d->unix_s) > 1969 &&
	       tt_date_year(d->unix_s) < 9999 && second == SIZE_MAX &&
	       tt_slice_chr(s, '\r') == SIZE_MAX &&
	       tt_slice_chr(s, '\n') == SIZE_MAX &&
	       tt_slice_chr(s, '\0') == SIZE_MAX;
}

static void check_text(const struct tt_date *d)
{
	char text[24];
	struct tt_date again;
	size_t used = 0;
	const size_t n = tt_date_rfc3339(d->unix_s, text);

	if (n == 0) /* an offset can lead out of year 0 or 9999 */
		return;
	if (!tt_date_parse(tt_slice_str(text), &again, &used) ||
	    again.unix_s != d->unix_s || used != n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice s = { data, size };
	struct tt_date d, other;
	size_t used = 0, used_again = 0;

	if (!tt_date_parse(s, &d, &used)) {
		if (d.is_set || used != 0)
			abort();
		return 0;
	}
	if (!d.is_set || used > size || used == 0)
		abort();
	check_text(&d);
	const struct tt_slice own = tt_slice_sub(s, 0, used);

	if (!tt_date_parse(own, &other, &used_again) ||
	    other.unix_s != d.unix_s || other.has_offset != d.has_offset ||
	    used_again != used)
		abort();
	if (is_shared(own, &d) &&
	    (!tt_date_parse_gmime(own, &other) || other.unix_s != d.unix_s))
		abort();
	return 0;
}

/* zone.c - time zones by their IANA name */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tlstrail/util.h>

#define DAY INT64_C(86400)
/* 1980 and 2060: no log of mail is older, and later rules are nobody's to
 * know.  No zone changes twice in a week. */
#define FROM (INT64_C(3652) * DAY)
#define TO (INT64_C(32872) * DAY)
#define STRIDE (7 * DAY)

struct step {
	int64_t from; /* the offset holds from here on */
	int64_t offset_s;
};

struct tt_zone {
	struct tt_slice name;
	TT_VEC(struct step) steps;
};

/* ---- the name ---- */

/* A file below the database, and none beside it. */
static bool is_name(struct tt_slice name)
{
	if (name.n == 0 || name.n > 64 || !tt_is_alpha(*name.p))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!tt_is_alpha(name.p[i]) && !tt_is_digit(name.p[i]) &&
		    (name.p[i] == 0 || !strchr("_+-/", name.p[i])))
			return false;
	return true;
}

static bool is_there(const char *name)
{
	const char *const dir = getenv("TZDIR");
	char path[512], magic[4] = "";
	const int n = snprintf(path, sizeof(path), "%s/%s",
			       dir && *dir ? dir : "/usr/share/zoneinfo",
			       name);
	FILE *f = n > 0 && (size_t)n < sizeof(path) ? fopen(path, "rb") : NULL;

	if (!f)
		return false;
	const bool is_zone = fread(magic, 1, 4, f) == 4 &&
			     memcmp(magic, "TZif", 4) == 0;

	(void)fclose(f);
	return is_zone;
}

/* ---- what the library says ---- */

static int64_t offset_at(int64_t unix_s)
{
	const time_t t = (time_t)unix_s;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int64_t)tm.tm_gmtoff : 0;
}

/* The first second of the new offset, between two that differ. */
static int64_t change_between(int64_t a, int64_t b)
{
	const int64_t before = offset_at(a);

	while (b - a > 1) {
		const int64_t middle = a + (b - a) / 2;

		if (offset_at(middle) == before)
			a = middle;
		else
			b = middle;
	}
	return b;
}

static void read_steps(struct tt_zone *z, struct tt_arena *arena)
{
	int64_t offset = offset_at(FROM);

	*tt_vec_push(arena, &z->steps) = (struct step){ INT64_MIN, offset };
	for (int64_t t = FROM; t < TO; t += STRIDE) {
		if (offset_at(t + STRIDE) == offset)
			continue;
		offset = offset_at(t + STRIDE);
		*tt_vec_push(arena, &z->steps) = (struct step){
			change_between(t, t + STRIDE), offset
		};
	}
}

const struct tt_zone *tt_zone_find(struct tt_slice name,
				   struct tt_arena *arena)
{
	const char *const own = getenv("TZ");
	char *const kept = own ? tt_arena_printf(arena, "%s", own) : NULL;
	char *const text = is_name(name) ?
				   tt_arena_printf(arena, "%.*s", (int)name.n,
						   (const char *)name.p) :
				   NULL;
	struct tt_zone *z;

	if (!text || !is_there(text) || setenv("TZ", text, 1) != 0)
		return NULL;
	tzset();
	z = TT_NEW(arena, struct tt_zone);
	z->name = tt_slice_str(text);
	read_steps(z, arena);
	(void)!(kept ? setenv("TZ", kept, 1) : unsetenv("TZ"));
	tzset();
	return z;
}

struct tt_slice tt_zone_name(const struct tt_zone *zone)
{
	return zone->name;
}

/* ---- instants ---- */

int64_t tt_zone_instant(const struct tt_zone *z, int64_t local_s,
			bool *is_double_r)
{
	const struct step *const steps = z->steps.v;
	int64_t found = 0, skipped = local_s - steps[0].offset_s;
	size_t n = 0;

	for (size_t i = 0; i < z->steps.n; i++) {
		const int64_t t = local_s - steps[i].offset_s;
		const bool is_last = i + 1 == z->steps.n;

		if (t < steps[i].from)
			break;
		skipped = t;
		if ((is_last || t < steps[i + 1].from) && n++ == 0)
			found = t;
	}
	*is_double_r = n > 1;
	return n ? found : skipped;
}

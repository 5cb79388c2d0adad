/* reading - what the commands that read evidence are told in common
 *
 * Everything that can be wrong with the command line, the settings and the
 * rules is found before any evidence is read. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "reading.h"

/* ---- words of options ---- */

bool tt_cli_take_word(const struct tt_cli_word *words, const char *word,
		      int *value_r)
{
	for (; words->word; words++) {
		if (strcmp(words->word, word) != 0)
			continue;
		*value_r = words->value;
		return true;
	}
	return false;
}

static const struct tt_cli_word fail_words[] = {
	{ "fail", TT_FAIL_ON_FAIL },
	{ "undetermined", TT_FAIL_ON_UNDETERMINED },
	{ NULL, 0 },
};
enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
static const struct tt_cli_word color_words[] = {
	{ "auto", COLOR_AUTO },
	{ "always", COLOR_ALWAYS },
	{ "never", COLOR_NEVER },
	{ NULL, 0 },
};

static bool take_format(const char *word, enum tt_format *format_r)
{
	if (strcmp(word, tt_format_name(TT_FORMAT_AUTO)) == 0)
		return true;
	for (size_t i = 0; i < tt_n_formats; i++) {
		if (strcmp(word, tt_formats[i].name) != 0)
			continue;
		*format_r = tt_formats[i].format;
		return true;
	}
	return false;
}

/* ---- the command line ---- */

bool tt_cli_reading_take(struct tt_cli_reading *r, int c)
{
	struct tt_config *const cfg = &r->config;

	switch (c) {
	case TT_OPT_AS: r->as = optarg; break;
	case TT_OPT_PROFILE: cfg->profile = optarg; break;
	case TT_OPT_TRUST:
		*tt_vec_push(cfg->arena, &cfg->trust) = optarg;
		cfg->trust_from = "--trust";
		break;
	case TT_OPT_RULES:
		*tt_vec_push(cfg->arena, &cfg->rules) = optarg;
		break;
	case TT_OPT_FAIL_ON: r->fail_on = optarg; break;
	case TT_OPT_COLOR:
		cfg->color = optarg;
		r->is_color_flag = true;
		break;
	case TT_OPT_TZ: *tt_vec_push(cfg->arena, &r->zones) = optarg; break;
	case TT_OPT_YEAR: r->year = optarg; break;
	case TT_OPT_SINCE: r->since = optarg; break;
	case TT_OPT_UNTIL: r->until = optarg; break;
	case 'q': r->o.is_quiet = r->o.emit.is_quiet = true; break;
	case 'v': r->o.emit.is_verbose = true; break;
	case 'h': r->want_help = true; break;
	case TT_OPT_VERSION: r->want_version = true; break;
	default: return false;
	}
	return true;
}

/* ---- logs ---- */

/* +hhmm, -hh:mm, UTC or Z: minutes east. */
static bool read_zone(struct tt_slice s, int *offset_r)
{
	uint8_t digits[4];
	size_t n = 0;

	*offset_r = 0;
	if (tt_slice_ieq(s, TT_S("UTC")) || tt_slice_ieq(s, TT_S("Z")))
		return true;
	for (size_t i = 1; i < s.n && n < 4; i++)
		if (tt_is_digit(s.p[i]))
			digits[n++] = s.p[i];
	if ((s.n != 5 && s.n != 6) || n != 4 ||
	    (s.n == 6 && s.p[3] != ':') || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	const int hours = (digits[0] - '0') * 10 + digits[1] - '0';
	const int minutes = (digits[2] - '0') * 10 + digits[3] - '0';

	*offset_r = (s.p[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return hours <= 14 && minutes < 60;
}

static int take_zones(struct tt_cli_reading *r)
{
	for (size_t i = 0; i < r->zones.n; i++) {
		const struct tt_slice s = tt_slice_str(r->zones.v[i]);
		const size_t at = tt_slice_chr(s, '=');
		struct tt_log_zone z = { 0 };

		if (at != SIZE_MAX)
			z.host = tt_slice_sub(s, 0, at);
		const struct tt_slice zone = tt_slice_sub(s, at + 1, s.n);

		if (!read_zone(zone, &z.offset_min))
			z.zone = tt_zone_find(zone, r->config.arena);
		if (!read_zone(zone, &z.offset_min) && !z.zone)
			return tt_cli_usage(r->command,
					    "--tz %s: give [HOST=] and an "
					    "offset such as +0200, UTC, or a "
					    "zone such as Europe/Berlin",
					    r->zones.v[i]);
		*tt_vec_push(r->config.arena, &r->o.zones) = z;
	}
	return TT_EXIT_DONE;
}

static int take_year(struct tt_cli_reading *r)
{
	const int64_t y = tt_slice_number(tt_slice_str(r->year), 9999);

	if (y < 1980)
		return tt_cli_usage(r->command,
				    "--year %s: give the year of the log's "
				    "first line",
				    r->year);
	r->o.year = (int)y;
	return TT_EXIT_DONE;
}

/* ---- the time that is asked for ---- */

static int take_bound(struct tt_cli_reading *r, const char *option,
		      const char *word, struct tt_date_span *span_r)
{
	if (tt_date_read_rfc3339(tt_slice_str(word), span_r))
		return TT_EXIT_DONE;
	return tt_cli_usage(r->command,
			    "--%s %s: give a day such as 2026-06-09 (UTC), or "
			    "a time with its offset such as "
			    "2026-06-09T14:03:21+02:00",
			    option, word);
}

int tt_cli_take_range(struct tt_cli_reading *r)
{
	struct tt_range *const p = &r->o.range;
	struct tt_date_span since = { 0 }, until = { 0 };
	int status = TT_EXIT_DONE;

	if (r->since)
		status = take_bound(r, "since", r->since, &since);
	if (!status && r->until)
		status = take_bound(r, "until", r->until, &until);
	if (status)
		return status;
	*p = (struct tt_range){ r->since != NULL, r->until != NULL,
				 since.first, until.last };
	if (p->has_since && p->has_until && p->since > p->until)
		return tt_cli_usage(r->command,
				    "--since %s is later than --until %s",
				    r->since, r->until);
	return TT_EXIT_DONE;
}

int tt_cli_reading_check(struct tt_cli_reading *r)
{
	int value = TT_FAIL_ON_NEVER, status = TT_EXIT_DONE;

	if (r->as && !take_format(r->as, &r->o.as))
		return tt_cli_usage(r->command,
				    "--as %s: give auto, mbox, eml, headers, "
				    "paste, log, json or csv",
				    r->as);
	if (r->fail_on && !tt_cli_take_word(fail_words, r->fail_on, &value))
		return tt_cli_usage(r->command,
				    "--fail-on %s: give fail or undetermined",
				    r->fail_on);
	r->o.fail_on = (enum tt_fail_on)value;
	if (r->year)
		status = take_year(r);
	if (!status)
		status = tt_cli_take_range(r);
	r->o.words.tz = r->zones.v;
	r->o.words.n_tz = r->zones.n;
	return status ? status : take_zones(r);
}

/* ---- how it looks ---- */

static bool wants_color(const struct tt_cli_reading *r, int mode, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (mode == COLOR_NEVER)
		return false;
	if (mode == COLOR_ALWAYS && r->is_color_flag)
		return true;
	if ((no_color && *no_color) || (term && strcmp(term, "dumb") == 0))
		return false;
	return mode == COLOR_ALWAYS || isatty(fd);
}

/* 0: not a terminal, nothing is cut. */
static unsigned width_of(int fd)
{
	const char *columns = getenv("COLUMNS");
	const int64_t n =
		columns ? tt_slice_number(tt_slice_str(columns), 1000) : -1;
	struct winsize ws;

	if (n > 0)
		return (unsigned)n;
	if (ioctl(fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		return ws.ws_col;
	return isatty(fd) ? 80 : 0;
}

int tt_cli_reading_look(struct tt_cli_reading *r, int fd)
{
	int mode = COLOR_AUTO;

	if (r->config.color &&
	    !tt_cli_take_word(color_words, r->config.color, &mode))
		return tt_cli_usage(r->command,
				    "color %s: give auto, always or never",
				    r->config.color);
	r->o.emit.has_color = wants_color(r, mode, fd);
	r->o.emit.width = width_of(fd);
	return TT_EXIT_DONE;
}

/* ---- interruption ---- */

static volatile int is_interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	is_interrupted = 1;
}

/* The message at hand is finished, and what was done is printed. */
volatile const int *tt_cli_catch_interrupt(void)
{
	struct sigaction sa = { .sa_flags = (int)SA_RESETHAND };

	sa.sa_handler = on_interrupt;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	return &is_interrupted;
}

/* ---- settings ---- */

static int take_profile(struct tt_cli_reading *r)
{
	const struct tt_rules *const rules = r->o.trail.rules;
	const char *name = r->config.profile ? r->config.profile : "bcp195";
	char known[512] = "";
	size_t n = 0, used = 0;

	r->o.trail.profile = tt_profile_find(rules, tt_slice_str(name));
	if (r->o.trail.profile)
		return TT_EXIT_DONE;
	const struct tt_profile *p = tt_rules_profiles(rules, &n);

	for (size_t i = 0; i < n && used + p[i].name.n + 3 < sizeof(known);
	     i++) {
		if (i) {
			memcpy(known + used, ", ", 2);
			used += 2;
		}
		memcpy(known + used, p[i].name.p, p[i].name.n);
		used += p[i].name.n;
	}
	return tt_cli_usage(r->command, "no such profile: %s (known: %s)",
			    name, known);
}

static int take_trust(struct tt_cli_reading *r)
{
	const struct tt_config *const c = &r->config;

	for (size_t i = 0; i < c->trust.n; i++)
		if (!tt_trust_add(&r->o.trail.trust, c->arena,
				  tt_slice_str(c->trust.v[i])))
			return tt_cli_usage(
				r->command,
				"%s %s: not an address, network or host name",
				c->trust_from, c->trust.v[i]);
	return TT_EXIT_DONE;
}

static int settle(struct tt_cli_reading *r)
{
	int status;

	r->o.words.trust = r->config.trust.v;
	r->o.words.n_trust = r->config.trust.n;
	r->o.words.rules = r->config.rules.v;
	r->o.words.n_rules = r->config.rules.n;
	if (r->config.redact_key)
		r->o.redact_key = tt_slice_str(r->config.redact_key);
	status = take_profile(r);
	return status ? status : take_trust(r);
}

int tt_cli_reading_run(struct tt_cli_reading *r, const char *help,
		       int (*run)(void *ctx), void *ctx)
{
	struct tt_err err = { 0 };

	if (r->want_help)
		return tt_cli_print(help);
	if (tt_config_fill(&r->config, &err) < 0) {
		tt_cli_say("%s", err.text);
		return TT_EXIT_USAGE;
	}
	if (r->want_version)
		return tt_cli_version(&r->config);
	struct tt_rules *rules = tt_cli_rules(&r->config);

	if (!rules)
		return TT_EXIT_USAGE;
	r->o.trail.rules = rules;
	int status = settle(r);

	if (!status)
		status = run(ctx);
	tt_rules_free(&rules);
	return status;
}

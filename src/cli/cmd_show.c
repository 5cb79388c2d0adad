/* show - options become tt_show_options, and the pipeline runs
 *
 * Everything that can be wrong with the command line, the settings and the
 * rules is found before any evidence is read. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "cli.h"

enum {
	OPT_JSON = 256,
	OPT_AS,
	OPT_PROFILE,
	OPT_TRUST,
	OPT_RULES,
	OPT_FAIL_ON,
	OPT_COLOR,
	OPT_REDACT,
	OPT_MANIFEST,
	OPT_LOG,
	OPT_TZ,
	OPT_YEAR,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "as", required_argument, NULL, OPT_AS },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "trust", required_argument, NULL, OPT_TRUST },
	{ "rules", required_argument, NULL, OPT_RULES },
	{ "fail-on", required_argument, NULL, OPT_FAIL_ON },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "redact", optional_argument, NULL, OPT_REDACT },
	{ "manifest", required_argument, NULL, OPT_MANIFEST },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "tz", required_argument, NULL, OPT_TZ },
	{ "year", required_argument, NULL, OPT_YEAR },
	{ "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

/* The command line, read but not yet checked against anything outside. */
struct args {
	struct tt_config config;
	struct tt_show_options o;
	const char *as, *fail_on, *output, *redact, *manifest;
	const char *year;
	TT_VEC(const char *) logs, zones;
	bool is_json, is_color_flag, want_help, want_version;
};

/* ---- words of options ---- */

struct word {
	const char *word;
	int value;
};

static bool take_word(const struct word *words, const char *word, int *value_r)
{
	for (; words->word; words++) {
		if (strcmp(words->word, word) != 0)
			continue;
		*value_r = words->value;
		return true;
	}
	return false;
}

static const struct word redact_words[] = {
	{ "addresses", TT_REDACT_ADDRESSES },
	{ "domains", TT_REDACT_DOMAINS },
	{ NULL, 0 },
};
static const struct word fail_words[] = {
	{ "fail", TT_FAIL_ON_FAIL },
	{ "undetermined", TT_FAIL_ON_UNDETERMINED },
	{ NULL, 0 },
};
enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
static const struct word color_words[] = {
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

static int take_option(struct args *a, int c, char **argv)
{
	struct tt_config *cfg = &a->config;

	switch (c) {
	case OPT_JSON: a->is_json = true; break;
	case OPT_AS: a->as = optarg; break;
	case OPT_PROFILE: cfg->profile = optarg; break;
	case OPT_TRUST:
		*tt_vec_push(cfg->arena, &cfg->trust) = optarg;
		cfg->trust_from = "--trust";
		break;
	case OPT_RULES: *tt_vec_push(cfg->arena, &cfg->rules) = optarg; break;
	case OPT_FAIL_ON: a->fail_on = optarg; break;
	case OPT_COLOR:
		cfg->color = optarg;
		a->is_color_flag = true;
		break;
	case OPT_MANIFEST: a->manifest = optarg; break;
	case OPT_LOG: *tt_vec_push(cfg->arena, &a->logs) = optarg; break;
	case OPT_TZ: *tt_vec_push(cfg->arena, &a->zones) = optarg; break;
	case OPT_YEAR: a->year = optarg; break;
	case OPT_REDACT: a->redact = optarg ? optarg : "addresses"; break;
	case 'o': a->output = optarg; break;
	case 'q': a->o.is_quiet = a->o.emit.is_quiet = true; break;
	case 'v': a->o.emit.is_verbose = true; break;
	case 'h': a->want_help = true; break;
	case OPT_VERSION: a->want_version = true; break;
	default: return tt_cli_bad_option("show", c, argv, long_options);
	}
	return TT_EXIT_DONE;
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

static int take_zones(struct args *a)
{
	for (size_t i = 0; i < a->zones.n; i++) {
		const struct tt_slice s = tt_slice_str(a->zones.v[i]);
		const size_t at = tt_slice_chr(s, '=');
		struct tt_log_zone z = { 0 };

		if (at != SIZE_MAX)
			z.host = tt_slice_sub(s, 0, at);
		const struct tt_slice zone = tt_slice_sub(s, at + 1, s.n);

		if (!read_zone(zone, &z.offset_min))
			z.zone = tt_zone_find(zone, a->config.arena);
		if (!read_zone(zone, &z.offset_min) && !z.zone)
			return tt_cli_usage("show", "--tz %s: give [HOST=] and "
					    "an offset such as +0200, UTC, or "
					    "a zone such as Europe/Berlin",
					    a->zones.v[i]);
		*tt_vec_push(a->config.arena, &a->o.zones) = z;
	}
	return TT_EXIT_DONE;
}

static int take_logs(struct args *a)
{
	if (a->year) {
		const int64_t y = tt_slice_number(tt_slice_str(a->year), 9999);

		if (y < 1980)
			return tt_cli_usage("show", "--year %s: give the year "
					    "of the log's first line",
					    a->year);
		a->o.year = (int)y;
	}
	a->o.logs = a->logs.v;
	a->o.n_logs = a->logs.n;
	a->o.words.tz = a->zones.v;
	a->o.words.n_tz = a->zones.n;
	return take_zones(a);
}

static int parse(struct args *a, int argc, char **argv)
{
	int c, value = 0;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:qvh", long_options, NULL)) !=
	       -1) {
		const int status = take_option(a, c, argv);

		if (status || a->want_help)
			return status;
	}
	if (a->as && !take_format(a->as, &a->o.as))
		return tt_cli_usage("show", "--as %s: give auto, mbox, eml, "
				    "headers, paste, log, json or csv", a->as);
	value = TT_FAIL_ON_NEVER;
	if (a->fail_on && !take_word(fail_words, a->fail_on, &value))
		return tt_cli_usage("show", "--fail-on %s: give fail or "
				    "undetermined", a->fail_on);
	a->o.fail_on = (enum tt_fail_on)value;
	value = TT_REDACT_NOTHING;
	if (a->redact && !take_word(redact_words, a->redact, &value))
		return tt_cli_usage("show", "--redact=%s: give addresses or "
				    "domains", a->redact);
	a->o.redact = (enum tt_redact_what)value;
	if (a->manifest && strcmp(a->manifest, "-") == 0)
		return tt_cli_usage("show", "--manifest -: give a file");
	const int status = take_logs(a);

	if (status)
		return status;
	a->o.ops = tt_emit_find(a->is_json ? "jsonl" : "text");
	return TT_EXIT_DONE;
}

static void take_files(struct args *a, int argc, char **argv)
{
	static const char *const standard_input[] = { "-" };

	a->o.files = optind < argc ? (const char *const *)argv + optind :
				     standard_input;
	a->o.n_files = optind < argc ? (size_t)(argc - optind) : 1;
}

/* ---- how it looks ---- */

static bool wants_color(const struct args *a, int mode, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (mode == COLOR_NEVER)
		return false;
	if (mode == COLOR_ALWAYS && a->is_color_flag)
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

/* ---- interruption ---- */

static volatile int is_interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	is_interrupted = 1;
}

/* The message at hand is finished, and what was done is printed; a second
 * Ctrl-C ends the program at once. */
static void catch_interrupt(void)
{
	struct sigaction sa = { .sa_flags = (int)SA_RESETHAND };

	sa.sa_handler = on_interrupt;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
}

static void invite(const struct args *a)
{
	for (size_t i = 0; i < a->o.n_files; i++)
		if (strcmp(a->o.files[i], "-") == 0 && isatty(STDIN_FILENO))
			tt_cli_say("paste the header, then press Ctrl-D "
				   "(tlstrail --help tells more)");
}

/* ---- settings ---- */

static int take_profile(struct args *a, const struct tt_rules *rules)
{
	const char *name = a->config.profile ? a->config.profile : "bcp195";
	char known[512] = "";
	size_t n = 0, used = 0;

	a->o.trail.profile = tt_profile_find(rules, tt_slice_str(name));
	if (a->o.trail.profile)
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
	return tt_cli_usage("show", "no such profile: %s (known: %s)", name,
			    known);
}

static int take_trust(struct args *a)
{
	const struct tt_config *c = &a->config;

	for (size_t i = 0; i < c->trust.n; i++)
		if (!tt_trust_add(&a->o.trail.trust, c->arena,
				  tt_slice_str(c->trust.v[i])))
			return tt_cli_usage(
				"show",
				"%s %s: not an address, network or host name",
				c->trust_from, c->trust.v[i]);
	return TT_EXIT_DONE;
}

static int run(struct args *a)
{
	struct tt_out out, messages, manifest;
	int mode = COLOR_AUTO, fd = -1, manifest_fd = -1, status;

	if (a->config.color &&
	    !take_word(color_words, a->config.color, &mode))
		return tt_cli_usage("show", "color %s: give auto, always or "
				    "never", a->config.color);
	a->o.words.trust = a->config.trust.v;
	a->o.words.n_trust = a->config.trust.n;
	a->o.words.rules = a->config.rules.v;
	a->o.words.n_rules = a->config.rules.n;
	if (a->config.redact_key)
		a->o.redact_key = tt_slice_str(a->config.redact_key);
	status = take_profile(a, a->o.trail.rules);
	if (!status)
		status = take_trust(a);
	if (!status)
		status = tt_cli_output(&a->o, a->output, &fd);
	if (!status && a->manifest)
		status = tt_cli_manifest(&a->o, a->manifest, &manifest_fd);
	if (status)
		return status;
	tt_out_init(&manifest, manifest_fd);
	a->o.manifest = a->manifest ? &manifest : NULL;
	tt_out_init(&out, fd);
	tt_out_init(&messages, STDERR_FILENO);
	a->o.emit.out = &out;
	a->o.emit.has_color = wants_color(a, mode, fd);
	a->o.emit.width = width_of(fd);
	a->o.messages = &messages;
	a->o.is_interrupted = &is_interrupted;
	invite(a);
	catch_interrupt();
	status = (int)tt_run_show(&a->o);
	tt_out_release(&out);
	tt_out_release(&messages);
	tt_out_release(&manifest);
	if (manifest_fd >= 0 && close(manifest_fd) < 0 &&
	    status != TT_EXIT_INTERNAL) {
		tt_cli_say("%s: cannot be written: %s", a->manifest,
			   strerror(errno));
		status = TT_EXIT_OUTPUT;
	}
	if (fd != STDOUT_FILENO && close(fd) < 0 &&
	    status != TT_EXIT_INTERNAL) {
		tt_cli_say("%s: cannot be written: %s", a->output,
			   strerror(errno));
		status = TT_EXIT_OUTPUT;
	}
	return status;
}

static int run_args(struct args *a)
{
	struct tt_err err = { 0 };

	if (a->want_help)
		return tt_cli_print(tt_help_show);
	if (tt_config_fill(&a->config, &err) < 0) {
		tt_cli_say("%s", err.text);
		return TT_EXIT_USAGE;
	}
	if (a->want_version)
		return tt_cli_version(&a->config);
	struct tt_rules *rules = tt_cli_rules(&a->config);

	if (!rules)
		return TT_EXIT_USAGE;
	a->o.trail.rules = rules;
	const int status = run(a);

	tt_rules_free(&rules);
	return status;
}

int tt_cmd_show(int argc, char **argv)
{
	struct tt_arena arena = { 0 };
	struct args a = { .config = { .arena = &arena } };
	int status = parse(&a, argc, argv);

	take_files(&a, argc, argv);
	if (status == TT_EXIT_DONE)
		status = run_args(&a);
	tt_arena_release(&arena);
	return status;
}

/* log_head.c - takes a line's wrapper off
 *
 * By form alone: which daemon writes what is for the rules.  A host and a tag
 * are read only where a logger writes them, in front of everything that a
 * daemon said, so that nothing a daemon quotes can be taken for one. */
#include <string.h>

#include "lines.h"

#define HOST 1
#define TAG 2

/* Bytes of host names and of program names. */
static const uint8_t class_of[256] = {
	['0' ... '9'] = HOST | TAG,
	['A' ... 'Z'] = HOST | TAG,
	['a' ... 'z'] = HOST | TAG,
	['.'] = HOST | TAG,
	['-'] = HOST | TAG,
	['_'] = HOST | TAG,
	['/'] = HOST | TAG,
	['@'] = HOST | TAG,
	[':'] = HOST,
	['('] = TAG,
	[')'] = TAG,
	['+'] = TAG,
	['~'] = TAG,
	['%'] = TAG,
	['*'] = TAG,
	['#'] = TAG,
	['!'] = TAG,
};

#define MAX_NAME 255 /* a host's, RFC 1035; no program's is longer */
#define MAX_PID 64
#define MAX_DIGITS 19 /* of a process id that is nothing else */

static struct tt_slice behind(struct tt_slice s, size_t n)
{
	return tt_slice_sub(s, n, s.n);
}

static size_t run_of(struct tt_slice s, uint8_t class)
{
	const size_t most = s.n < MAX_NAME ? s.n : MAX_NAME;
	size_t n = 0;

	while (n < most && (class_of[s.p[n]] & class))
		n++;
	return n;
}

/* ---- "tag[pid]: ", "tag: " ---- */

/* Length of a colon that ends a tag and the space behind it; 0 where there is
 * none, or it belongs to a name. */
static size_t tag_end(struct tt_slice s, size_t at)
{
	if (at >= s.n || s.p[at] != ':')
		return 0;
	if (at + 1 == s.n)
		return 1;
	return s.p[at + 1] == ' ' ? 2 : 0;
}

/* Length of "[12]" at `at`, or 0. */
static size_t pid_length(struct tt_slice s, size_t at)
{
	const size_t most = s.n - at < MAX_PID ? s.n - at : MAX_PID;
	const uint8_t *const p = s.p + at;
	size_t n = 1;

	while (n < most && p[n] > ' ' && p[n] < 127 && p[n] != ']' &&
	       p[n] != '[')
		n++;
	return n > 1 && n < most && p[n] == ']' ? n + 1 : 0;
}

/* Length of a program's name, which may have colons in it. */
static size_t name_length(struct tt_slice s)
{
	size_t n = run_of(s, TAG);

	while (n < s.n && n < MAX_NAME && s.p[n] == ':' && n + 1 < s.n &&
	       (class_of[s.p[n + 1]] & TAG || s.p[n + 1] == ':'))
		n += 1 + run_of(behind(s, n + 1), TAG);
	return n;
}

static bool take_tag(struct tt_slice s, struct tt_log_line *l)
{
	const size_t n = name_length(s);
	const size_t pid = n < s.n && s.p[n] == '[' ? pid_length(s, n) : 0;
	const size_t end = tag_end(s, n + pid);

	if (n == 0 || end == 0)
		return false;
	l->tag = (struct tt_slice){ s.p, n };
	l->pid = tt_slice_sub(s, n + 1, pid > 2 ? pid - 2 : 0);
	l->text = behind(s, n + pid + end);
	return true;
}

/* ---- "host tag[pid]: " ---- */

/* A host's name and a space; returns their length. */
static size_t host_length(struct tt_slice s)
{
	const size_t n = run_of(s, HOST);

	return n && n < s.n && s.p[n] == ' ' && s.p[n - 1] != ':' ? n + 1 : 0;
}

static size_t word_length(struct tt_slice s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && n < 16 &&
	       (tt_is_alpha(s.p[at + n]) || tt_is_digit(s.p[at + n])))
		n++;
	return n;
}

/* What some write before the tag: "mail.info ", "mail:info " (AIX); "<2.6> ",
 * which FreeBSD has before the host.  Returns its length. */
static size_t priority_length(struct tt_slice s)
{
	const size_t open = s.n && *s.p == '<';
	const size_t facility = word_length(s, open);
	const size_t dot = open + facility;

	if (facility == 0 || dot >= s.n || (s.p[dot] != '.' && s.p[dot] != ':'))
		return 0;
	const size_t level = word_length(s, dot + 1);
	size_t at = dot + 1 + level;

	if (level == 0 || (open && (at >= s.n || s.p[at++] != '>')))
		return 0;
	return at < s.n && s.p[at] == ' ' ? at + 1 : 0;
}

static bool take_host_and_tag(struct tt_slice s, struct tt_log_line *l)
{
	const size_t n = host_length(s);
	const struct tt_slice rest = behind(s, n);

	if (n == 0)
		return false;
	if (!take_tag(rest, l)) {
		const size_t more = priority_length(rest);

		if (more == 0 || !take_tag(behind(rest, more), l))
			return false;
	}
	l->host = tt_slice_sub(s, 0, n - 1);
	return true;
}

/* ---- heads, behind their time ---- */

static bool take_head(struct tt_slice s, struct tt_log_line *l, int level);

/* RFC 3164.  Some leave the host out, some the tag; and a relay that found no
 * tag may have put its head before another's. */
static void take_bsd(struct tt_slice s, struct tt_log_line *l, int level)
{
	if (s.n && *s.p == '<')
		s = behind(s, priority_length(s));
	if (take_host_and_tag(s, l) || take_tag(s, l))
		return;
	const size_t n = host_length(s);

	l->host = tt_slice_sub(s, 0, n ? n - 1 : 0);
	l->text = behind(s, n);
	if (n)
		(void)take_head(l->text, l, level + 1);
}

/* Words that stand where a host would, of daemons that write their own date
 * and how grave it is. */
static bool is_level(struct tt_slice word)
{
#define LEVEL(w)                                      \
	{                                             \
		(const uint8_t *)(w), sizeof(w) - 1   \
	}
	static const struct tt_slice levels[] = {
		LEVEL("trace"), LEVEL("debug"), LEVEL("info"),
		LEVEL("notice"), LEVEL("warn"), LEVEL("warning"),
		LEVEL("error"), LEVEL("err"), LEVEL("crit"),
		LEVEL("alert"), LEVEL("critical"), LEVEL("fatal"),
	};
#undef LEVEL

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (tt_slice_ieq(word, levels[i]))
			return true;
	return false;
}

static void leave_head(struct tt_slice s, struct tt_log_line *l)
{
	l->host = l->tag = l->pid = TT_NO_SLICE;
	l->text = s;
}

/* Kubernetes' "stdout F ", of a line that is whole, or "stdout P ", of one that
 * goes on; returns the letter. */
static uint8_t container_word(struct tt_slice s)
{
	const struct tt_slice word = tt_slice_sub(s, 0, 7);

	if (s.n < 9 || (s.p[7] != 'F' && s.p[7] != 'P') || s.p[8] != ' ' ||
	    (!tt_slice_eq(word, TT_S("stdout ")) &&
	     !tt_slice_eq(word, TT_S("stderr "))))
		return 0;
	return s.p[7];
}

uint8_t tt_log_container_word(struct tt_slice line)
{
	const size_t n = tt_slice_chr(tt_slice_sub(line, 0, 40), ' ');

	return n == SIZE_MAX ? 0 : container_word(behind(line, n + 1));
}

/* Behind an ISO time: a logger's head, where both host and tag are there; or
 * what runs containers says before each line, which has a head of its own. */
static void take_iso(struct tt_slice s, struct tt_log_line *l, int level)
{
	if (container_word(s))
		s = behind(s, 9);
	l->text = s;
	if (take_host_and_tag(s, l)) {
		if (is_level(l->host))
			leave_head(s, l);
		return;
	}
	(void)take_head(s, l, level + 1);
}

/* Behind a date with a space in it, which is mostly the daemon's own: a pid.
 * Exim has a message's id where a host would be, and "DKIM: " behind it. */
static void take_own(struct tt_slice s, struct tt_log_line *l)
{
	const size_t n = s.n && *s.p == '[' ? pid_length(s, 0) : 0;

	l->text = s;
	if (l->tag.n == 0 && take_host_and_tag(s, l)) {
		if (l->pid.n == 0)
			leave_head(s, l);
		return;
	}
	if (n == 0 || n >= s.n || s.p[n] != ' ' ||
	    tt_slice_number(tt_slice_sub(s, 1, n - 2), INT64_MAX) < 0)
		return;
	l->pid = tt_slice_sub(s, 1, n - 2);
	l->text = behind(s, n + 1);
}

/* ---- RFC 5424, 6 ---- */

/* The next word; what is "-" is none. */
static bool take_word(struct tt_slice *s, struct tt_slice *word_r)
{
	size_t n = 0;

	while (n < s->n && s->p[n] > ' ' && s->p[n] < 127)
		n++;
	if (n == 0 || n > MAX_NAME || (n < s->n && s->p[n] != ' '))
		return false;
	*word_r = tt_slice_sub(*s, 0, n);
	if (tt_slice_eq(*word_r, TT_S("-")))
		*word_r = TT_NO_SLICE;
	*s = behind(*s, n + 1);
	return true;
}

#define MAX_DATA 2048 /* so that no text is gone through again and again */

/* Length of the structured data, 0 where it is none. */
static size_t data_length(struct tt_slice s)
{
	bool is_quoted = false;
	size_t n = 0;

	s = tt_slice_sub(s, 0, MAX_DATA);

	if (s.n && *s.p == '-')
		return 1;
	while (n < s.n && s.p[n] == '[') {
		for (n++; n < s.n && (is_quoted || s.p[n] != ']'); n++) {
			if (s.p[n] == '\\' && is_quoted)
				n++;
			else if (s.p[n] == '"')
				is_quoted = !is_quoted;
		}
		if (n >= s.n)
			return 0;
		n++;
	}
	return n;
}

/* "1 TIME HOST APP PROCID MSGID DATA TEXT"; rsyslog keeps RFC 3164's space in
 * front of the text. */
static bool take_5424(struct tt_slice s, struct tt_log_line *l)
{
	struct tt_log_stamp t = { 0 };
	struct tt_slice host, app, pid, id;
	const size_t n = tt_log_time_iso(behind(s, 2), &t);

	if (!tt_slice_eq(tt_slice_sub(s, 0, 2), TT_S("1 ")))
		return false;
	s = behind(s, 2 + n);
	if (n == 0 && s.n && *s.p == '-')
		s = behind(s, 1);
	if (s.n == 0 || *s.p != ' ')
		return false;
	s = behind(s, 1);
	if (!take_word(&s, &host) || !take_word(&s, &app) ||
	    !take_word(&s, &pid) || !take_word(&s, &id))
		return false;
	const size_t data = data_length(s);

	if (data == 0 || (data < s.n && s.p[data] != ' '))
		return false;
	l->host = host;
	l->tag = app;
	l->pid = pid;
	l->is_tag_cut = app.n && tt_slice_chr(app, '/') == SIZE_MAX;
	s = behind(s, data + 1);
	if (tt_slice_eq(tt_slice_sub(s, 0, 3), TT_S("\xef\xbb\xbf")))
		s = behind(s, 3);
	l->text = behind(s, s.n && *s.p == ' ');
	if (n)
		tt_log_set_time(l, &t);
	return true;
}

/* Length of "<22>", or 0. */
static size_t pri_length(struct tt_slice s)
{
	size_t n = 1;

	while (n < s.n && n < 5 && tt_is_digit(s.p[n]))
		n++;
	return n > 1 && n < 5 && n < s.n && s.p[n] == '>' ? n + 1 : 0;
}

/* ---- all of them, by the first byte ---- */

typedef size_t time_reader(struct tt_slice s, struct tt_log_stamp *t_r);

/* A time, and a space or nothing behind it. */
static bool take_time(struct tt_slice s, time_reader *read,
		      struct tt_slice *rest_r, struct tt_log_line *l)
{
	struct tt_log_stamp t;
	const size_t n = read(s, &t);

	if (n == 0 || (n < s.n && s.p[n] != ' '))
		return false;
	tt_log_set_time(l, &t);
	*rest_r = behind(s, n + 1);
	return true;
}

/* "datetime=2026-06-09T14:03:22+0000|": fields with bars between them, the
 * first of which is the time. */
static bool take_field(struct tt_slice s, struct tt_log_line *l)
{
	const struct tt_slice name = TT_S("datetime=");
	struct tt_log_stamp t;

	if (!tt_slice_istarts(s, name))
		return false;
	const size_t at = name.n + tt_log_time_iso(behind(s, name.n), &t);

	if (at == name.n || at >= s.n || s.p[at] != '|')
		return false;
	tt_log_set_time(l, &t);
	l->text = behind(s, at + 1);
	return true;
}

/* "[2026-06-09 07:03:22.487175 -0700] " */
static bool take_bracketed(struct tt_slice s, struct tt_log_line *l)
{
	struct tt_log_stamp t;
	const size_t at = 1 + tt_log_time_iso(behind(s, 1), &t);

	if (at == 1 || s.n - at < 2 || s.p[at] != ']' || s.p[at + 1] != ' ')
		return false;
	tt_log_set_time(l, &t);
	l->text = behind(s, at + 2);
	return true;
}

static bool take_head(struct tt_slice s, struct tt_log_line *l, int level)
{
	struct tt_slice rest;

	if (s.n < 8 || level > 1)
		return false;
	if (tt_is_digit(*s.p)) {
		const bool is_iso = take_time(s, tt_log_time_iso, &rest, l);

		if (!is_iso && !take_time(s, tt_log_time_epoch, &rest, l))
			return false;
		if (is_iso && s.p[10] == ' ')
			take_own(rest, l);
		else
			take_iso(rest, l, level);
	} else if (*s.p == '<') {
		const size_t n = pri_length(s);

		if (n == 0)
			return false;
		return take_5424(behind(s, n), l) ||
		       take_head(behind(s, n), l, level + 1);
	} else if (*s.p == '@') {
		if (!take_time(s, tt_log_time_tai64n, &rest, l))
			return false;
		l->text = rest;
	} else if (*s.p == '[') {
		return take_bracketed(s, l);
	} else if (*s.p == 'd') {
		return take_field(s, l);
	} else if (take_time(s, tt_log_time_bsd, &rest, l)) {
		take_bsd(rest, l, level);
	} else if (take_time(s, tt_log_time_asctime, &rest, l)) {
		l->text = rest;
	} else if (take_time(s, tt_log_time_full, &rest, l)) {
		take_iso(rest, l, level);
	} else {
		return false;
	}
	return true;
}

/* ---- what stands before a daemon's own words ---- */

/* A date of the daemon's own behind the logger's head. */
static void take_inner_date(struct tt_log_line *l)
{
	const uint8_t *const p = l->text.p;
	struct tt_slice rest;

	/* Queue ids begin with a digit, too. */
	if (p[4] != p[7] && p[9] != '.' && p[10] != '.')
		return;
	if (take_time(l->text, tt_log_time_iso, &rest, l)) {
		const bool is_own = l->text.p[10] == ' ';

		l->text = rest;
		if (is_own)
			take_own(rest, l);
	} else if (take_time(l->text, tt_log_time_epoch, &rest, l)) {
		l->text = rest;
	}
}

/* Solaris: "[ID 801593 mail.info] ". */
static void take_msgid(struct tt_log_line *l)
{
	const size_t end = tt_slice_chr(tt_slice_sub(l->text, 0, 64), ']');

	if (tt_slice_istarts(l->text, TT_S("[ID ")) && end != SIZE_MAX)
		l->text = behind(behind(l->text, end + 1),
				 end + 1 < l->text.n &&
					 l->text.p[end + 1] == ' ');
}

/* "message repeated 3 times: [ TEXT]" and "last message repeated 3 times". */
static void take_repeated(struct tt_log_line *l)
{
	const struct tt_slice lead = TT_S("message repeated ");
	const bool is_last = *l->text.p == 'l';
	struct tt_slice s = behind(l->text, is_last ? 5 : 0);
	size_t digits = 0;

	if (is_last && !tt_slice_istarts(l->text, TT_S("last ")))
		return;
	if (!tt_slice_istarts(s, lead))
		return;
	s = behind(s, lead.n);
	while (digits < s.n && tt_is_digit(s.p[digits]))
		digits++;
	const int64_t n = tt_slice_number(tt_slice_sub(s, 0, digits),
					  UINT32_MAX);

	s = behind(s, digits);
	if (n <= 0 || !tt_slice_istarts(s, TT_S(" time")))
		return;
	l->repeated = (unsigned)n;
	const size_t open = tt_slice_find(tt_slice_sub(s, 0, 16), TT_S(": ["));

	if (is_last || open > 6 || s.p[s.n - 1] != ']')
		return;
	s = tt_slice_sub(s, open + 3, s.n - open - 4);
	l->text = behind(s, s.n && *s.p == ' ');
}

void tt_log_unwrap_text(struct tt_log_line *l)
{
	if (l->text.n == 0)
		return;
	if (*l->text.p == '[')
		take_msgid(l);
	else if (tt_is_digit(*l->text.p) && l->text.n > 10)
		take_inner_date(l);
	else if (*l->text.p == 'm' || *l->text.p == 'l')
		take_repeated(l);
}

bool tt_log_unwrap(struct tt_slice line, struct tt_log_line *line_r)
{
	tt_log_line_clear(line_r);
	return tt_log_unwrap_onto(line, line_r);
}

static bool take_any_head(struct tt_slice line, struct tt_log_line *l)
{
	l->text = line;
	if (take_head(line, l, 0) || (take_tag(line, l) && l->pid.n))
		return true;
	leave_head(line, l);
	return false;
}

bool tt_log_unwrap_onto(struct tt_slice line, struct tt_log_line *l)
{
	const bool has_head = take_any_head(line, l);

	tt_log_unwrap_text(l);
	return has_head;
}

/* ---- the same time and host as the line before ---- */

/* "tag[12]: ", where the same tag was read before: what is a program's name
 * depends on nothing behind its bracket. */
static bool take_known_tag(struct tt_slice s, struct tt_log_memo *memo,
			   struct tt_log_line *l)
{
	const size_t n =
		tt_slice_chr(tt_slice_sub(s, 0, TT_LOG_MEMO_TAG), '[');
	uint32_t end;

	if (n == SIZE_MAX || n < sizeof(end))
		return take_tag(s, l);
	memcpy(&end, s.p + (n - sizeof(end)), sizeof(end));
	const size_t i = end * UINT32_C(0x9e3779b1) >> 28;
	size_t at = n + 1;

	while (at < s.n && at - n <= MAX_DIGITS && tt_is_digit(s.p[at]))
		at++;
	if (memo->tags[i].n != n || !tt_bytes_eq(memo->tags[i].text, s.p, n) ||
	    at == n + 1 || s.n - at < 3 || memcmp(s.p + at, "]: ", 3) != 0) {
		if (!take_tag(s, l))
			return false;
		if (l->pid.n && l->tag.n == n) {
			memcpy(memo->tags[i].text, s.p, n);
			memo->tags[i].n = n;
		}
		return true;
	}
	l->tag = (struct tt_slice){ s.p, n };
	l->pid = (struct tt_slice){ s.p + n + 1, at - (n + 1) };
	l->text = (struct tt_slice){ s.p + at + 3, s.n - (at + 3) };
	return true;
}

/* Whatever is read of a head depends on nothing behind its tag, so what stands
 * before the same bytes means the same. */
static bool take_remembered(struct tt_slice line, struct tt_log_memo *memo,
			    struct tt_log_line *l)
{
	if (memo->n == 0 || line.n <= memo->n ||
	    !tt_bytes_eq(line.p, memo->head, memo->n) ||
	    !take_known_tag(behind(line, memo->n), memo, l))
		return false;
	tt_log_set_time(l, &memo->stamp);
	l->host = tt_slice_sub(line, memo->host_at, memo->host_n);
	return true;
}

static void remember(struct tt_slice line, struct tt_log_memo *memo,
		     const struct tt_log_line *l)
{
	const size_t n = l->tag.n ? (size_t)(l->tag.p - line.p) : SIZE_MAX;
	const size_t end = n + l->tag.n;

	memo->n = 0;
	/* RFC 5424's tag ends in a space */
	if (n > sizeof(memo->head) || !tt_log_is_syslog(l) ||
	    end >= line.n || line.p[end] == ' ')
		return;
	memcpy(memo->head, line.p, n);
	memo->n = n;
	memo->host_at = (size_t)(l->host.p - line.p);
	memo->host_n = l->host.n;
	memo->stamp = (struct tt_log_stamp){ l->time, l->time_us,
					     l->precision_us, l->has_offset,
					     l->offset_min };
}

void tt_log_unwrap_next(struct tt_slice line, struct tt_log_memo *memo,
			struct tt_log_line *l)
{
	if (!take_remembered(line, memo, l)) {
		(void)take_any_head(line, l);
		remember(line, memo, l);
	}
	tt_log_unwrap_text(l);
}

bool tt_log_is_syslog(const struct tt_log_line *l)
{
	return l->time && l->tag.n && l->host.n;
}

/* ---- pieces ---- */

static size_t number_at(struct tt_slice s, size_t at, unsigned *n_r)
{
	size_t n = 0;

	for (*n_r = 0; n < 3 && at + n < s.n && tt_is_digit(s.p[at + n]); n++)
		*n_r = *n_r * 10 + (unsigned)(s.p[at + n] - '0');
	return n;
}

bool tt_log_piece(struct tt_slice text, struct tt_log_piece *piece_r)
{
	if (text.n < 6 || *text.p != '[')
		return false;
	size_t at = 1 + number_at(text, 1, &piece_r->k);

	if (at == 1 || at >= text.n ||
	    (text.p[at] != '/' && text.p[at] != '\\'))
		return false;
	piece_r->is_line = text.p[at++] == '\\';
	const size_t n = number_at(text, at, &piece_r->n);

	at += n;
	if (n == 0 || at + 1 >= text.n || text.p[at] != ']' ||
	    text.p[at + 1] != ' ')
		return false;
	piece_r->length = at + 2;
	return piece_r->k >= 1 && piece_r->k <= piece_r->n && piece_r->n > 1;
}

/* test_ip - addresses as mail writes them, and ranges */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

struct row {
	const char *name, *text;
	const char *out; /* NULL: not an address */
};

static const struct row rows[] = {
	{ "IPv4", "192.0.2.1", "192.0.2.1" },
	{ "IPv4, ends", "255.255.255.255", "255.255.255.255" },
	{ "IPv4 zero", "0.0.0.0", "0.0.0.0" },
	{ "space around", " 192.0.2.1\t", "192.0.2.1" },
	{ "brackets", "[192.0.2.1]", "192.0.2.1" },
	{ "port", "192.0.2.1:13012", "192.0.2.1" },
	{ "brackets and port", "[192.0.2.1]:25", "192.0.2.1" },
	{ "looks like a version", "15.1.225.42", "15.1.225.42" },
	{ "octet 256", "192.0.2.256", NULL },
	{ "leading zero", "192.0.02.1", NULL },
	{ "four digits", "192.0.2.0001", NULL },
	{ "three octets", "192.0.2", NULL },
	{ "five octets", "192.0.2.1.5", NULL },
	{ "empty octet", "192..2.1", NULL },
	{ "dot at the end", "192.0.2.1.", NULL },
	{ "port too large", "192.0.2.1:65536", NULL },
	{ "port missing", "192.0.2.1:", NULL },
	{ "port of letters", "192.0.2.1:smtp", NULL },
	{ "open bracket", "[192.0.2.1", NULL },
	{ "closed only", "192.0.2.1]", NULL },
	{ "after the bracket", "[192.0.2.1]x", NULL },
	{ "zone on IPv4", "192.0.2.1%3", NULL },
	{ "letters", "x.x.x.x", NULL },
	{ "redacted", "192.0.user@example.68", NULL },
	{ "word", "localhost", NULL },
	{ "empty", "", NULL },
	{ "empty brackets", "[]", NULL },

	{ "IPv6", "2001:db8:0:0:8:800:200c:417a",
	  "2001:db8::8:800:200c:417a" },
	{ "upper case", "2001:DB8::ABCD", "2001:db8::abcd" },
	{ "leading zeros", "2001:0db8:0000:0001::0001", "2001:db8:0:1::1" },
	{ "loopback", "::1", "::1" },
	{ "unspecified", "::", "::" },
	{ "gap at the end", "2001:db8::", "2001:db8::" },
	{ "gap for one group", "2001:db8::3:4:5:6:7", "2001:db8:0:3:4:5:6:7" },
	{ "first of two gaps", "2001:db8:0:0:1:0:0:1",
	  "2001:db8::1:0:0:1" },
	{ "longer gap", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "no gap", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
	{ "tag", "IPv6:2001:db8::1", "2001:db8::1" },
	{ "tag in brackets", "[ipv6:2001:db8::1]", "2001:db8::1" },
	{ "tag, loopback", "IPv6:::1", "::1" },
	{ "brackets and port, v6", "[2001:db8::1]:587", "2001:db8::1" },
	{ "zone index", "fe80::56f3:5435:9a39:ebe2%6",
	  "fe80::56f3:5435:9a39:ebe2" },
	{ "zone name", "[fe80::1%eth0.7]", "fe80::1" },
	{ "v4 inside", "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
	{ "mapped", "::ffff:192.0.2.1", "192.0.2.1" },
	{ "mapped, in hexadecimal", "::FFFF:c000:0201", "192.0.2.1" },
	{ "mapped, tagged", "[IPv6:::ffff:192.0.2.1]", "192.0.2.1" },
	{ "full with v4", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201" },
	{ "seven groups", "1:2:3:4:5:6:7", NULL },
	{ "nine groups", "1:2:3:4:5:6:7:8:9", NULL },
	{ "gap for none", "1:2:3:4::5:6:7:8", NULL },
	{ "two gaps", "1::2::3", NULL },
	{ "three colons", ":::", NULL },
	{ "colon at the end", "1:2:3:4:5:6:7:", NULL },
	{ "colon at the start", ":1:2:3:4:5:6:7", NULL },
	{ "five digits", "2001:0db80::1", NULL },
	{ "not hexadecimal", "2001:dbg::1", NULL },
	{ "v4 too early", "1:192.0.2.1:2::", NULL },
	{ "v4 too late", "1:2:3:4:5:6:7:192.0.2.1", NULL },
	{ "empty zone", "fe80::1%", NULL },
	{ "bad zone", "fe80::1%a b", NULL },
	{ "redacted, v6", "2603:10b6:408:user@example::6", NULL },
	{ "damaged tag", "?IPv6:::1?", NULL },
	{ "time of day", "10:11:12", NULL },
};

static void check_row(const struct row *row, struct tt_arena *arena)
{
	struct tt_ip ip;
	const bool ok = tt_ip_parse(tt_slice_str(row->text), &ip);

	if (ok != (row->out != NULL) || ok != ip.is_set)
		fail_msg("%s: %s", row->name, ok ? "read" : "refused");
	if (!ok)
		return;
	const struct tt_slice text = tt_ip_text(arena, &ip);

	if (!tt_slice_eq(text, tt_slice_str(row->out)))
		fail_msg("%s: %.*s", row->name, (int)text.n,
			 (const char *)text.p);
	if (ip.is_v6 != (strchr(row->out, ':') != NULL))
		fail_msg("%s: family", row->name);
}

static void test_parse(void **state)
{
	struct tt_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i], &arena);
	tt_arena_release(&arena);
}

/* Bare texts against the C library, both ways, over made-up groups. */
static void test_against_libc(void **state)
{
	static const char *const parts[] = { "::", ":", "0", "1", "ffff", "db8",
					     "192.0.2.1", "00", "12345" };
	enum { N = sizeof parts / sizeof *parts };
	struct tt_arena arena = { 0 };
	unsigned random = 1;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		char text[128] = "";
		size_t n = 0;
		uint8_t want[16];
		struct tt_ip ip;

		for (unsigned left = random >> 20 & 15; left > 0; left--) {
			random = random * 1103515245 + 12345;
			n += (size_t)snprintf(text + n, sizeof text - n, "%s",
					      parts[(random >> 16) % N]);
			if (n > 60)
				break;
		}
		random = random * 1103515245 + 12345;
		const bool is_v6 = inet_pton(AF_INET6, text, want) == 1;

		if (strchr(text, ':') && strchr(text, ':') ==
					 strrchr(text, ':'))
			continue; /* a port, to us */
		if (tt_ip_parse(tt_slice_str(text), &ip) !=
		    (is_v6 || inet_pton(AF_INET, text, want) == 1))
			fail_msg("%s: libc says %d", text, is_v6);
		if (ip.is_v6 && memcmp(ip.a, want, 16) != 0)
			fail_msg("%s: other bytes", text);
		if (!ip.is_v6)
			continue;
		const struct tt_slice out = tt_ip_text(&arena, &ip);
		struct tt_ip again;

		if (!tt_ip_parse(out, &again) || !tt_ip_eq(&ip, &again))
			fail_msg("%s: not the same way back", text);
	}
	tt_arena_release(&arena);
}

static void test_ranges(void **state)
{
	static const struct {
		const char *text;
		bool is_loopback, is_private;
	} ips[] = {
		{ "127.0.0.6", true, false },
		{ "::1", true, false },
		{ "::ffff:127.0.0.1", true, false },
		{ "128.0.0.1", false, false },
		{ "::2", false, false },
		{ "10.255.0.1", false, true },
		{ "11.0.0.1", false, false },
		{ "172.15.0.1", false, false },
		{ "172.16.0.1", false, true },
		{ "172.31.255.255", false, true },
		{ "172.32.0.0", false, false },
		{ "192.168.4.4", false, true },
		{ "192.169.0.1", false, false },
		{ "100.63.255.255", false, false },
		{ "100.64.0.1", false, true },
		{ "100.127.255.255", false, true },
		{ "100.128.0.0", false, false },
		{ "169.254.7.7", false, true },
		{ "fd00::1", false, true },
		{ "fc00::1", false, true },
		{ "fe80::1%2", false, true },
		{ "febf::1", false, true },
		{ "fec0::1", false, false },
		{ "2001:db8::1", false, false },
		{ "a00::1", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ips / sizeof *ips; i++) {
		struct tt_ip ip;

		assert_true(tt_ip_parse(tt_slice_str(ips[i].text), &ip));
		if (tt_ip_is_loopback(&ip) != ips[i].is_loopback)
			fail_msg("%s: loopback", ips[i].text);
		if (tt_ip_is_private(&ip) != ips[i].is_private)
			fail_msg("%s: private", ips[i].text);
	}
	const struct tt_ip none = { 0 };

	assert_false(tt_ip_is_loopback(&none) || tt_ip_is_private(&none) ||
		     tt_ip_eq(&none, &none));
	assert_int_equal(tt_ip_text(NULL, &none).n, 0);
}

static void test_cidr(void **state)
{
	static const struct {
		const char *net;
		bool is_ok;
		const char *in, *out; /* an address in it and one beside it */
	} nets[] = {
		{ "192.0.2.0/24", true, "192.0.2.255", "192.0.3.0" },
		{ "192.0.2.77/24", true, "192.0.2.1", "192.0.1.255" },
		{ "192.0.2.8/29", true, "192.0.2.15", "192.0.2.16" },
		{ "192.0.2.1", true, "192.0.2.1", "192.0.2.2" },
		{ "192.0.2.1/32", true, "192.0.2.1", "192.0.2.0" },
		{ "0.0.0.0/0", true, "203.0.113.9", "2001:db8::1" },
		{ "::/0", true, "2001:db8::1", "203.0.113.9" },
		{ "2001:db8::/32", true, "2001:db8:ffff::1", "2001:db9::1" },
		{ "2001:db8::8/125", true, "2001:db8::f", "2001:db8::10" },
		{ "2001:db8::1", true, "2001:db8::1", "2001:db8::2" },
		{ " 2001:db8::1/128 ", true, "2001:db8::1", "2001:db8::" },
		{ "::ffff:192.0.2.0/120", true, "192.0.2.200", "192.0.3.9" },
		{ "192.0.2.0/33", false, NULL, NULL },
		{ "192.0.2.0/", false, NULL, NULL },
		{ "192.0.2.0/-1", false, NULL, NULL },
		{ "192.0.2.0/8/9", false, NULL, NULL },
		{ "2001:db8::/129", false, NULL, NULL },
		{ "::ffff:192.0.2.0/24", false, NULL, NULL },
		{ "[192.0.2.0]/24", false, NULL, NULL },
		{ "192.0.2.0:25/24", false, NULL, NULL },
		{ "example.org/24", false, NULL, NULL },
		{ "", false, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
		struct tt_cidr net;
		struct tt_ip ip;

		if (tt_cidr_parse(tt_slice_str(nets[i].net), &net) !=
		    nets[i].is_ok)
			fail_msg("%s: %d", nets[i].net, !nets[i].is_ok);
		if (!nets[i].is_ok)
			continue;
		assert_true(tt_ip_parse(tt_slice_str(nets[i].in), &ip));
		if (!tt_cidr_has(&net, &ip))
			fail_msg("%s without %s", nets[i].net, nets[i].in);
		assert_true(tt_ip_parse(tt_slice_str(nets[i].out), &ip));
		if (tt_cidr_has(&net, &ip))
			fail_msg("%s with %s", nets[i].net, nets[i].out);
	}
}

static void test_net_is_masked(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_cidr net;

	(void)state;
	assert_true(tt_cidr_parse(TT_S("192.0.2.77/28"), &net));
	assert_true(tt_slice_eq(tt_ip_text(&arena, &net.net),
				TT_S("192.0.2.64")));
	assert_int_equal(net.bits, 28);
	assert_true(tt_cidr_parse(TT_S("192.0.2.77/31"), &net));
	assert_true(tt_slice_eq(tt_ip_text(&arena, &net.net),
				TT_S("192.0.2.76")));
	tt_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_cidr),
		cmocka_unit_test(test_net_is_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

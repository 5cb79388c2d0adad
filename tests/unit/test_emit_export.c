/* test_emit_export - csv, timesketch, l2tcsv and ecs of timelines by hand
 *
 * What a row or an event looks like, byte by byte; then what changes it, by
 * named rows; then every payload in every field.  tests/export reads the same
 * outputs with other people's parsers. */
#include "by_hand.h"
#include "payloads.h"

#define SHA_A1 "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1" \
	       "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define SHA_0F "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f" \
	       "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
#define TOLD "a.example.org [192.0.2.1] to mx.example.com: encrypted " \
	     "TLSv1.3 TLS_AES_256_GCM_SHA384 (basis marker; trusted)"
#define QUOTED "using TLSv1.3\\n\\twith \\\"x\\\""

/* ---- the example of the product's page ---- */

static const char csv_example[] =
	"source_path,source_member,source_offset,source_length,source_sha256,"
	"parent,message_id,message_date,message_from,message_to,"
	"message_subject,end_to_end,content_sha256,profile,result,fail_basis,"
	"border,border_basis,claimed,silent_internal,hops,encrypted,cleartext,"
	"unknown,excluded,weakest,message_anomalies,message_attempts,context,"
	"advice,diags,hop,from_name,from_helo,from_rdns,from_ip,by_name,by_ip,"
	"via,with,id,for,recipient,transport,time,time_local,"
	"time_uncertainty_s,delay_s,tls_version,tls_version_implied,cipher,"
	"cipher_iana,cipher_reliable,bits,verdict,basis,server_auth,"
	"client_auth,software,trusted,link,corroborated,witnesses,attempts,"
	"evidence_kind,evidence_rule,evidence_path,evidence_offset,"
	"evidence_length,evidence_pointer,evidence_text,anomalies\r\n"
	"box.tar.gz,mail/inbox.mbox,1024,8241," SHA_A1 ",,<a@b>,"
	"2026-06-09T14:03:21Z,A <a@example.org>,b@example.com,"
	"r\xc3\xa9sum\xc3\xa9,," SHA_0F ",bcp195,pass,,0,top-only,none,0,1,1,"
	"0,0,0,TLSv1.3,,,,,no-colon: no colon,0,a.example.org,a,"
	"a.example.org,192.0.2.1,mx.example.com,,,ESMTPS,4Xq,b@example.com,,"
	"smtp,2026-06-09T14:03:22Z,2026-06-09T14:03:22+00:00,0,,TLSv1.3,,"
	"TLS_AES_256_GCM_SHA384,TLS_AES_256_GCM_SHA384,true,256,encrypted,"
	"marker,,none,Postfix,true,,false,"
	"received receiver encrypted TLSv1.3 at mx.example.com,,received,"
	"received/postfix#using,,120,23,,"
	"\"using TLSv1.3 with \"\"x\"\"\",bad-date: no date\r\n";

static const char timesketch_example[] =
	"{\"message\":\"" TOLD "\","
	"\"datetime\":\"2026-06-09T14:03:22+00:00\","
	"\"timestamp\":1781013802000000,"
	"\"timestamp_desc\":\"Email hop received\","
	"\"data_type\":\"tlstrail:hop\",\"source_path\":\"box.tar.gz\","
	"\"source_member\":[\"mail/inbox.mbox\"],\"source_offset\":1024,"
	"\"source_length\":8241,\"source_sha256\":\"" SHA_A1 "\","
	"\"content_sha256\":\"" SHA_0F "\",\"message_id\":\"<a@b>\","
	"\"message_date\":\"2026-06-09T14:03:21Z\","
	"\"message_from\":\"A <a@example.org>\","
	"\"message_to\":[\"b@example.com\"],"
	"\"message_subject\":\"r\xc3\xa9sum\xc3\xa9\","
	"\"profile\":\"bcp195\",\"result\":\"pass\",\"weakest\":\"TLSv1.3\","
	"\"claimed\":\"none\",\"hop\":0,\"from_name\":\"a.example.org\","
	"\"from_helo\":\"a\",\"from_rdns\":\"a.example.org\","
	"\"from_ip\":\"192.0.2.1\",\"by_name\":\"mx.example.com\","
	"\"with\":\"ESMTPS\",\"id\":\"4Xq\",\"for\":\"b@example.com\","
	"\"transport\":\"smtp\","
	"\"time_local\":\"2026-06-09T14:03:22+00:00\","
	"\"time_uncertainty_s\":0,\"tls_version\":\"TLSv1.3\","
	"\"cipher\":\"TLS_AES_256_GCM_SHA384\","
	"\"cipher_iana\":\"TLS_AES_256_GCM_SHA384\","
	"\"cipher_reliable\":true,\"bits\":256,\"verdict\":\"encrypted\","
	"\"basis\":\"marker\",\"client_auth\":\"none\","
	"\"software\":\"Postfix\",\"trusted\":true,\"corroborated\":false,"
	"\"anomalies\":[\"bad-date\"],\"evidence\":[\"" QUOTED "\"],"
	"\"evidence_rule\":[\"received/postfix#using\"],"
	"\"evidence_offset\":[120]}\n";

static const char l2tcsv_example[] =
	"date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,"
	"version,filename,inode,notes,format,extra\n"
	"06/09/2026,14:03:22,UTC,....,EMAIL,Email Received field,"
	"Email hop received,,mx.example.com,encrypted TLSv1.3," TOLD ",2,"
	"box.tar.gz > mail/inbox.mbox,,bad-date,tlstrail,"
	"message_id: <a@b>; from: A <a@example.org>; "
	"subject: r\xc3\xa9sum\xc3\xa9; with: ESMTPS; id: 4Xq; helo: a; "
	"software: Postfix; tls_version: TLSv1.3; "
	"cipher: TLS_AES_256_GCM_SHA384; result: pass; sha256: " SHA_A1 "\n";

static const char ecs_example[] =
	"{\"@timestamp\":\"2026-06-09T14:03:22Z\",\"message\":\"" TOLD "\","
	"\"ecs\":{\"version\":\"9.0.0\"},\"event\":{\"kind\":\"event\","
	"\"category\":[\"email\"],\"type\":[\"info\"],"
	"\"module\":\"tlstrail\",\"dataset\":\"tlstrail.hop\","
	"\"action\":\"message-relayed\",\"sequence\":0,"
	"\"id\":\"" SHA_0F "-0\",\"hash\":\"" SHA_A1 "\","
	"\"timezone\":\"+00:00\"},\"file\":{\"path\":\"box.tar.gz\"},"
	"\"email\":{\"message_id\":\"a@b\",\"local_id\":\"4Xq\","
	"\"from\":{\"address\":[\"a@example.org\"]},"
	"\"to\":{\"address\":[\"b@example.com\"]},"
	"\"subject\":\"r\xc3\xa9sum\xc3\xa9\","
	"\"origination_timestamp\":\"2026-06-09T14:03:21Z\","
	"\"delivery_timestamp\":\"2026-06-09T14:03:22Z\"},"
	"\"source\":{\"address\":\"a.example.org\","
	"\"domain\":\"a.example.org\",\"ip\":\"192.0.2.1\"},"
	"\"destination\":{\"address\":\"mx.example.com\","
	"\"domain\":\"mx.example.com\"},"
	"\"observer\":{\"hostname\":\"mx.example.com\","
	"\"product\":\"Postfix\"},"
	"\"network\":{\"protocol\":\"smtp\",\"direction\":\"inbound\"},"
	"\"tls\":{\"established\":true,\"version\":\"1.3\","
	"\"version_protocol\":\"tls\","
	"\"cipher\":\"TLS_AES_256_GCM_SHA384\"},"
	"\"related\":{\"hosts\":[\"a.example.org\",\"a\","
	"\"mx.example.com\"],\"ip\":[\"192.0.2.1\"]},"
	"\"tlstrail\":{\"source\":{\"path\":\"box.tar.gz\","
	"\"member\":[\"mail/inbox.mbox\"],\"offset\":1024,\"length\":8241,"
	"\"sha256\":\"" SHA_A1 "\",\"content_sha256\":\"" SHA_0F "\"},"
	"\"message\":{\"from\":\"A <a@example.org>\","
	"\"to\":[\"b@example.com\"],\"profile\":\"bcp195\","
	"\"result\":\"pass\",\"weakest\":\"TLSv1.3\",\"claimed\":\"none\"},"
	"\"from\":{\"name\":\"a.example.org\",\"helo\":\"a\","
	"\"rdns\":\"a.example.org\",\"ip\":\"192.0.2.1\"},"
	"\"by\":{\"name\":\"mx.example.com\"},\"with\":\"ESMTPS\","
	"\"for\":\"b@example.com\",\"transport\":\"smtp\","
	"\"verdict\":\"encrypted\",\"basis\":\"marker\","
	"\"tls_version\":\"TLSv1.3\","
	"\"cipher\":\"TLS_AES_256_GCM_SHA384\",\"cipher_reliable\":true,"
	"\"bits\":256,\"client_auth\":\"none\",\"trusted\":true,"
	"\"corroborated\":false,\"time_uncertainty_s\":0,"
	"\"anomalies\":[\"bad-date\"],\"evidence\":[\"" QUOTED "\"],"
	"\"evidence_rule\":[\"received/postfix#using\"],"
	"\"evidence_offset\":[120]}}\n";

static void fill_stamp(struct example *x)
{
	fill(x);
	x->hop.is_stamp = true;
}

static const struct exact {
	const char *output, *want;
} exact[] = {
	{ "csv", csv_example },
	{ "timesketch", timesketch_example },
	{ "l2tcsv", l2tcsv_example },
	{ "ecs", ecs_example },
};

static void test_exact(void **state)
{
	const struct exact *const row = *state;
	struct example x;
	struct tt_out out;
	size_t i = 0;

	fill_stamp(&x);
	const char *const got = emit(row->output, &x.t, 1,
				     (struct tt_emit_options){ 0 }, &out);

	while (row->want[i] && got[i] == row->want[i])
		i++;
	if (got[i] != row->want[i])
		fail_msg("%s: differs at byte %zu: got  %.70s\nwant %.70s",
			 row->output, i, got + i, row->want + i);
	tt_out_release(&out);
}

/* ---- what changes it ---- */

static void undated(struct example *x)
{
	x->hop.has_time = false;
}
static void far_year(struct example *x)
{
	x->hop.time_unix = INT64_MAX / 4;
}
static void before_1970(struct example *x)
{
	x->hop.time_unix = -2;
	x->hop.time_us = 500000;
}
static void fraction(struct example *x)
{
	x->hop.time_us = 250;
}
static void western_zone(struct example *x)
{
	x->hop.offset_min = -210;
}
static void no_zone(struct example *x)
{
	x->hop.has_offset = false;
}
static void no_hops(struct example *x)
{
	x->t.hops.n = 0;
}
static void embedded(struct example *x)
{
	x->t.has_parent = x->t.is_decoded = true;
	memset(x->t.parent_sha256, 0x22, sizeof(x->t.parent_sha256));
}
static void of_a_log(struct example *x)
{
	x->hop.is_stamp = false;
	x->t.has_hash = false;
}
static void unknown_tls(struct example *x)
{
	x->hop.verdict = TT_UNKNOWN;
	x->hop.basis = TT_BASIS_NONE;
	x->hop.version = TT_TLS_NONE;
	x->hop.cipher = x->hop.cipher_iana = TT_NO_SLICE;
}
static void local_hop(struct example *x)
{
	unknown_tls(x);
	x->hop.verdict = TT_LOCAL;
}
static void cleartext(struct example *x)
{
	unknown_tls(x);
	x->hop.verdict = TT_CLEARTEXT;
}
static void ssl_3(struct example *x)
{
	x->hop.version = TT_SSLV3;
}
static void no_iana_name(struct example *x)
{
	x->hop.cipher_iana = TT_NO_SLICE;
	x->hop.cipher = TT_S("ODD-SUITE");
}
static void wrong_cipher(struct example *x)
{
	x->hop.is_cipher_unreliable = true;
}
static void implied(struct example *x)
{
	x->hop.version = TT_TLS_NONE;
	x->hop.version_implied = TT_TLSV1_3;
}
static void inside(struct example *x)
{
	x->hop.index = 1;
}
static void claimed(struct example *x)
{
	x->hop.is_trusted = false;
	x->t.result.border = -1;
}
static void not_an_address(struct example *x)
{
	x->hop.from.ip = TT_S("192.0.2.999");
}
static void by_address(struct example *x)
{
	x->hop.by.name = TT_S("2001:DB8::1");
}
static void only_helo(struct example *x)
{
	x->hop.from.name = x->hop.from.rdns = TT_NO_SLICE;
}
static void comma_and_quote(struct example *x)
{
	x->t.identity.subject = TT_S("a, \"b\"");
}
static void formula(struct example *x)
{
	x->t.identity.subject = TT_S("=1+1");
}
static void two_evidences(struct example *x)
{
	static struct tt_evidence two[2];

	two[0] = two[1] = x->evidence;
	two[1].off = 7;
	two[1].rule = NULL;
	two[1].text = TT_S("-b");
	x->hop.evidence.v = two;
	x->hop.evidence.n = 2;
}
static void negative_delay(struct example *x)
{
	x->hop.has_delay = true;
	x->hop.delay_s = -7;
}
static void attempt(struct example *x)
{
	static struct tt_attempt one;

	one = (struct tt_attempt){ .has_time = true,
				   .time_unix = 1781013802,
				   .recipient = TT_S("b@example.com"),
				   .by.name = TT_S("mx.example.net"),
				   .outcome = TT_OUTCOME_DEFERRED,
				   .text = TT_S("450 later") };
	x->t.attempts.v = &one;
	x->t.attempts.n = 1;
}
static void broken_subject(struct example *x)
{
	x->t.identity.subject = TT_S("a\xff");
}
static void broken_member(struct example *x)
{
	x->member = TT_S("\xfe");
}
static void spoofed_from(struct example *x)
{
	x->t.identity.from = TT_S("<boss@example.com> <a@example.org>");
}
static void from_without_address(struct example *x)
{
	x->t.identity.from = TT_S("undisclosed");
}

static const struct change {
	const char *name, *output;
	void (*change)(struct example *x);
	const char *has, *has_not;
} changes[] = {
	{ "no time", "csv", undated, ",smtp,,,,,TLSv1.3", NULL },
	{ "a year no date can hold", "csv", far_year, ",smtp,,,0,,", NULL },
	{ "a fraction of a second", "csv", fraction,
	  ",2026-06-09T14:03:22.000250Z,", NULL },
	{ "a western zone", "csv", western_zone,
	  "14:03:22Z,2026-06-09T10:33:22-03:30,", NULL },
	{ "an unknown zone", "csv", no_zone, "14:03:22Z,,0,", NULL },
	{ "a message without hops has a row", "csv", no_hops,
	  "no-colon: no colon,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n",
	  NULL },
	{ "an embedded message", "csv", embedded,
	  "mail/inbox.mbox,,," SHA_A1 ",2222", NULL },
	{ "a comma and quotes", "csv", comma_and_quote,
	  ",\"a, \"\"b\"\"\",", NULL },
	{ "a formula", "csv", formula, ",'=1+1,", NULL },
	{ "lists are of one length", "csv", two_evidences,
	  ",received | received,received/postfix#using | , | ,120 | 7,23 | 2,"
	  " | ,\"using TLSv1.3 with \"\"x\"\" | -b\",", NULL },
	{ "a number is no formula", "csv", negative_delay, ",0,-7,TLSv1.3",
	  "'-7" },
	{ "an attempt", "csv", attempt,
	  ",deferred 2026-06-09T14:03:22Z for b@example.com by "
	  "mx.example.net: 450 later,", NULL },
	{ "bytes that are not UTF-8", "csv", broken_subject, ",a\\xff,", NULL },

	{ "a fraction of a second", "timesketch", fraction,
	  "\"datetime\":\"2026-06-09T14:03:22.000250+00:00\","
	  "\"timestamp\":1781013802000250,", NULL },
	{ "before 1970", "timesketch", before_1970,
	  "\"datetime\":\"1969-12-31T23:59:58.500000+00:00\","
	  "\"timestamp\":-1500000,", NULL },
	{ "a western zone", "timesketch", western_zone,
	  "\"time_local\":\"2026-06-09T10:33:22-03:30\"", NULL },
	{ "a hop of a log", "timesketch", of_a_log,
	  "\"timestamp_desc\":\"Email hop logged\"", "sha256" },
	{ "what is not known is left out", "timesketch", unknown_tls,
	  "\"verdict\":\"unknown\"", "tls_version" },
	{ "bytes that are not UTF-8", "timesketch", broken_subject,
	  "\"message_subject\":\"a\xef\xbf\xbd\","
	  "\"message_subject_b64\":\"Yf8=\",", NULL },
	{ "a list that is not UTF-8", "timesketch", broken_member,
	  "\"source_member\":[\"\xef\xbf\xbd\"],"
	  "\"source_member_b64\":[\"/g==\"],", NULL },

	{ "a comma is a space", "l2tcsv", comma_and_quote,
	  "subject: a  \"\"b\"\"; with", NULL },
	{ "a fraction does not fit", "l2tcsv", fraction, ",14:03:22,UTC,",
	  NULL },
	{ "a hop of a log", "l2tcsv", of_a_log,
	  ",EMAIL,Mail log,Email hop logged,", "sha256" },

	{ "unknown is not false", "ecs", unknown_tls,
	  "\"verdict\":\"unknown\"", "established" },
	{ "a local hop has no TLS to tell", "ecs", local_hop,
	  "\"verdict\":\"local\"", "\"tls\":" },
	{ "cleartext is false", "ecs", cleartext,
	  "\"tls\":{\"established\":false},", NULL },
	{ "SSL 3.0", "ecs", ssl_3,
	  "\"version\":\"3\",\"version_protocol\":\"ssl\"", NULL },
	{ "a suite without a registered name", "ecs", no_iana_name,
	  "\"version_protocol\":\"tls\",\"cipher\":\"ODD-SUITE\"}", NULL },
	{ "a suite the writer gets wrong", "ecs", wrong_cipher,
	  "\"version_protocol\":\"tls\"},", NULL },
	{ "an implied version is not a stated one", "ecs", implied,
	  "\"tls\":{\"established\":true,\"cipher\":", "\"version_protocol\"" },
	{ "above the border", "ecs", inside, "\"direction\":\"internal\"",
	  NULL },
	{ "without a border", "ecs", claimed, "\"trusted\":false",
	  "direction" },
	{ "not an address", "ecs", not_an_address,
	  "\"domain\":\"a.example.org\"},", "\"related\":{\"ip\"" },
	{ "not an address, among all of them", "ecs", not_an_address,
	  "\"mx.example.com\"]},\"tlstrail\"", NULL },
	{ "an address for a name", "ecs", by_address,
	  "\"destination\":{\"address\":\"2001:DB8::1\","
	  "\"ip\":\"2001:db8::1\"}", NULL },
	{ "HELO, where there is no other name", "ecs", only_helo,
	  "\"source\":{\"address\":\"a\",\"domain\":\"a\",", NULL },
	{ "a hop of a log", "ecs", of_a_log,
	  "\"log\":{\"file\":{\"path\":\"box.tar.gz\"}},", "sha256" },
	{ "the last address counts", "ecs", spoofed_from,
	  "\"from\":{\"address\":[\"a@example.org\"]}", NULL },
	{ "From without an address", "ecs", from_without_address,
	  "\"message\":{\"from\":\"undisclosed\"",
	  "\"from\":{\"address\":[" },
	{ "bytes that are not UTF-8 stand apart", "ecs", broken_subject,
	  "\"b64\":{\"email.subject\":\"Yf8=\"}}}", "subject_b64" },
	{ "a list that is not UTF-8", "ecs", broken_member,
	  "\"b64\":{\"tlstrail.source.member\":[\"/g==\"]}}}", NULL },
};

static void test_change(void **state)
{
	const struct change *const row = *state;
	struct example x;
	struct tt_out out;

	fill_stamp(&x);
	row->change(&x);
	const char *const got = emit(row->output, &x.t, 1,
				     (struct tt_emit_options){ 0 }, &out);

	if (!strstr(got, row->has))
		fail_msg("%s, %s: not there: %s\n%s", row->output, row->name,
			 row->has, got);
	if (row->has_not && strstr(got, row->has_not))
		fail_msg("%s, %s: there: %s\n%s", row->output, row->name,
			 row->has_not, got);
	tt_out_release(&out);
}

/* ---- what a spreadsheet may take for a formula ---- */

static const struct cell {
	const char *name, *in, *out, *raw;
} cells[] = {
	{ "=", "=1+1", "'=1+1", "=1+1" },
	{ "+", "+1", "'+1", "+1" },
	{ "-", "-1", "'-1", "-1" },
	{ "@", "@A1", "'@A1", "@A1" },
	{ "TAB", "\t=1", "' =1", " =1" },
	{ "CR", "\r=1", "' =1", " =1" },
	{ "LF", "\n=1", "' =1", " =1" },
	{ "spaces", "   =1", "'   =1", "   =1" },
	{ "a quote", "\"=1", "\"'\"\"=1\"", "\"\"\"=1\"" },
	{ "an apostrophe", "'=1", "''=1", "'=1" },
	{ "U+00A0", "\xc2\xa0=1", "'\xc2\xa0=1", "\xc2\xa0=1" },
	{ "U+2003", "\xe2\x80\x83=1", "'\xe2\x80\x83=1", "\xe2\x80\x83=1" },
	{ "U+FF1D", "\xef\xbc\x9d" "1", "'\xef\xbc\x9d" "1",
	  "\xef\xbc\x9d" "1" },
	{ "U+FF0B", "\xef\xbc\x8b" "1", "'\xef\xbc\x8b" "1",
	  "\xef\xbc\x8b" "1" },
	{ "U+FF0D", "\xef\xbc\x8d" "1", "'\xef\xbc\x8d" "1",
	  "\xef\xbc\x8d" "1" },
	{ "U+FF20", "\xef\xbc\xa0" "1", "'\xef\xbc\xa0" "1",
	  "\xef\xbc\xa0" "1" },
	{ "an apostrophe alone", "'t is", "'t is", "'t is" },
	{ "in the middle", "a=1", "a=1", "a=1" },
	{ "nothing", "", "", "" },
	{ "spaces only", "  ", "  ", "  " },
	{ "a comma", "=1,2", "\"'=1,2\"", "\"=1,2\"" },
	{ "ESC is spelled out", "\033=1", "\\x1b=1", "\\x1b=1" },
};

/* Behind the recipients, before end_to_end and the hash. */
static void check_cell(const struct cell *row, bool is_raw)
{
	const char *const want = is_raw ? row->raw : row->out;
	const struct tt_emit_options o = { .is_csv_raw = is_raw };
	char around[256];
	struct example x;
	struct tt_out out;

	fill_stamp(&x);
	x.t.identity.subject = tt_slice_str(row->in);
	snprintf(around, sizeof(around), ",b@example.com,%s,," SHA_0F ",",
		 want);
	const char *const got = emit("csv", &x.t, 1, o, &out);

	if (!strstr(got, around))
		fail_msg("%s%s: not there: %s\n%s", row->name,
			 is_raw ? ", raw" : "", around, got);
	tt_out_release(&out);
}

static void test_cell(void **state)
{
	check_cell(*state, false);
	check_cell(*state, true);
}

/* ---- hops without a time ---- */

static const struct dated_only {
	const char *output, *time; /* what only a hop with a time has */
} dated_only[] = {
	{ "timesketch", "\"timestamp\":" },
	{ "l2tcsv", "06/09/2026" },
	{ "ecs", "\"@timestamp\":" },
};

static size_t lines_of(const struct tt_out *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		n += out->buf[i] == '\n';
	return n;
}

/* Three hops, the middle one without a time. */
static void test_undated(void **state)
{
	const struct dated_only *const row = *state;
	const char *const output = row->output;
	const size_t n_header = strcmp(output, "l2tcsv") == 0;
	struct tt_hop hops[MAX_HOPS];
	struct tt_timeline t;
	struct tt_out out, undated_out;
	uint64_t n = 0;

	make_timeline(&t, hops, "Te1K Te2K Te3K", &bcp195);
	hops[1].has_time = false;
	tt_out_init(&undated_out, -1);
	emit(output, &t, 1,
	     (struct tt_emit_options){ .undated = &undated_out,
				       .n_undated = &n }, &out);
	assert_int_equal(n, 1);
	assert_int_equal(lines_of(&out), 2 + n_header);
	assert_int_equal(lines_of(&undated_out), 1 + n_header);
	tt_out_bytes(&undated_out, TT_S("\0"));
	assert_null(strstr((char *)undated_out.buf, row->time));
	assert_non_null(strstr((char *)out.buf, row->time));
	/* TLSv1.1 is the message's weakest, TLSv1.2 the hop's own. */
	assert_non_null(strstr((char *)undated_out.buf, "TLSv1.2"));
	assert_null(strstr((char *)out.buf, "TLSv1.2"));
	assert_true(tt_emit_find(output)->needs_time);
	tt_out_release(&out);
	tt_out_release(&undated_out);

	/* Nowhere to go, but counted. */
	emit(output, &t, 1, (struct tt_emit_options){ .n_undated = &n }, &out);
	assert_int_equal(n, 2);
	assert_int_equal(lines_of(&out), 2 + n_header);
	tt_out_release(&out);
}

/* All have a time: the other file is left empty, without a header. */
static void test_dated(void **state)
{
	const struct dated_only *const row = *state;
	struct tt_out out, undated_out;
	struct example x;
	uint64_t n = 0;

	fill_stamp(&x);
	tt_out_init(&undated_out, -1);
	emit(row->output, &x.t, 1,
	     (struct tt_emit_options){ .undated = &undated_out,
				       .n_undated = &n }, &out);
	assert_int_equal(n, 0);
	assert_int_equal(undated_out.n, 0);
	tt_out_release(&out);
	tt_out_release(&undated_out);
}

/* ---- every payload in every field ---- */

static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* Strict UTF-8, written apart from the code under test. */
static size_t code_point(const uint8_t *p, const uint8_t *end, uint32_t *c_r)
{
	const size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
			 *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	if (n == 0 || (size_t)(end - p) < n)
		return 0;
	*c_r = n < 2 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c_r = *c_r << 6 | (p[i] & 0x3fu);
	}
	return (n == 3 && (*c_r < 0x800 || *c_r >> 11 == 27)) ||
			       (n == 4 && (*c_r < 0x10000 ||
					   *c_r > 0x10ffff)) ?
		       0 :
		       n;
}

/* NULL, or what is wrong; `ends` are the bytes a line may end with. */
static const char *check_bytes(const struct tt_out *out, const char *ends,
			       size_t n_lines)
{
	const size_t n_ends = strlen(ends);
	const uint8_t *p = out->buf, *const end = out->buf + out->n - 1;
	size_t seen = 0;

	while (p < end) {
		uint32_t c = 0;

		if ((size_t)(end - p) >= n_ends &&
		    memcmp(p, ends, n_ends) == 0) {
			seen++;
			p += n_ends;
			continue;
		}
		const size_t n = code_point(p, end, &c);

		if (n == 0)
			return "is not UTF-8";
		if (is_harmful(c))
			return "has a control character";
		p += n;
	}
	return seen == n_lines ? NULL : "has a line too many or too few";
}

static const struct hostile {
	const char *output, *ends;
	size_t n_lines;
	bool is_raw;
} hostile[] = {
	{ "csv", "\r\n", 2, false },	{ "csv", "\r\n", 2, true },
	{ "timesketch", "\n", 1, false }, { "l2tcsv", "\n", 2, false },
	{ "ecs", "\n", 1, false },	{ "jsonl", "\n", 1, false },
};

static void test_payloads(void **state)
{
	const struct hostile *const row = *state;
	const struct tt_emit_options o = { .is_csv_raw = row->is_raw };
	struct example x;

	for (size_t f = 0; fill_stamp(&x), field_at(&x, f); f++) {
		for (size_t p = 0; p < N_PAYLOADS; p++) {
			const struct payload payload = payload_at(p);
			struct tt_out out;

			fill_stamp(&x);
			*field_at(&x, f) = payload.bytes;
			x.diag.text = "\033[0m\xe2\x80\xae";
			emit(row->output, &x.t, 1, o, &out);
			const char *const bad =
				check_bytes(&out, row->ends, row->n_lines);

			if (bad)
				fail_msg("%s, field %zu, %s: %s: %.2000s",
					 row->output, f, payload.name, bad,
					 out.buf);
			tt_out_release(&out);
		}
	}
}

/* ---- --redact ---- */

static struct tt_slice hide(void *ctx, struct tt_slice s)
{
	(void)ctx;
	return tt_slice_find(s, TT_S("SECRET")) == SIZE_MAX ? s :
							      TT_S("hidden");
}

/* All evidence passes the filter, its exact bytes in Base64 too. */
static void test_filter(void **state)
{
	const struct tt_out_filter filter = { hide, NULL };
	const struct tt_emit_ops *const ops = tt_emit_find(*state);
	struct example x;

	for (size_t f = 0; fill_stamp(&x), field_at(&x, f); f++) {
		struct tt_out out;

		*field_at(&x, f) = TT_S("SECRET\xff");
		tt_out_init(&out, -1);
		out.filter = &filter;
		struct tt_emit *e = ops->begin(
			&(struct tt_emit_options){ .out = &out });

		ops->timeline(e, &x.t);
		ops->end(e, NULL);
		tt_out_bytes(&out, TT_S("\0"));
		if (strstr((char *)out.buf, "SECRET") ||
		    strstr((char *)out.buf, "U0VDUkVU"))
			fail_msg("field %zu is told: %s", f, out.buf);
		tt_out_release(&out);
	}
}

#define N_TESTS                                                        \
	(2 * N(exact) + N(changes) + N(cells) + 2 * N(dated_only) + \
	 N(hostile))
static struct CMUnitTest tests[N_TESTS];
static size_t n_tests;

/* "csv: a formula" */
static void add(const char *what, const char *name,
		CMUnitTestFunction function, const void *row)
{
	static char names[N_TESTS][96];

	snprintf(names[n_tests], sizeof(names[0]), "%s: %s", what, name);
	tests[n_tests] = (struct CMUnitTest){
		.name = names[n_tests],
		.test_func = function,
		.initial_state = (void *)(uintptr_t)row,
	};
	n_tests++;
}

int main(void)
{
	for (size_t i = 0; i < N(exact); i++)
		add(exact[i].output, "the example", test_exact, &exact[i]);
	for (size_t i = 0; i < N(exact); i++)
		add(exact[i].output, "redacted", test_filter,
		    exact[i].output);
	for (size_t i = 0; i < N(changes); i++)
		add(changes[i].output, changes[i].name, test_change,
		    &changes[i]);
	for (size_t i = 0; i < N(cells); i++)
		add("a cell", cells[i].name, test_cell, &cells[i]);
	for (size_t i = 0; i < N(dated_only); i++) {
		add(dated_only[i].output, "no time", test_undated,
		    &dated_only[i]);
		add(dated_only[i].output, "all dated", test_dated,
		    &dated_only[i]);
	}
	for (size_t i = 0; i < N(hostile); i++)
		add(hostile[i].output,
		    hostile[i].is_raw ? "payloads, raw" : "payloads",
		    test_payloads, &hostile[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

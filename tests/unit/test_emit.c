/* test_emit.c - timelines made by hand, as JSON Lines
 *
 * The object is compared byte by byte and key by key with what the product's
 * page shows; hostile bytes are put into every field, of the text too. */
#include "by_hand.h"
#include "payloads.h"

#define SHA_A1 "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1" \
	       "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define SHA_0F "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f" \
	       "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"

static const char example_json[] =
	"{\"schema\":\"tlstrail.timeline/1\","
	"\"source\":{\"path\":\"box.tar.gz\",\"member\":[\"mail/inbox.mbox\"],"
	"\"offset\":1024,\"length\":8241,\"sha256\":\"" SHA_A1 "\"},"
	"\"parent\":null,"
	"\"message\":{\"message_id\":\"<a@b>\","
	"\"date\":\"2026-06-09T14:03:21Z\",\"from\":\"A <a@example.org>\","
	"\"to\":[\"b@example.com\"],\"subject\":\"r\xc3\xa9sum\xc3\xa9\","
	"\"end_to_end\":null,\"content_sha256\":\"" SHA_0F "\"},"
	"\"hops\":[{\"index\":0,\"from\":{\"name\":\"a.example.org\","
	"\"helo\":\"a\",\"rdns\":\"a.example.org\",\"ip\":\"192.0.2.1\"},"
	"\"by\":{\"name\":\"mx.example.com\",\"ip\":null},\"via\":null,"
	"\"with\":\"ESMTPS\",\"id\":\"4Xq\",\"for\":\"b@example.com\","
	"\"recipient\":null,\"transport\":\"smtp\","
	"\"time\":\"2026-06-09T14:03:22Z\",\"utc_offset\":\"+0000\","
	"\"time_uncertainty_s\":0,\"delay_s\":null,"
	"\"tls_version\":\"TLSv1.3\",\"tls_version_implied\":null,"
	"\"cipher\":\"TLS_AES_256_GCM_SHA384\","
	"\"cipher_iana\":\"TLS_AES_256_GCM_SHA384\","
	"\"cipher_reliable\":true,\"bits\":256,\"verdict\":\"encrypted\","
	"\"basis\":\"marker\",\"server_auth\":null,\"client_auth\":\"none\","
	"\"software\":\"Postfix\",\"trusted\":true,\"link\":null,"
	"\"corroborated\":false,\"witnesses\":[{\"kind\":\"received\","
	"\"side\":\"receiver\",\"host\":\"mx.example.com\",\"key\":null,"
	"\"verdict\":\"encrypted\",\"tls_version\":\"TLSv1.3\"}],"
	"\"attempts\":[],\"evidence\":[{\"kind\":\"received\","
	"\"rule\":\"received/postfix#using\",\"path\":null,\"member\":null,"
	"\"offset\":120,\"length\":23,\"pointer\":null,"
	"\"text\":\"using TLSv1.3\\n\\twith \\\"x\\\"\"}],"
	"\"anomalies\":[\"bad-date\"]}],"
	"\"result\":{\"profile\":\"bcp195\",\"verdict\":\"pass\","
	"\"fail_basis\":null,\"border\":0,\"border_basis\":\"top-only\","
	"\"claimed\":\"none\",\"silent_internal\":0,\"hops\":1,"
	"\"encrypted\":1,\"cleartext\":0,\"unknown\":0,\"excluded\":0,"
	"\"weakest\":\"TLSv1.3\"},"
	"\"anomalies\":[{\"code\":\"bad-date\",\"hop\":0,"
	"\"text\":\"no date\"}],"
	"\"attempts\":[],\"context\":[],\"advice\":[],"
	"\"diags\":[{\"severity\":\"diag\",\"code\":\"no-colon\","
	"\"offset\":123,\"text\":\"no colon\"}]}\n";

static const char empty_json[] =
	"{\"schema\":\"tlstrail.timeline/1\","
	"\"source\":{\"path\":null,\"member\":[],\"offset\":0,\"length\":0,"
	"\"sha256\":null},\"parent\":null,"
	"\"message\":{\"message_id\":null,\"date\":null,\"from\":null,"
	"\"to\":[],\"subject\":null,\"end_to_end\":null,"
	"\"content_sha256\":null},\"hops\":[],"
	"\"result\":{\"profile\":null,\"verdict\":\"none\","
	"\"fail_basis\":null,\"border\":null,\"border_basis\":null,"
	"\"claimed\":\"none\",\"silent_internal\":0,\"hops\":0,"
	"\"encrypted\":0,\"cleartext\":0,\"unknown\":0,\"excluded\":0,"
	"\"weakest\":null},\"anomalies\":[],\"attempts\":[],\"context\":[],"
	"\"advice\":[],\"diags\":[]}\n";

static void check_text(const char *name, const char *got, const char *want)
{
	size_t i = 0;

	while (want[i] && got[i] == want[i])
		i++;
	if (got[i] != want[i])
		fail_msg("%s: differs at byte %zu: got  %.60s\nwant %.60s",
			 name, i, got + i, want + i);
}

static void test_json_exact(void **state)
{
	struct tt_timeline empty = { .result.border = -1 };
	struct example x;
	struct tt_out out;

	(void)state;
	fill(&x);
	check_text("example", emit("jsonl", &x.t, 1,
				   (struct tt_emit_options){ 0 }, &out),
		   example_json);
	tt_out_release(&out);
	check_text("empty", emit("jsonl", &empty, 1,
				 (struct tt_emit_options){ 0 }, &out),
		   empty_json);
	tt_out_release(&out);
}

static void undated(struct example *x)
{
	x->hop.has_time = x->hop.has_offset = false;
}

static void unknown_zone(struct example *x)
{
	x->hop.has_offset = false;
}

static void western_zone(struct example *x)
{
	x->hop.offset_min = -210;
}

static void far_year(struct example *x)
{
	x->hop.time_unix = INT64_MAX / 4;
}

static void negative_delay(struct example *x)
{
	x->hop.has_delay = true;
	x->hop.delay_s = -7;
}

static void no_cipher(struct example *x)
{
	x->hop.cipher = x->hop.cipher_iana = TT_NO_SLICE;
	x->hop.bits = -1;
}

static void wrong_cipher(struct example *x)
{
	x->hop.is_cipher_unreliable = true;
}

static void fail_basis(struct example *x)
{
	x->t.result.fail_basis = TT_BASIS_SOFTWARE;
}

static void anomaly_of_message(struct example *x)
{
	x->anomaly.hop = -1;
}

static void more_diags(struct example *x)
{
	x->diag.off = TT_NO_OFF;
	x->diags.more = 5;
}

static void empty_subject(struct example *x)
{
	x->t.identity.subject = TT_S("");
}

static void broken_subject(struct example *x)
{
	x->t.identity.subject = TT_S("a\xff");
}

static void broken_path(struct example *x)
{
	x->t.path = TT_S("\xff");
}

static void broken_member(struct example *x)
{
	x->member = TT_S("\xfe");
}

/* What the example does not show. */
static const struct {
	const char *name;
	void (*change)(struct example *x);
	const char *has;
} changes[] = {
	{ "undated", undated,
	  "\"time\":null,\"utc_offset\":null,\"time_uncertainty_s\":null" },
	{ "unknown zone", unknown_zone,
	  "22Z\",\"utc_offset\":null,\"time_uncertainty_s\":0" },
	{ "western zone", western_zone, "\"utc_offset\":\"-0330\"" },
	{ "a year no RFC 3339 date can hold", far_year, "\"time\":null" },
	{ "negative delay", negative_delay, "\"delay_s\":-7," },
	{ "no cipher", no_cipher,
	  "\"cipher\":null,\"cipher_iana\":null,\"cipher_reliable\":null,"
	  "\"bits\":null" },
	{ "wrong cipher", wrong_cipher, "\"cipher_reliable\":false" },
	{ "fail basis", fail_basis, "\"fail_basis\":\"software\"" },
	{ "anomaly of the message", anomaly_of_message,
	  "\"code\":\"bad-date\",\"hop\":null" },
	{ "more diags than are kept", more_diags,
	  "\"offset\":null,\"text\":\"no colon\"},{\"severity\":\"diag\","
	  "\"code\":\"limit-diags\",\"offset\":null,"
	  "\"text\":\"5 more are not listed\"}]}" },
	{ "an empty field is not a missing one", empty_subject,
	  "\"subject\":\"\"," },
	{ "bytes that are not UTF-8", broken_subject,
	  "\"subject\":\"a\xef\xbf\xbd\",\"subject_b64\":\"Yf8=\"," },
	{ "the key after an opening brace", broken_path,
	  "\"source\":{\"path\":\"\xef\xbf\xbd\",\"path_b64\":\"/w==\"," },
	{ "a list", broken_member,
	  "\"member\":[\"\xef\xbf\xbd\"],\"member_b64\":[\"/g==\"]," },
};

static const char example_view[] =
	"{\"answer\":\"Received over TLS 1.3 on the one recorded transfer into "
	"example.com; no earlier transfer is recorded.\",\"text\":\"[=] pass  "
	"Received over TLS 1.3 on the one recorded transfer into example.com;\\n"
	"no earlier transfer is recorded.\\n";
static const char example_organisations[] =
	"\",\"organisations\":{\"a.example.org\":\"example.org\","
	"\"a.example.org\":\"example.org\",\"mx.example.com\":"
	"\"example.com\"},\"fits\":[\"meets\"]}\n";

static void test_views(void **state)
{
	struct example x;
	struct tt_out out;

	(void)state;
	fill(&x);
	const char *got = emit("views", &x.t, 1,
			       (struct tt_emit_options){ .is_verbose = true },
			       &out);

	assert_memory_equal(got, example_view, strlen(example_view));
	assert_non_null(strstr(got, example_organisations));
	tt_out_release(&out);
}

static void test_json_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(changes); i++) {
		struct example x;
		struct tt_out out;

		fill(&x);
		changes[i].change(&x);
		const char *got = emit("jsonl", &x.t, 1,
				       (struct tt_emit_options){ 0 }, &out);

		if (!strstr(got, changes[i].has))
			fail_msg("%s: %s", changes[i].name, got);
		tt_out_release(&out);
	}
}

/* ---- keys, in the order of the product's page ---- */

/* Every "key": in turn, each with a space after it. */
static void keys_of(const char *json, struct tt_out *out)
{
	for (const char *p = json; (p = strchr(p, '"')); p++) {
		const char *from = ++p;

		while (*p && *p != '"')
			p += *p == '\\' && p[1] ? 2 : 1;
		if (!*p)
			break;
		if (p[1] != ':')
			continue;
		tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)from,
						     (size_t)(p - from) });
		tt_out_str(out, " ");
	}
	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)"", 1 });
}

/* The block between ``` and ``` after the page's title of the object. */
static bool read_page(char *buf, size_t room)
{
	FILE *f = fopen("../shared/design/product.md", "r");
	size_t n = f ? fread(buf, 1, room - 1, f) : 0;

	buf[n] = '\0';
	if (f)
		fclose(f);
	char *from = strstr(buf, "## Timeline object");

	from = from ? strstr(from, "```") : NULL;
	char *to = from ? strstr(from + 3, "```") : NULL;

	if (!to)
		return false;
	*to = '\0';
	memmove(buf, from + 3, (size_t)(to - from) - 2);
	return true;
}

static void test_json_keys(void **state)
{
	static char page[65536];
	struct tt_out want, got;
	struct example x;
	struct tt_out out;

	(void)state;
	if (!read_page(page, sizeof(page)))
		skip();
	fill(&x);
	tt_out_init(&want, -1);
	tt_out_init(&got, -1);
	keys_of(page, &want);
	keys_of(emit("jsonl", &x.t, 1, (struct tt_emit_options){ 0 }, &out),
		&got);
	assert_true(want.n > 500);
	check_text("keys", (char *)got.buf, (char *)want.buf);
	tt_out_release(&out);
	tt_out_release(&want);
	tt_out_release(&got);
}

/* ---- hostile bytes in every field ---- */

/* Length of the code point at p, 0 where it is not UTF-8. */
static size_t utf8_length(const unsigned char *p, uint32_t *c_r)
{
	const size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
			 *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	*c_r = n < 2 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c_r = *c_r << 6 | (p[i] & 0x3fu);
	}
	if ((n == 3 && (*c_r < 0x800 || *c_r >> 11 == 27)) ||
	    (n == 4 && *c_r < 0x10000))
		return 0;
	return n;
}

static bool is_harmful(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* NULL, or what is wrong. JSON escapes no bidi: a parser is no terminal. */
static const char *check_bytes(const struct tt_out *out, bool is_json)
{
	size_t n_lines = 0;

	for (size_t i = 0; i + 1 < out->n;) {
		uint32_t c;
		const size_t n = utf8_length(out->buf + i, &c);

		if (n == 0)
			return "is not UTF-8";
		n_lines += c == '\n';
		if (is_json ? c < 0x20 && c != '\n' : is_harmful(c))
			return "has a control character";
		i += n;
	}
	return is_json && n_lines != 1 ? "is not one line" : NULL;
}

static void check_hostile(const char *output, struct tt_emit_options o)
{
	struct example x;

	for (size_t f = 0; fill(&x), field_at(&x, f); f++) {
		for (size_t p = 0; p < N_PAYLOADS; p++) {
			const struct payload payload = payload_at(p);
			struct tt_out out;

			fill(&x);
			*field_at(&x, f) = payload.bytes;
			x.diag.text = "\033[0m\xe2\x80\xae";
			emit(output, &x.t, 1, o, &out);
			const char *bad =
				check_bytes(&out, *output != 't');

			if (bad)
				fail_msg("%s, field %zu, %s: %s: %s", output,
					 f, payload.name, bad, out.buf);
			tt_out_release(&out);
		}
	}
}

static void test_hostile(void **state)
{
	(void)state;
	check_hostile("jsonl", (struct tt_emit_options){ 0 });
	check_hostile("views", (struct tt_emit_options){ 0 });
	check_hostile("text", (struct tt_emit_options){ 0 });
	check_hostile("text", (struct tt_emit_options){ .width = 40 });
	check_hostile("text", (struct tt_emit_options){ .is_verbose = true });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_exact),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_json_changes),
		cmocka_unit_test(test_json_keys),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

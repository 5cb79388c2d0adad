/* marker.c - what a marker's pattern captured becomes a finding */
#include <string.h>
#include "rules.h"

/* Exim built with GnuTLS composes TLS 1.3 names from key exchange, signature
 * and cipher, "ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM": no table can
 * list them, and none of them is a suite of one version. */
static void read_version(const struct tt_rules *rules, struct tt_finding *f,
			 struct tt_slice text)
{
	if (text.p)
		tt_version_find(rules, text, &f->version, &f->is_ambiguous);
}

static enum tt_auth read_auth(const struct tt_auth_map *map,
			      const struct tt_match *match)
{
	if (!map->is_set)
		return TT_AUTH_NULL;
	if (!map->group[0])
		return map->fixed;
	const struct tt_slice word = tt_match_group(match, map->group);

	for (size_t i = 0; word.p && i < map->values.n; i++)
		if (tt_slice_ieq(map->values.v[i].word, word))
			return map->values.v[i].auth;
	return TT_AUTH_NULL;
}

static int read_bits(const struct tt_marker *k, struct tt_slice text)
{
	const int64_t n = tt_slice_number(text, 65536);

	if (!text.p || n < 0)
		return -1;
	/* Exim with GnuTLS printed the key length in bytes: never above 32,
	 * while no suite in use has so few bits. */
	return (int)(k->is_bits_bytes && n > 0 && n <= 32 ? n * 8 : n);
}

/* Is this the case where the writer is known to print a wrong suite? */
static bool is_wrong_suite(const struct tt_rules *rules,
			   const struct tt_marker *k,
			   const struct tt_finding *f, enum tt_tls version)
{
	if (!k->is_cipher_wrong || !f->cipher.n)
		return false;
	if (k->when_version != TT_TLS_NONE && version != k->when_version)
		return false;
	if (k->when_suite_last == TT_TLS_NONE)
		return true;
	const struct tt_suite *suite = tt_suite_find(rules, f->cipher);

	return suite && suite->last == k->when_suite_last;
}

bool tt_marker_match(struct tt_matcher *m, uint32_t marker,
		     struct tt_slice text, struct tt_finding *finding_r)
{
	const struct tt_rules *rules = tt_matcher_rules(m);
	const struct tt_marker *k = &rules->markers.v[marker];
	struct tt_match match;

	if (!tt_pattern_match(m, k->pattern, text, &match))
		return false;
	*finding_r = (struct tt_finding){
		.rule = k->id,
		.span = match.span,
		.is_clear = k->is_clear,
		.says_tls = k->says_tls && !k->is_clear,
		.cipher = tt_match_known(&match, TT_GROUP_CIPHER),
		.bits = read_bits(k, tt_match_known(&match, TT_GROUP_BITS)),
		.client_auth = read_auth(&k->client_auth, &match),
		.server_auth = read_auth(&k->server_auth, &match),
		.is_keyword_basis = k->is_keyword_basis,
	};
	read_version(rules, finding_r, tt_match_known(&match, TT_GROUP_VERSION));
	finding_r->is_cipher_wrong =
		is_wrong_suite(rules, k, finding_r, finding_r->version);
	return true;
}

bool tt_marker_is_wrong(const struct tt_rules *rules,
			const struct tt_finding *f, enum tt_tls version)
{
	for (size_t i = 0; i < rules->markers.n; i++)
		if (rules->markers.v[i].id == f->rule)
			return is_wrong_suite(rules, &rules->markers.v[i], f,
					      version);
	return false;
}

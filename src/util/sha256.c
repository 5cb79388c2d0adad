/* sha256.c - OpenSSL's EVP, fetched once per hash object
 *
 * EVP reports failure only for a library without SHA-256; nothing could be
 * hashed then, so that ends the process like lack of memory does. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/sha256.h>

struct tt_sha256 {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

static void must(int ok)
{
	if (ok != 1)
		abort();
}

struct tt_sha256 *tt_sha256_new(void)
{
	struct tt_sha256 *h = tt_zalloc(sizeof(*h));

	h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->ctx = EVP_MD_CTX_new();
	must(h->md && h->ctx);
	return h;
}

void tt_sha256_free(struct tt_sha256 **h)
{
	if (!*h)
		return;
	EVP_MD_CTX_free((*h)->ctx);
	EVP_MD_free((*h)->md);
	tt_free(h);
}

void tt_sha256_begin(struct tt_sha256 *h)
{
	must(EVP_DigestInit_ex2(h->ctx, h->md, NULL));
}

void tt_sha256_add(struct tt_sha256 *h, struct tt_slice bytes)
{
	if (bytes.n)
		must(EVP_DigestUpdate(h->ctx, bytes.p, bytes.n));
}

void tt_sha256_copy(struct tt_sha256 *to, const struct tt_sha256 *from)
{
	must(EVP_MD_CTX_copy_ex(to->ctx, from->ctx));
}

void tt_sha256_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN])
{
	must(EVP_DigestFinal_ex(h->ctx, sum_r, NULL));
}

void tt_sha256_hex(const uint8_t sum[TT_SHA256_LEN],
		   char text_r[TT_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < TT_SHA256_LEN; i++) {
		text_r[2 * i] = digits[sum[i] >> 4];
		text_r[2 * i + 1] = digits[sum[i] & 15];
	}
	text_r[2 * TT_SHA256_LEN] = '\0';
}

void tt_util_versions(struct tt_out *out)
{
	/* "OpenSSL 3.0.15 3 Sep 2024" */
	tt_out_printf(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
}

/* sha256.c - OpenSSL's EVP, fetched once per hash object
 *
 * libcrypto is loaded for the first hash: a text that is shown needs
 * none.  It is not there, or EVP reports failure, only where there is no
 * SHA-256; nothing could be hashed then, so that ends the process like lack
 * of memory does. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/library.h>
#include <tlstrail/util/sha256.h>

#define FUNCTIONS(F) \
	F(OpenSSL_version) \
	F(EVP_MD_fetch) \
	F(EVP_MD_free) \
	F(EVP_MD_CTX_new) \
	F(EVP_MD_CTX_free) \
	F(EVP_MD_CTX_copy_ex) \
	F(EVP_DigestInit_ex2) \
	F(EVP_DigestUpdate) \
	F(EVP_DigestFinal_ex)

static const char *const names[] = { FUNCTIONS(TT_LIBRARY_NAME) };

static struct libcrypto {
	FUNCTIONS(TT_LIBRARY_MEMBER)
} crypto;

struct tt_sha256 {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

static void must(int ok)
{
	if (ok != 1)
		abort();
}

static void load(void)
{
	struct tt_err err = { 0 };

	if (tt_library_load(TT_LIBCRYPTO, names,
			    sizeof(names) / sizeof(names[0]), &crypto,
			    &err) == TT_OK)
		return;
	fprintf(stderr, "tlstrail: nothing can be hashed: %s\n", err.text);
	abort();
}

void tt_sha256_preload(void)
{
	static pthread_once_t is_loaded = PTHREAD_ONCE_INIT;

	(void)pthread_once(&is_loaded, load);
}

struct tt_sha256 *tt_sha256_new(void)
{
	struct tt_sha256 *h = tt_zalloc(sizeof(*h));

	tt_sha256_preload();

	h->md = crypto.EVP_MD_fetch(NULL, "SHA256", NULL);
	h->ctx = crypto.EVP_MD_CTX_new();
	must(h->md && h->ctx);
	return h;
}

void tt_sha256_free(struct tt_sha256 **h)
{
	if (!*h)
		return;
	crypto.EVP_MD_CTX_free((*h)->ctx);
	crypto.EVP_MD_free((*h)->md);
	tt_free(h);
}

void tt_sha256_begin(struct tt_sha256 *h)
{
	must(crypto.EVP_DigestInit_ex2(h->ctx, h->md, NULL));
}

void tt_sha256_add(struct tt_sha256 *h, struct tt_slice bytes)
{
	if (bytes.n)
		must(crypto.EVP_DigestUpdate(h->ctx, bytes.p, bytes.n));
}

void tt_sha256_copy(struct tt_sha256 *to, const struct tt_sha256 *from)
{
	must(crypto.EVP_MD_CTX_copy_ex(to->ctx, from->ctx));
}

void tt_sha256_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN])
{
	must(crypto.EVP_DigestFinal_ex(h->ctx, sum_r, NULL));
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
	tt_sha256_preload();
	/* "OpenSSL 3.0.15 3 Sep 2024" */
	tt_out_printf(out, "%s\n", crypto.OpenSSL_version(OPENSSL_VERSION));
}

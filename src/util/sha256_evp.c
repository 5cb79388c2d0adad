/* sha256_evp.c - OpenSSL's EVP, fetched once per hash object
 *
 * libcrypto is loaded for the first hash that is made by it.  It is not there,
 * or EVP reports failure, only where there is no SHA-256; nothing could be
 * hashed then, so that ends the process like lack of memory does. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/library.h>

#include "sha256.h"

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

struct evp {
	struct tt_sha256 h;
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

static void load_once(void)
{
	static pthread_once_t is_loaded = PTHREAD_ONCE_INIT;

	(void)pthread_once(&is_loaded, load);
}

static void evp_free(struct tt_sha256 *h)
{
	struct evp *e = (struct evp *)h;

	crypto.EVP_MD_CTX_free(e->ctx);
	crypto.EVP_MD_free(e->md);
	tt_free(&e);
}

static void evp_begin(struct tt_sha256 *h)
{
	struct evp *const e = (struct evp *)h;

	must(crypto.EVP_DigestInit_ex2(e->ctx, e->md, NULL));
}

/* One text at a time: there is nothing to wait for. */
static void evp_lend(struct tt_sha256 *h, struct tt_slice bytes)
{
	must(crypto.EVP_DigestUpdate(((struct evp *)h)->ctx, bytes.p,
				     bytes.n));
}

static void evp_copy(struct tt_sha256 *to, const struct tt_sha256 *from)
{
	must(crypto.EVP_MD_CTX_copy_ex(((struct evp *)to)->ctx,
				       ((const struct evp *)from)->ctx));
}

static void evp_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN])
{
	must(crypto.EVP_DigestFinal_ex(((struct evp *)h)->ctx, sum_r, NULL));
}

struct tt_sha256 *tt_sha256_evp_new(void)
{
	static const struct tt_sha256_ops ops = {
		.free = evp_free,
		.begin = evp_begin,
		.lend = evp_lend,
		.copy = evp_copy,
		.end = evp_end,
	};
	struct evp *const e = tt_zalloc(sizeof(*e));

	load_once();
	e->h.ops = &ops;
	e->md = crypto.EVP_MD_fetch(NULL, "SHA256", NULL);
	e->ctx = crypto.EVP_MD_CTX_new();
	must(e->md && e->ctx);
	return &e->h;
}

void tt_sha256_evp_each(const struct tt_slice *texts, size_t n,
			uint8_t (*sums_r)[TT_SHA256_LEN])
{
	struct tt_sha256 *h = n ? tt_sha256_evp_new() : NULL;

	for (size_t i = 0; i < n; i++) {
		tt_sha256_begin(h);
		tt_sha256_add(h, texts[i]);
		tt_sha256_end(h, sums_r[i]);
	}
	tt_sha256_free(&h);
}

void tt_util_versions(struct tt_out *out)
{
	load_once();
	/* "OpenSSL 3.0.15 3 Sep 2024" */
	tt_out_printf(out, "%s\n", crypto.OpenSSL_version(OPENSSL_VERSION));
}

/* layer.c - which layer do these first bytes announce?
 *
 * Own magic comes first, so that text never reaches libarchive: with all its
 * formats on, it takes short JSON lines for mtree and returns nothing. */
#include "layer.h"

#include <archive.h>
#include <string.h>

static bool starts(struct tt_slice s, const char *magic, size_t n)
{
	return s.n >= n && memcmp(s.p, magic, n) == 0;
}

#define STARTS(s, magic) starts(s, magic, sizeof(magic) - 1)

/* RFC 1952, 2.3: method 8 is the only one, three flag bits are reserved. */
static int bid_gzip(struct tt_slice s)
{
	if (!STARTS(s, "\x1f\x8b\x08"))
		return 0;
	return s.n < 4 || (s.p[3] & 0xe0) == 0 ? 90 : 0;
}

/* "BZh", the block size, then a block's magic or that of an empty file. */
static int bid_bzip2(struct tt_slice s)
{
	if (!STARTS(s, "BZh") || s.n < 10 || s.p[3] < '1' || s.p[3] > '9')
		return 0;
	const struct tt_slice block = tt_slice_sub(s, 4, 6);

	return STARTS(block, "\x31\x41\x59\x26\x53\x59") ||
			       STARTS(block, "\x17\x72\x45\x38\x50\x90") ?
		       90 :
		       0;
}

static int bid_xz(struct tt_slice s)
{
	return STARTS(s, "\xfd" "7zXZ\0") ? 90 : 0;
}

/* RFC 8878: a frame, or a skippable frame before it. */
static int bid_zstd(struct tt_slice s)
{
	if (STARTS(s, "\x28\xb5\x2f\xfd"))
		return 90;
	return s.n >= 4 && (s.p[0] & 0xf0) == 0x50 &&
			       memcmp(s.p + 1, "\x2a\x4d\x18", 3) == 0 ?
		       80 :
		       0;
}

static int bid_lz4(struct tt_slice s)
{
	return STARTS(s, "\x04\x22\x4d\x18") || STARTS(s, "\x02\x21\x4c\x18") ?
		       90 :
		       0;
}

static int bid_zip(struct tt_slice s)
{
	return STARTS(s, "PK\3\4") || STARTS(s, "PK\5\6") ||
			       STARTS(s, "PK\7\x08PK\3\4") ?
		       90 :
		       0;
}

static int bid_7zip(struct tt_slice s)
{
	return STARTS(s, "7z\xbc\xaf\x27\x1c") ? 90 : 0;
}

/* Six octal digits of magic in the ASCII forms, and only digits for a while:
 * a text that begins with the number is no archive. */
static int bid_cpio(struct tt_slice s)
{
	if (!STARTS(s, "070701") && !STARTS(s, "070702") &&
	    !STARTS(s, "070707"))
		return 0;
	for (size_t i = 6; i < 70; i++)
		if (i >= s.n || tt_hex(s.p[i]) < 0)
			return 0;
	return 80;
}

/* POSIX.1-2001 ustar: the octal sum of the header block's bytes, its own
 * field counted as blanks. Holds for the older forms without magic too. */
static int bid_tar(struct tt_slice s)
{
	uint32_t want = 0, sum = 8 * ' ';
	size_t digits = 0;

	if (s.n < 512)
		return 0;
	for (size_t i = 148; i < 156; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '7') {
			want = want * 8 + (uint32_t)(s.p[i] - '0');
			digits++;
		} else if (digits) {
			break;
		}
	}
	if (digits == 0)
		return 0;
	/* Without a branch, so that the compiler takes many at once. */
	for (size_t i = 0; i < 512; i++)
		sum += s.p[i];
	for (size_t i = 148; i < 156; i++)
		sum -= s.p[i];
	if (want != sum)
		return 0;
	return memcmp(s.p + 257, "ustar", 5) == 0 ? 85 : 70;
}

/* OLE2 compound files (.msg) and PST. */
static int bid_outlook(struct tt_slice s)
{
	return STARTS(s, "\xd0\xcf\x11\xe0") || STARTS(s, "!BDN") ? 90 : 0;
}

#define FILTER(name, bid, code, unwrap)                      \
	{                                                    \
		name, bid, TT_LAYER_FILTER, code, false, unwrap \
	}
#define ARCHIVE(name, bid, code, needs_seek)                      \
	{                                                         \
		name, bid, TT_LAYER_ARCHIVE, code, needs_seek, NULL \
	}

const struct tt_layer tt_layers[] = {
	FILTER("gzip", bid_gzip, ARCHIVE_FILTER_GZIP, tt_gzip_unwrap),
	FILTER("bzip2", bid_bzip2, ARCHIVE_FILTER_BZIP2, tt_filter_unwrap),
	FILTER("xz", bid_xz, ARCHIVE_FILTER_XZ, tt_filter_unwrap),
	FILTER("zstd", bid_zstd, ARCHIVE_FILTER_ZSTD, tt_filter_unwrap),
	FILTER("lz4", bid_lz4, ARCHIVE_FILTER_LZ4, tt_filter_unwrap),
	ARCHIVE("zip", bid_zip, ARCHIVE_FORMAT_ZIP, true),
	ARCHIVE("7zip", bid_7zip, ARCHIVE_FORMAT_7ZIP, true),
	ARCHIVE("cpio", bid_cpio, ARCHIVE_FORMAT_CPIO, false),
	ARCHIVE("tar", bid_tar, ARCHIVE_FORMAT_TAR, false),
	{ "outlook", bid_outlook, TT_LAYER_OUTLOOK, 0, false, NULL },
};
const size_t tt_n_layers = sizeof(tt_layers) / sizeof(tt_layers[0]);

const struct tt_layer *tt_layer_choose(struct tt_slice prefix)
{
	const struct tt_layer *best = NULL;
	int best_bid = 0;

	for (size_t i = 0; i < tt_n_layers; i++) {
		const int bid = tt_layers[i].bid(prefix);

		if (bid > best_bid) {
			best_bid = bid;
			best = &tt_layers[i];
		}
	}
	return best;
}

/* object - see object.h */
#include <tlstrail/source.h>

#include "object.h"

void tt_object_begin(struct tt_object *j, struct tt_out *out)
{
	j->out = out;
	j->n = j->n_written = 0;
	j->needs_comma = false;
	tt_out_str(out, "{");
}

void tt_object_end(struct tt_object *j)
{
	tt_out_str(j->out, "}\n");
}

static void put_key(struct tt_object *j, const char *name, const char *more)
{
	if (j->needs_comma)
		tt_out_str(j->out, ",");
	j->needs_comma = true;
	tt_out_str(j->out, "\"");
	tt_out_str(j->out, name);
	tt_out_str(j->out, more);
	tt_out_str(j->out, "\":");
}

/* The objects that were opened and have something in them now. */
static void put_name(struct tt_object *j, const char *name)
{
	for (; j->n_written < j->n; j->n_written++) {
		put_key(j, j->names[j->n_written], "");
		tt_out_str(j->out, "{");
		j->needs_comma = false;
	}
	put_key(j, name, "");
}

void tt_object_open(struct tt_object *j, const char *name)
{
	j->names[j->n++] = name;
}

void tt_object_close(struct tt_object *j)
{
	if (j->n_written == j->n--) {
		tt_out_str(j->out, "}");
		j->n_written--;
		j->needs_comma = true;
	}
}

void tt_object_list(struct tt_object *j, const char *name)
{
	put_name(j, name);
	tt_out_str(j->out, "[");
}

void tt_object_item(struct tt_object *j, size_t i)
{
	tt_out_str(j->out, i ? "," : "\n");
}

void tt_object_list_end(struct tt_object *j)
{
	tt_out_str(j->out, "]");
}

/* ---- what is not UTF-8 ---- */

static struct tt_out *begin_exact(struct tt_object *j, const char *name)
{
	struct tt_out *const o = j->spare;

	if (!o) {
		put_key(j, name, "_b64");
		return j->out;
	}
	tt_out_str(o, o->n ? ",\"" : "\"");
	for (size_t i = 0; i < j->n; i++) {
		tt_out_str(o, j->names[i]);
		tt_out_str(o, ".");
	}
	tt_out_str(o, name);
	tt_out_str(o, "\":");
	return o;
}

/* The same filter for both: --redact must not stop at the exact bytes. */
static void put_base64(struct tt_object *j, struct tt_out *o,
		       struct tt_slice v)
{
	o->filter = j->out->filter;
	tt_out_base64(o, v);
}

void tt_object_text(struct tt_object *j, const char *name, struct tt_slice v)
{
	if (!v.p)
		return;
	put_name(j, name);
	if (tt_out_json(j->out, v))
		put_base64(j, begin_exact(j, name), v);
}

/* Where one is not UTF-8, the bytes of all are listed: as many items. */
static void put_exact_list(struct tt_object *j, const char *name,
			   const struct tt_slice *v, size_t n)
{
	struct tt_out *const o = begin_exact(j, name);

	tt_out_str(o, "[");
	for (size_t i = 0; i < n; i++) {
		tt_out_str(o, i ? "," : "");
		put_base64(j, o, v[i]);
	}
	tt_out_str(o, "]");
}

void tt_object_texts(struct tt_object *j, const char *name,
		     const struct tt_slice *v, size_t n)
{
	bool is_broken = false;

	if (n == 0)
		return;
	put_name(j, name);
	tt_out_str(j->out, "[");
	for (size_t i = 0; i < n; i++) {
		tt_out_str(j->out, i ? "," : "");
		is_broken |= tt_out_json(j->out, v[i]);
	}
	tt_out_str(j->out, "]");
	if (is_broken)
		put_exact_list(j, name, v, n);
}

/* ---- our own ---- */

static void put_word(struct tt_out *o, const char *word)
{
	tt_out_quoted(o, tt_slice_str(word));
}

void tt_object_word(struct tt_object *j, const char *name, const char *word)
{
	if (!word)
		return;
	put_name(j, name);
	put_word(j->out, word);
}

void tt_object_words(struct tt_object *j, const char *name,
		     const char *const *words, size_t n)
{
	if (n == 0)
		return;
	put_name(j, name);
	tt_out_str(j->out, "[");
	for (size_t i = 0; i < n; i++) {
		tt_out_str(j->out, i ? "," : "");
		put_word(j->out, words[i]);
	}
	tt_out_str(j->out, "]");
}

void tt_object_bool(struct tt_object *j, const char *name, bool is)
{
	put_name(j, name);
	tt_out_str(j->out, is ? "true" : "false");
}

void tt_object_i64(struct tt_object *j, const char *name, int64_t v)
{
	put_name(j, name);
	tt_out_i64(j->out, v);
}

void tt_object_u64(struct tt_object *j, const char *name, uint64_t v)
{
	put_name(j, name);
	tt_out_u64(j->out, v);
}

void tt_object_date(struct tt_object *j, const char *name, bool has,
		    int64_t unix_s)
{
	char text[24];

	if (has && tt_date_rfc3339(unix_s, text))
		tt_object_word(j, name, text);
}

void tt_object_hash(struct tt_object *j, const char *name, bool has,
		    const uint8_t sum[TT_SHA256_LEN])
{
	char text[TT_SHA256_HEX];

	if (!has)
		return;
	tt_sha256_hex(sum, text);
	tt_object_word(j, name, text);
}

/* ---- what hops have ---- */

void tt_object_anomalies(struct tt_object *j, uint32_t bits)
{
	const char *codes[TT_ANOMALY_COUNT];
	size_t n = 0;

	for (unsigned i = 0; i < TT_ANOMALY_COUNT; i++)
		if (bits >> i & 1)
			codes[n++] = tt_anomaly_name((enum tt_anomaly_code)i);
	tt_object_words(j, "anomalies", codes, n);
}

static void put_offsets(struct tt_object *j, const struct tt_hop *h)
{
	if (h->evidence.n == 0)
		return;
	put_name(j, "evidence_offset");
	for (size_t i = 0; i < h->evidence.n; i++) {
		tt_out_str(j->out, i ? "," : "[");
		tt_out_u64(j->out, h->evidence.v[i].off);
	}
	tt_out_str(j->out, "]");
}

void tt_object_evidence(struct tt_object *j, const struct tt_hop *h)
{
	const size_t n = h->evidence.n;
	struct tt_arena arena = { 0 };
	struct tt_slice *const v = TT_NEW_N(&arena, struct tt_slice, n);
	bool is_of_log = false;

	for (size_t i = 0; i < n; i++)
		v[i] = h->evidence.v[i].text;
	tt_object_texts(j, "evidence", v, n);
	/* A rule is named by its file, which the user may have named. */
	for (size_t i = 0; i < n; i++)
		v[i] = tt_slice_str(h->evidence.v[i].rule);
	tt_object_texts(j, "evidence_rule", v, n);
	for (size_t i = 0; i < n; i++) {
		const struct tt_origin *const o = h->evidence.v[i].origin;

		v[i] = o ? o->path : TT_S("");
		is_of_log |= o != NULL;
	}
	tt_object_texts(j, "evidence_path", v, is_of_log ? n : 0);
	put_offsets(j, h);
	tt_arena_release(&arena);
}

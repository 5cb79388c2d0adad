/* diag.c - lists of diags, bounded; what does not fit is counted */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <tlstrail/util/diag.h>
#include <tlstrail/util/text.h>

/* One diag; one that is cut shows it. */
#define TEXT_BYTES 512

static const struct tt_diag_info infos[] = {
#define ROW(id, code, sev, text, example) \
	{ code, text, example, TT_SEV_##sev },
	TT_DIAG_CODES(ROW)
#undef ROW
};

void tt_diags_init(struct tt_diags *d, struct tt_arena *a)
{
	*d = (struct tt_diags){ .arena = a };
}

const struct tt_diag_info *tt_diag_info(enum tt_diag_code code)
{
	assert(code < TT_DIAG_COUNT);
	return &infos[code];
}

bool tt_diag_find(const char *name, enum tt_diag_code *code_r)
{
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++)
		if (strcmp(infos[i].code, name) == 0) {
			*code_r = (enum tt_diag_code)i;
			return true;
		}
	return false;
}

static void add(struct tt_diags *d, enum tt_diag_code code, uint64_t off,
		const char *text)
{
	const struct tt_diag diag = { code, off,
				      tt_arena_cstr(d->arena,
						    tt_slice_str(text)) };

	*tt_vec_push(d->arena, &d->list) = diag;
}

static bool is_listed(const struct tt_diags *d, enum tt_diag_code code)
{
	for (size_t i = 0; i < d->list.n; i++)
		if (d->list.v[i].code == code)
			return true;
	return false;
}

void tt_diag_add(struct tt_diags *d, enum tt_diag_code code, uint64_t off,
		 const char *fmt, ...)
{
	const struct tt_diag_info *info = tt_diag_info(code);

	if (info->severity != TT_SEV_NOTE)
		d->is_serious = true;
	if (d->list.n >= TT_MAX_diags && is_listed(d, code)) {
		d->more++;
		return;
	}
	if (!fmt) {
		add(d, code, off, info->text);
		return;
	}
	char text[TEXT_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	add(d, code, off, text);
}

void tt_diags_join(struct tt_diags *d, const struct tt_diags *from)
{
	for (size_t i = 0; i < from->list.n; i++)
		tt_diag_add(d, from->list.v[i].code, from->list.v[i].off, "%s",
			    from->list.v[i].text);
	d->more += from->more;
	d->is_serious |= from->is_serious;
}

void tt_diag_limit(struct tt_diags *d, enum tt_diag_code code,
		   enum tt_limit_id limit, uint64_t off, uint64_t needed)
{
	const struct tt_limit *l = tt_limit_get(limit);
	const char *text = tt_diag_info(code)->text;

	if (needed)
		tt_diag_add(d, code, off,
			    "%s (limit %s: %" PRIu64 " %s, needed %" PRIu64 ")",
			    text, l->name, l->value, l->unit, needed);
	else
		tt_diag_add(d, code, off, "%s (limit %s: %" PRIu64 " %s)",
			    text, l->name, l->value, l->unit);
}

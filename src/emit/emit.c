/* emit - the registry of outputs, and diags as lines for people
 *
 * To add an output: one file with its vtable and one row here. */
#include <string.h>
#include "emit_private.h"

static const struct tt_emit_ops *const outputs[] = {
	&tt_emit_text,
	&tt_emit_jsonl,
	&tt_emit_csv,
	&tt_emit_timesketch,
	&tt_emit_l2tcsv,
	&tt_emit_ecs,
};

const struct tt_emit_ops *tt_emit_find(const char *name)
{
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
		if (strcmp(outputs[i]->name, name) == 0)
			return outputs[i];
	return NULL;
}

void tt_emit_diag(struct tt_out *out, struct tt_slice path,
		  const struct tt_diag *diag)
{
	tt_out_str(out, "tlstrail: ");
	tt_out_text(out, path);
	tt_out_str(out, ": ");
	tt_out_text(out, tt_slice_str(diag->text));
	if (diag->off != TT_NO_OFF) {
		tt_out_str(out, ", at byte ");
		tt_out_u64(out, diag->off);
	}
	tt_out_str(out, " (");
	tt_out_str(out, tt_diag_info(diag->code)->code);
	tt_out_str(out, ")\n");
}

/* built_in.c - the rule set that the build tested, by its hash
 *
 * A file of its own, because it is compiled anew when a rule changes. */
#include <string.h>
#include <tlstrail/rule.h>
#include "rules_hash.h"

bool tt_rules_is_built_in(const struct tt_rules *rules)
{
	return strcmp(tt_rules_hash(rules), TT_RULES_HASH) == 0;
}

/* web.mjs - the rows of the suite, in their order */
import { end } from "./rows.mjs";

for (const part of ["input", "answer", "drawing", "evidence", "away", "damage",
	"inert", "access", "looks", "case"])
	await (await import("./rows_" + part + ".mjs")).default();
await end();

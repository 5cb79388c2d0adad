/* headers pasted in every damaged way: the page says what show says */
import fs from "node:fs";
import { checkTable, choose, close, open, paste, read, row, same, skip, work,
} from "./rows.mjs";

const all = JSON.parse(fs.readFileSync(work("damage.json")));

/* What a box can hold is pasted; NUL, CR and UTF-16 come as files. */
function isText(bytes) {
	return !bytes.includes(0) && !bytes.includes(13) &&
		Buffer.from(bytes.toString("utf8")).equals(bytes);
}

async function check(page, r) {
	const bytes = read(r.path);
	if (isText(bytes))
		await paste(page, bytes.toString("utf8"));
	else
		await choose(page, { name: "pasted.txt", mimeType: "text/plain",
			buffer: bytes });
	const at = r.name + " " + r.way;
	same(r.timelines.length, 1, at + ": timelines of show");
	await checkTable(page, r.timelines[0]).catch(e => {
		throw new Error(at + ": " + e.message);
	});
	const codes = r.timelines[0].diags.map(d => d.code);
	const said = await page.locator("#answer").textContent();
	for (const c of codes)
		if (!said.includes("[" + c + "]"))
			throw new Error(at + ": no word of " + c);
}

export default async function () {
	const ways = [...new Set(all.map(r => r.way))];
	const page = await open();
	for (const way of ways)
		await row("pasted, " + way, async () => {
			for (const r of all)
				if (r.way === way && r.origin === "fixtures")
					await check(page, r);
			same(page.faults, [], "something happened on the way");
		});
	const real = all.filter(r => r.origin === "corpus");
	const name = "pasted, real headers in every way";
	if (!real.length)
		skip(name, "no corpus");
	else
		await row(name, async () => {
			for (const r of real)
				await check(page, r);
			same(page.faults, [], "something happened on the way");
		});
	if (!page.isClosed())
		await close(page);
}

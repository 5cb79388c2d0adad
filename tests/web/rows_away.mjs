/* taking the answer away: copied, saved, printed, redacted */
import fs from "node:fs";
import { answered, assert, checkTable, close, data, open, origin, paste, choose,
	read, row, same, show, timelines,
} from "./rows.mjs";

const text = read(data("sample.eml")).toString();

async function opened() {
	const page = await open();
	await page.context().grantPermissions(
		["clipboard-read", "clipboard-write"], { origin });
	return page;
}

async function copied(page) {
	await page.click("#copy");
	await page.waitForFunction(() => /Copied/.test(
		document.getElementById("status").textContent));
	return page.evaluate(() => navigator.clipboard.readText());
}

async function saved(page) {
	const [download] = await Promise.all([page.waitForEvent("download"),
		page.click("#save")]);
	return fs.readFileSync(await download.path(), "utf8");
}

async function copyText() {
	const page = await opened();
	await paste(page, text);
	same(await copied(page), show(["-"], text));
	await close(page);
}

async function copyOneOfMany() {
	const page = await opened(), file = data("damage/three.mbox");
	await choose(page, file);
	await page.click("[data-message=\"1\"]");
	const s = timelines([file])[1].source;
	/* which says beside it where that message stands */
	same((await copied(page)).replace(/^File .*\n/m, ""), show(["-"],
		read(file).subarray(s.offset, s.offset + s.length)));
	await close(page);
}

async function saveJson() {
	const page = await opened();
	await paste(page, text);
	same(await saved(page), show(["--json", "-"], text));
	await close(page);
}

async function saveMany() {
	const page = await opened(), file = data("golden/forms.mbox");
	await choose(page, file);
	const have = (await saved(page)).split("\n").filter(Boolean)
		.map(l => JSON.parse(l)), want = timelines([file]);
	same(have.map(t => t.message), want.map(t => t.message));
	same(have.map(t => t.hops), want.map(t => t.hops));
	await close(page);
}

/* With the switch on nothing on the page, in the clipboard or in the file
 * has the addresses. */
async function redacted() {
	const page = await opened();
	await paste(page, text);
	assert(/orders@shop/.test(await page.locator("#answer").textContent()),
		"the fixture has no address");
	await answered(page, () => page.click("#redact"));
	const asked = page.asked[page.asked.length - 1];
	assert(/redact=1/.test(asked), asked);
	const leak = /orders@|carol@/;
	const html = await page.evaluate(() =>
		document.getElementById("answer").outerHTML);
	assert(!leak.test(html), "on the page");
	assert(!leak.test(await copied(page)), "in the clipboard");
	const json = await saved(page);
	assert(!leak.test(json), "in the file");
	const t = JSON.parse(json.split("\n")[0]);
	await checkTable(page, t);
	same(await page.locator("mark, .raw pre").count(), 0, "bytes");
	await answered(page, () => page.click("#redact"));
	assert(/orders@shop/.test(await page.locator("#answer").textContent()),
		"switched off, it stays redacted");
	assert(await page.locator("mark").count() > 0, "no bytes again");
	await close(page);
}

/* What is pasted while it is on is redacted at once. */
async function redactedFirst() {
	const page = await opened();
	await paste(page, text);
	await answered(page, () => page.click("#redact"));
	await paste(page, text + "\n");
	assert(!/orders@|carol@/.test(await page.locator("#answer")
		.textContent()), "it is not redacted");
	await close(page);
}

async function printed() {
	const page = await opened();
	await paste(page, text);
	await page.emulateMedia({ media: "print", colorScheme: "dark" });
	await page.waitForTimeout(100);
	for (const gone of ["#paste", "#tools", ".raw", ".skip", "#choose"])
		same(await page.locator(gone).isVisible(), false, gone);
	for (const there of [".sentence", ".timeline", ".hops", ".meta"])
		same(await page.locator(there).isVisible(), true, there);
	same(await page.locator(".detail:visible").count(), 5, "details");
	same(await page.evaluate(() => getComputedStyle(document.body)
		.backgroundColor), "rgb(255, 255, 255)", "paper");
	const pdf = await page.pdf({ format: "A4" });
	const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g) || [];
	assert(pages.length >= 1 && pages.length <= 4, pages.length + " pages");
	await close(page);
}

async function printedWide() {
	const page = await opened();
	await paste(page, text);
	await page.emulateMedia({ media: "print" });
	await page.setViewportSize({ width: 720, height: 1000 });
	await page.waitForTimeout(150);
	const over = await page.evaluate(() => {
		const svg = document.querySelector(".timeline").getBoundingClientRect();
		return Math.max(svg.right, document.documentElement.scrollWidth) -
			innerWidth;
	});
	assert(over <= 1, over + " pixels too wide");
	await close(page);
}

export default async function () {
	await row("copied as text: what show prints", copyText);
	await row("copied as text: the chosen one of many", copyOneOfMany);
	await row("saved: the lines of show --json", saveJson);
	await row("saved: all messages", saveMany);
	await row("redacted: page, clipboard and file", redacted);
	await row("redacted: what is pasted after the switch", redactedFirst);
	await row("printed: the answer with all details, on white", printed);
	await row("printed: as wide as the sheet", printedWide);
}

/* what is typed, pasted, chosen and dropped gets its answer */
import zlib from "node:zlib";
import { answered, assert, checkTable, choose, close, data, firstParagraph, open,
	origin, paste, read, row, same, sentence, show, timelines, url,
} from "./rows.mjs";

const sample = read(data("sample.eml")).toString();

/* A drop as the browser makes it of a file that is let go over the page. */
function drop(page, files) {
	return answered(page, () => page.evaluate(list => {
		const transfer = new DataTransfer();
		for (const f of list)
			transfer.items.add(new File([Uint8Array.from(atob(f.base64),
				c => c.charCodeAt(0))], f.name));
		for (const type of ["dragover", "drop"])
			document.querySelector("main").dispatchEvent(
				new DragEvent(type, { dataTransfer: transfer,
					bubbles: true, cancelable: true }));
	}, files.map(f => ({ name: f.name,
		base64: f.bytes.toString("base64") }))));
}

async function openedPage() {
	const page = await open();
	same(await page.evaluate(() => document.activeElement.id), "paste",
		"focus");
	same(await page.locator("#tools").isVisible(), false, "tools");
	same(await page.locator("#case-view").isVisible(), false, "case view");
	await close(page);
}

async function policy() {
	const page = await open();
	const reply = await page.request.get(url);
	const csp = reply.headers()["content-security-policy"] || "";
	assert(/default-src 'none'/.test(csp), csp);
	assert(/script-src 'sha256-[^']+'(;|$)/.test(csp), csp);
	assert(/style-src 'sha256-[^']+'(;|$)/.test(csp), csp);
	assert(/connect-src 'self'/.test(csp), csp);
	assert(!/unsafe|\*|http/.test(csp), csp);
	const html = await reply.text();
	assert(!/ on[a-z]+=|style=|src=|@import|url\(/.test(html.replace(
		/<(script|style)>[^]*?<\/\1>/g, "")), "the page has a handler, a " +
		"style or a source of its own");
	await close(page);
}

async function fromClipboard() {
	const page = await open();
	await page.context().grantPermissions(
		["clipboard-read", "clipboard-write"], { origin });
	await page.evaluate(t => navigator.clipboard.writeText(t), sample);
	await answered(page, () => page.keyboard.press("Control+V"));
	same(await sentence(page), firstParagraph(show(["-"], sample)));
	await checkTable(page, timelines(["-"], sample)[0]);
	await close(page);
}

async function typed() {
	const page = await open();
	await answered(page, () => page.keyboard.type("Received: from a.example " +
		"(a.example [192.0.2.1]) by mx.example.net (Postfix) with ESMTPS"));
	same((await page.locator(".hops tbody strong").allTextContents())[0],
		"encrypted");
	await close(page);
}

async function newestWins() {
	const page = await open();
	let n = 0;
	await page.route("**/api/timeline*", async route => {
		if (++n === 1)
			await new Promise(done => setTimeout(done, 800));
		await route.continue().catch(() => {});
	});
	const gone = [];
	page.on("requestfailed", r => gone.push(r.failure().errorText));
	await page.evaluate(t => {
		const box = document.getElementById("paste");
		box.value = t;
		box.dispatchEvent(new InputEvent("input",
			{ inputType: "insertFromPaste" }));
	}, "Received: by first.example with SMTP; Tue, 9 Jun 2026 14:00:00 +0000");
	await page.waitForTimeout(300);
	await paste(page, sample);
	await page.waitForTimeout(900);
	same(await sentence(page), firstParagraph(show(["-"], sample)));
	same(gone, ["net::ERR_ABORTED"], "the older request");
	page.faults = page.faults.filter(f => !/ERR_ABORTED/.test(f));
	await close(page);
}

async function emptied() {
	const page = await open();
	await paste(page, sample);
	await page.locator("#paste").fill("");
	await page.waitForTimeout(250);
	same(await page.locator("#answer").textContent(), "", "answer");
	await paste(page, sample);
	await page.click("#clear");
	same(await page.locator("#answer").textContent(), "", "answer");
	same(await page.evaluate(() => document.activeElement.id), "paste");
	await close(page);
}

async function nothingInIt() {
	const page = await open();
	await paste(page, "Dear support,\n\nit does not work.\n");
	assert(/^Nothing in this is mail/.test(await page.locator(".sentence")
		.textContent()), await page.locator("#answer").textContent());
	same(await page.locator("#tools").isVisible(), false, "tools");
	await close(page);
}

async function refused() {
	const page = await open();
	await page.route("**/api/timeline*", route => route.fulfill({ status: 413,
		contentType: "application/json", body: JSON.stringify({ error: {
			code: "too-large", text: "<b>too much</b> at a time" } }) }));
	await paste(page, sample);
	same(await page.locator("[role=alert]").textContent(),
		"<b>too much</b> at a time");
	await page.unroute("**/api/timeline*");
	await page.route("**/api/timeline*", route => route.abort());
	await paste(page, sample + "\n");
	assert(/cannot be reached/.test(await page.locator("[role=alert]")
		.textContent()), "no word of it");
	page.faults = page.faults.filter(f => !/Failed to load resource/.test(f));
	await close(page);
}

/* name, files, arguments of show that say the same */
const FILES = [
	[".eml", ["sample.eml"]], [".eml, CRLF", ["damage/exim-crlf.eml"]],
	["bytes that are no UTF-8", ["damage/latin.eml"]],
	["NUL bytes", ["hostile/p2-nul.eml"]],
	["mbox", ["damage/three.mbox"]], [".gz", ["damage/exchange.eml.gz"]],
	[".zst", ["damage/three.mbox.zst"]], [".zip", ["damage/two.zip"]],
	["a log", ["sample.log"]], ["UTF-16", ["golden/paste-utf16.in"]],
	["messages inside a message", ["golden/attached.eml"]],
];

async function chosenFile(names) {
	const page = await open(), files = names.map(data);
	await choose(page, files);
	const want = timelines(files);
	assert(want.length > 0, "show has no timeline");
	same(await page.locator("[data-message]").count(),
		want.length > 1 ? want.length : 0, "messages listed");
	for (let i = 0; i < Math.min(want.length, 4); i++) {
		if (want.length > 1)
			await page.click(`[data-message="${i}"]`);
		await checkTable(page, want[i]);
	}
	await close(page);
}

async function dropped() {
	const page = await open();
	await drop(page, [{ name: "sample.eml",
		bytes: read(data("sample.eml")) }]);
	await checkTable(page, timelines([data("sample.eml")])[0]);
	assert((await page.locator("#chosen").textContent())
		.includes("sample.eml"), "its name is not shown");
	await close(page);
}

async function droppedCompressed() {
	const page = await open();
	await drop(page, [{ name: "sample.eml.gz",
		bytes: zlib.gzipSync(read(data("sample.eml"))) }]);
	await checkTable(page, timelines([data("sample.eml")])[0]);
	await close(page);
}

/* A mail and the log of a server on its way: what show says of both. */
async function together() {
	const page = await open();
	const files = ["golden/cisco-esa.eml", "golden/cisco-esa.mail_logs"]
		.map(data);
	await choose(page, files);
	const want = timelines(files);
	same(await page.locator("[data-message]").count(), want.length,
		"messages");
	await page.click("[data-message=\"0\"]");
	await checkTable(page, want[0]);
	assert(want[0].hops.some(h => h.corroborated) && /corroborated/.test(
		await page.locator(".hops").textContent()), "it is not joined");
	assert(await page.locator("mark").count() > 0, "no bytes of the mail");
	assert(/of other files/.test(await page.locator(".raw .note")
		.textContent()), "quotations of the log are not told");
	await close(page);
}

async function pasteAfterFile() {
	const page = await open();
	await choose(page, data("damage/three.mbox"));
	await paste(page, sample);
	same(await page.locator("[data-message]").count(), 0, "list");
	same(await page.locator("#chosen").textContent(), "", "file's name");
	await checkTable(page, timelines(["-"], sample)[0]);
	await close(page);
}

export default async function () {
	await row("opened: the focus is in the box", openedPage);
	await row("opened: the policy lets its own script and style run", policy);
	await row("pasted from the clipboard: sentence and table", fromClipboard);
	await row("typed: it answers on the way", typed);
	await row("the newest input wins, the older request is called off",
		newestWins);
	await row("emptied: the answer goes, the focus stays", emptied);
	await row("neither mail nor log: it says so", nothingInIt);
	await row("refused or not reached: it says so, as text", refused);
	for (const [name, files] of FILES)
		await row("chosen: " + name, () => chosenFile(files));
	await row("dropped: .eml", dropped);
	await row("dropped: .eml.gz", droppedCompressed);
	await row("chosen together: a mail and a log of its way", together);
	await row("pasted after a file: the file is forgotten", pasteAfterFile);
}

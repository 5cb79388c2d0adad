/* a case looked through, by a server that has one
 *
 * The case is scanned from generated mail and from messages with a payload in
 * each field that a list shows.  What is on the page is compared with what the
 * server answers, and a message with a paste of the same mail. */
import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { assert, axeSource, choose, close, open, row, same, sentence, serve,
	shots, table, tlstrail, top, work } from "./rows.mjs";
import { PAYLOADS, inField } from "./rows_inert.mjs";

const N_MAIL = 120, MONTH = "2030-06"; /* of the payloads */
const mailbox = work("case.mbox"), odd = work("payloads.mbox");
let at = "";

const separator = "From a@example.org Sun Jun  9 14:03:21 2030\n";

function hostile(p, i) {
	const x = inField(p), parts = [separator, "Received: from p.example " +
		"(p.example [192.0.2.1])\n\tby mx.example.net (Postfix) with ESMTP " +
		"id P" + i + ";\n\tSun, 9 Jun 2030 14:03:24 +0000\nMessage-ID: <",
	x, ">\nFrom: \"", x, "\" <a@example.org>\nTo: \"", x,
	"\" <b@example.net>\nSubject: ", x, "\n\nbody " + i + "\n\n"];
	return Buffer.concat(parts.map(s => Buffer.from(s)));
}

function generate(n) {
	return execFileSync("python3", [path.join(top,
		"tests/browse/generate.py"), "--messages", n, "--peers", "12"]);
}

function scan(name, ...files) {
	tlstrail("scan", "-q", "-j", "1", "-o", work(name), ...files);
	return work(name);
}

async function start() {
	fs.writeFileSync(mailbox, generate(N_MAIL));
	fs.writeFileSync(odd, Buffer.concat(PAYLOADS.map(hostile)));
	at = await serve(scan("mail.case", mailbox, odd));
	fs.mkdirSync(shots, { recursive: true });
}

/* ---- what is on the page ---- */

const api = (page, what) => page.evaluate(async p => (await fetch(p,
	{ headers: { "X-Tlstrail-Token": window.tlstrail.token } })).json(), what);

/* The view that the address asks for is there. */
async function shown(page, hash, act) {
	await page.evaluate(() => {
		const view = document.getElementById("case-view");
		window.drawn = new Promise(done => new MutationObserver(() => done())
			.observe(view, { childList: true }));
	});
	await (act ? act() : page.evaluate(h => location.hash = h, hash));
	await page.evaluate(() => window.drawn);
}

async function openCase(hash = "#case", options = {}) {
	const page = await open(options, at + hash);
	await page.waitForSelector("#case-view > *");
	return page;
}

const ids = page => page.evaluate(() => [...document.querySelectorAll(
	".list tbody a")].map(a => /[0-9a-f]{20,}/.exec(a.hash)[0]));

const asked = async (page, query) => (await api(page, "/api/messages?" + query))
	.messages.map(m => m.id);

const number = text => Number(text.replace(/,/g, ""));

/* ---- figures ---- */

async function figures() {
	const page = await openCase(), f = await api(page, "/api/case");
	same(f.messages, N_MAIL + PAYLOADS.length, "messages");
	same(number(/^[\d,]+/.exec(await page.textContent("h2 >> nth=-1"))[0]),
		f.messages, "head");
	const shares = await page.evaluate(() => [...document.querySelectorAll(
		".shares tr")].map(tr => [decodeURIComponent(tr.querySelector("a")
		.hash), tr.querySelector(".number").textContent,
	Number(tr.querySelector("rect").getAttribute("width"))]));
	const want = {};
	for (const [key, of] of [["verdict", f.verdicts], ["version",
		f.versions]])
		for (const v of Object.keys(of))
			want["#case?" + key + "=" + v] = of[v];
	for (const p of f.peers.slice(0, 10))
		want["#case?peer=" + (p.peer || "-")] = p.messages;
	same(shares.length, Object.keys(want).length, "rows");
	for (const [href, n, width] of shares) {
		same(number(n), want[href], href);
		const share = 100 * want[href] / f.messages;
		assert(Math.abs(width - (share && Math.max(share, .5))) < .01,
			href + ": a bar of " + width);
	}
	await monthsOf(page, f);
	await close(page);
}

async function monthsOf(page, f) {
	await page.click("summary");
	const rows = await page.evaluate(() => [...document.querySelectorAll(
		".numbers tbody tr")].map(tr => [...tr.children].map(c =>
		c.textContent)));
	same(rows, f.months.filter(m => m.month).map(m => [m.month,
		...["pass", "undetermined", "fail", "none"].map(v =>
			String(m.verdicts[v])), String(m.messages)]), "months");
	const g = await page.evaluate(() => [...document.querySelectorAll(
		".month")].map(m => [m.querySelector("title").textContent,
		[...m.querySelectorAll("rect:not(.hit)")].reduce((n, r) => n +
			parseFloat(r.getAttribute("height")), 0)]));
	const most = Math.max(...f.months.map(m => m.messages));
	const tallest = Math.max(...g.map(c => c[1]));
	for (const [title, height] of g) {
		const n = Number(/(\d+) message/.exec(title)[1]);
		assert(Math.abs(height - tallest * n / most) < .01,
			title + ": a column of " + height);
		const parts = title.split(": ")[2].split(/, (?=\d)/);
		same(parts.reduce((sum, s) => sum + number(/^[\d,]+/.exec(s)[0]),
			0), n, title + ": its parts");
	}
	same(await page.locator(".years text").allTextContents().then(a =>
		a.every((y, i) => !i || y - a[i - 1] === 1)), true, "years");
	await shown(page, "", () => page.locator(".month .hit").last().click(
		{ position: { x: 3, y: 2 } }));
	same(await page.evaluate(() => location.hash),
		"#case?month=" + MONTH, "a click on a month");
	same(await page.inputValue("#case-month"), MONTH);
}

/* ---- filters ---- */

async function formToAddress() {
	const page = await openCase();
	await shown(page, "", () => page.selectOption("#case-verdict", "fail"));
	same(await page.evaluate(() => location.hash), "#case?verdict=fail");
	await page.fill("#case-q", "invoice");
	await shown(page, "", () => page.press("#case-q", "Enter"));
	same(await page.evaluate(() => location.hash),
		"#case?q=invoice&verdict=fail");
	same(await ids(page), await asked(page, "q=invoice&verdict=fail"));
	await shown(page, "", () => page.goBack());
	same([await page.inputValue("#case-q"), await ids(page)],
		["", await asked(page, "verdict=fail")], "back");
	await shown(page, "", () => page.goForward());
	same([await page.inputValue("#case-q"), await ids(page)],
		["invoice", await asked(page, "q=invoice&verdict=fail")], "forward");
	await close(page);
}

async function addressToList() {
	const queries = ["verdict=undetermined", "version=cleartext",
		"basis=keyword", "month=2024-03", "peer=p1.test", "inside=1",
		"q=report", "verdict=pass&version=TLSv1.2&month=2023-01"];
	for (const query of queries) {
		const page = await openCase("#case?" + query);
		const want = await asked(page, query);
		assert(want.length, query + " has none: the row tries nothing");
		same(await ids(page), want, query);
		for (const [key, value] of new URLSearchParams(query))
			same(await page.inputValue("#case-" + key), value, query);
		await close(page);
	}
}

async function pages() {
	const page = await openCase(), seen = [await ids(page)];
	while (await page.locator("a:text('older')").count()) {
		await shown(page, "", () => page.click("a:text('older')"));
		seen.push(await ids(page));
	}
	same(new Set(seen.flat()).size, N_MAIL + PAYLOADS.length, "each once");
	same(seen.flat().length, N_MAIL + PAYLOADS.length, "none twice");
	for (let i = seen.length - 2; i >= 0; i--) {
		await shown(page, "", () => page.click("a:text('newer')"));
		same(await ids(page), seen[i], "back to page " + i);
	}
	same(await page.locator("a:text('newer')").count(), 0, "the first");
	await close(page);
}

/* ---- one message ---- */

const drawn = page => page.evaluate(() => {
	const texts = s => [...document.querySelectorAll(s)].filter(e =>
		e.getClientRects().length).map(e => e.textContent);
	return [texts(".drawing svg text"), texts(".drawing title"),
		texts(".legend li")];
});

/* The command prints the bytes, and what it must amount to stands beside it;
 * the other shows the message. */
async function commandsOf(page, source) {
	const said = (await page.locator(".raw code").allTextContents()).slice(1);
	const sh = command => execFileSync("sh", ["-c", command]);
	same(said.length, 3, "commands and hash: " + said);
	const bytes = sh(said[0]);
	same(bytes.length, source.length, said[0]);
	same(createHash("sha256").update(bytes).digest("hex"), said[1], "hash");
	same(said[1], source.sha256, "of the record");
	assert(sh(said[2].replace("tlstrail", process.env.TLSTRAIL) + " 2>&1")
		.includes(source.sha256), said[2]);
}

/* A name tells nothing of what is in the file. */
async function compressed() {
	const before = at, file = work("no-suffix"), twin = work("plain.gz");
	fs.writeFileSync(file, gzipSync(fs.readFileSync(work("sixty.eml"))));
	fs.copyFileSync(work("weak.eml"), twin);
	at = await serve(scan("compressed.case", file, twin));
	const page = await openCase();
	for (const id of await ids(page)) {
		await shown(page, "#case/" + id);
		const said = await page.textContent(".raw");
		assert(/unless the file is compressed/.test(said) &&
			/in any case, .*: tlstrail show -v/.test(said), said);
	}
	await close(page);
	at = before;
}

async function oneMessage() {
	const page = await openCase("#case?month=2024-03");
	const id = (await ids(page))[0];
	await shown(page, "", () => page.click(".list tbody a >> nth=0"));
	const answer = await api(page, "/api/messages/" + id);
	const { offset, length } = answer.timelines[0].source;
	const have = [await sentence(page), await table(page),
		await drawn(page)];
	await commandsOf(page, answer.timelines[0].source);
	await close(page);
	const other = await open();
	await choose(other, { name: "one.eml", mimeType: "message/rfc822",
		buffer: fs.readFileSync(mailbox).subarray(offset,
			offset + length) });
	const want = [await sentence(other), await table(other),
		await drawn(other)];
	assert(want[2][0].length > 5, "nothing is drawn");
	same(have, want, "the paste's");
	await close(other);
}

async function keyboardOnly() {
	const page = await openCase();
	const tabTo = async selector => {
		for (let i = 0; i < 120; i++) {
			await page.keyboard.press("Tab");
			if (await page.evaluate(s => document.activeElement.matches(s),
				selector))
				return;
		}
		throw new Error(selector + " is not reached by Tab");
	};
	await tabTo("#case-q");
	await page.keyboard.insertText("invoice");
	await shown(page, "", () => page.keyboard.press("Enter"));
	await tabTo(".list tbody a");
	await shown(page, "", () => page.keyboard.press("Enter"));
	same(await page.evaluate(() => document.activeElement.textContent),
		"\u2190 back to the list", "the focus");
	await tabTo(".hop-button");
	await page.keyboard.press("Enter");
	same(await page.locator(".hop-button >> nth=0")
		.getAttribute("aria-expanded"), "true");
	await close(page);
}

/* ---- for everybody ---- */

async function violations(page) {
	await page.evaluate(axeSource);
	return page.evaluate(async () => (await window.axe.run()).violations
		.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 90))
			.join(" | ")));
}

const tooWide = page => page.evaluate(() => document.documentElement
	.scrollWidth > innerWidth);

async function axe(width, colorScheme) {
	const page = await openCase("#case", { colorScheme,
		viewport: { width, height: 800 } });
	const [id] = await asked(page, "month=2024-03");
	await page.click("summary");
	same(await violations(page), [], "figures");
	for (const hash of ["#case?month=" + MONTH, "#case/" + id]) {
		await shown(page, hash);
		same(await violations(page), [], hash);
	}
	await close(page);
}

async function pictures(width, colorScheme) {
	const page = await openCase("#case", { colorScheme,
		viewport: { width, height: width < 500 ? 780 : 1000 } });
	const [id] = await asked(page, "month=2024-03");
	for (const [name, hash] of [["figures", null],
		["list", "#case?verdict=undetermined"], ["message", "#case/" + id]]) {
		if (hash)
			await shown(page, hash);
		same(await tooWide(page), false, name + " is too wide");
		const to = path.join(shots,
			`case-${name}-${width}-${colorScheme}.png`);
		await page.screenshot({ path: to, fullPage: name !== "figures" });
		assert(fs.statSync(to).size > 5000, "the picture is empty");
	}
	await close(page);
}

/* ---- what is hostile, and what is not there ---- */

const tree = page => page.evaluate(() => [[...new Set([...document
	.querySelectorAll("*")].flatMap(e => [e.localName, ...[...e.attributes]
	.map(a => "@" + a.name)]))].sort(), window.hit,
[...document.querySelectorAll("[href]")].filter(a =>
	!/^#/.test(a.getAttribute("href"))).length, document.scripts.length,
Object.keys(Object.prototype).length]);

async function inert() {
	const page = await openCase("#case?verdict=pass");
	const [lists] = await tree(page);
	await shown(page, "#case/" + (await ids(page))[0]);
	const known = new Set(lists.concat((await tree(page))[0], ["i", "ul", "li",
		"@aria-hidden", "section", "h3", "details", "summary", "q", "p",
		"path", "strong", "@d", "@stroke", "@rx"]));
	const check = async words => {
		const [names, ...rest] = await tree(page);
		same(names.filter(n => !known.has(n)), [], words + ": made");
		same(rest, [undefined, 0, 1, 0], words);
		same(page.faults, [], words);
	};
	const all = [];
	await shown(page, "#case?month=" + MONTH);
	for (;;) {
		await check("the list");
		all.push(...await ids(page));
		if (!await page.locator("a:text('older')").count())
			break;
		await shown(page, "", () => page.click("a:text('older')"));
	}
	same(all.length, PAYLOADS.length, "payloads");
	for (const id of all) {
		await shown(page, "#case/" + id);
		await check(id);
	}
	await close(page);
}

async function inAddress() {
	for (const p of ["<img src=x onerror=window.hit=1>", "javascript:hit=1",
		"%", "__proto__=1", "a&q=b&nope=1", "\u202e"]) {
		const page = await openCase("#case?q=" + p);
		const [names, hit] = await tree(page);
		same([names.includes("img"), hit], [false, undefined], p);
		page.faults = page.faults.filter(f => !/ 400 /.test(f));
		await close(page);
	}
}

async function empty() {
	fs.writeFileSync(work("none.txt"), "");
	const before = at;
	try {
		scan("empty.case", work("none.txt"));
	} catch (e) {
		same(e.status, 4, "no mail was found");
	}
	at = await serve(work("empty.case"));
	const page = await openCase();
	const said = await page.textContent("#case-view");
	assert(said.includes("0 messages"), said);
	same([await ids(page), await page.locator(".months, .shares").count()],
		[[], 0], "of nothing");
	same(await violations(page), [], "axe");
	await close(page);
	at = before;
}

/* More months than are listed: it is said how many, and they can be found. */
async function manyMonths() {
	const before = at, n = 250, mail = work("months.mbox");
	const day = i => `${1990 + Math.floor(i / 12)}-${String(i % 12 + 1)
		.padStart(2, "0")}`;
	fs.writeFileSync(mail, Array.from({ length: n }, (_, i) => {
		const when = new Date(day(i) + "-09T14:03:21Z").toUTCString()
			.replace("GMT", "+0000");
		return separator + "Received: from a.example (a.example " +
			"[192.0.2.1])\n\tby mx.example.net (Postfix) with ESMTPS id M" +
			i + ";\n\t" + when + "\nMessage-ID: <" + i + "@a.example>\n" +
			"Subject: month " + i + "\n\nbody\n\n";
	}).join(""));
	at = await serve(scan("months.case", mail));
	const page = await openCase();
	const said = await page.textContent(".by-month");
	assert(said.includes("10 older months are in no chart and no table"), said);
	same(await page.locator(".numbers tbody tr").count(), 240, "rows");
	await shown(page, "#case?month=" + day(0));
	same((await ids(page)).length, 1, "the oldest month");
	await close(page);
	at = before;
}

/* Told in words, with the filters still there. */
async function damaged() {
	const before = at, file = scan("damaged.case", mailbox);
	at = await serve(file);
	const page = await openCase();
	const size = fs.statSync(file).size, fd = fs.openSync(file, "r+");
	fs.writeSync(fd, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
	fs.closeSync(fd);
	fs.truncateSync(file, size - 8192);
	await shown(page, "#case?q=invoice");
	const said = await page.textContent("#case-view [role=alert]");
	assert(/damaged: .*; scan the evidence into a new case/.test(said),
		"it says: " + said);
	same(await page.locator("#case-q").count(), 1, "no filters");
	page.faults = page.faults.filter(f => !/ 500 /.test(f));
	await close(page);
	at = before;
}

/* Moved, replaced and put back, which the page says, also one that is opened
 * meanwhile; what is pasted is answered all the same. */
async function gone() {
	const before = at, file = scan("gone.case", mailbox);
	at = await serve(file);
	const page = await openCase(), said = () =>
		page.textContent("#case-view [role=alert]");
	fs.renameSync(file, file + ".away");
	await shown(page, "#case?q=invoice");
	assert((await said()).includes("the case is not where it was: put it " +
		"back") && (await said()).includes(file), await said());
	const other = await openCase();
	assert((await other.textContent("#case-view [role=alert]")).includes(
		"not where it was"), "nothing is said to a new page");
	await other.click("#to-paste");
	await choose(other, work("sixty.eml"));
	await other.context().close();
	fs.copyFileSync(file + ".away", file);
	await shown(page, "#case?q=report");
	assert((await said()).includes("another file is where the case was: " +
		"start tlstrail serve again"), await said());
	fs.renameSync(file + ".away", file);
	await shown(page, "#case?q=invoice");
	same(await ids(page), await asked(page, "q=invoice"), "put back");
	page.faults = page.faults.filter(f => !/ 410 /.test(f));
	await close(page);
	at = before;
}

export default async function () {
	await start();
	await row("case: figures and charts are those of the server", figures);
	await row("case: filters go into the address, back and forward",
		formToAddress);
	await row("case: an address is a filtered list", addressToList);
	await row("case: each message once, older and newer", pages);
	await row("case: a message is drawn as its paste is", oneMessage);
	await row("case: keyboard only", keyboardOnly);
	for (const width of [360, 1200])
		for (const scheme of ["light", "dark"])
			await row(`case: axe at ${width}, ${scheme}`,
				() => axe(width, scheme));
	await row("case: " + PAYLOADS.length + " payloads in lists and messages",
		inert);
	await row("case: payloads in the address", inAddress);
	await row("case: an empty one", empty);
	await row("case: more months than are listed", manyMonths);
	await row("case: the bytes of a compressed file, whatever its name",
		compressed);
	await row("case: damaged while it is served", damaged);
	await row("case: moved, replaced and put back while it is served", gone);
	for (const width of [360, 900, 1600])
		for (const scheme of ["light", "dark"])
			await row(`case: pictures at ${width}, ${scheme}`,
				() => pictures(width, scheme));
}

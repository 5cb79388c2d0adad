/* what evidence says is text, wherever it stands, and does nothing
 *
 * Payloads are those of tests/unit/payloads.h, and what acts in a page.  Each
 * stands in every field of a header and in the name of its file. */
import fs from "node:fs";
import { assert, choose, close, open, paste, row, same, show, work } from "./rows.mjs";

const MARKUP = [
	"<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>",
	"<svg onload=window.hit=1>", "\"><svg/onload=window.hit=1>",
	"'><img src=//example.org/x>", "</script><script>window.hit=1</script>",
	"</style><style>*{display:none}</style>", "</textarea><b>b</b>",
	"</title><link rel=stylesheet href=//example.org>",
	"<iframe srcdoc='<script>parent.hit=1</script>'>",
	"<a href=javascript:window.hit=1>x</a>", "javascript:window.hit=1",
	"<base href=//example.org>", "<meta http-equiv=refresh content=0;url=//x>",
	"<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
	"<noscript><p title=\"</noscript><img src=x onerror=window.hit=1>\">",
	"&lt;img src=x onerror=window.hit=1&gt;", "&#60;script&#62;", "]]>--><!--",
	"${window.hit=1}", "{{constructor.constructor('window.hit=1')()}}",
	"__proto__", "constructor", "hasOwnProperty", "toString",
	"$&$`$'$$", "%s%n%00", "url(//example.org/x)", "\u0000</svg>",
].map(s => Buffer.from(s));
export const PAYLOADS = JSON.parse(fs.readFileSync(work("payloads.json")))
	.map(s => Buffer.from(s, "base64")).concat(MARKUP);

/* p without what would end the field before the payload is over. */
export const inField = p => Buffer.from(p.filter(c => c !== 10 && c !== 13));

function message(p) {
	const x = inField(p), parts = [];
	const add = (...pieces) => pieces.forEach(s => parts.push(Buffer.from(s)));
	for (const [helo, name, by, w, id, who] of [
		[x, "peer.example", "mx.example.net", "ESMTPS", "A1", "a@example.net"],
		["h.example", x, x, "ESMTP", x, x],
		["h.example", "p.example", "mx.example.org", x, "A3", "b@example.net"]])
		add("Received: from ", helo, " (", name, " [192.0.2.1])\n\t(using " +
			"TLSv1.3 with cipher ", x, " (256/256 bits))\n\tby ", by,
		" (Postfix) with ", w, " id ", id, " for <", who,
		">; Tue, 9 Jun 2026 14:03:24 +0000 (", x, ")\n");
	for (const field of ["Date", "From", "To", "Cc", "Subject", "Message-ID",
		"Authentication-Results", "X-Odd", "DKIM-Signature"])
		add(field + ": ", field === "From" || field === "To" ? "\"" : "", x,
			field === "From" || field === "To" ? "\" <a@example.org>" : "",
			"\n");
	add("X-", x, ": y\n\nbody ", p, "\n");
	return Buffer.concat(parts);
}

/* Elements and attributes by name: what evidence could have made. */
function tree(page) {
	return page.evaluate(() => {
		const names = new Set(), odd = [];
		for (const e of document.querySelectorAll("*")) {
			names.add(e.localName);
			for (const a of e.attributes) {
				names.add("@" + a.name);
				if (/^on|^style$|^src|^href$/.test(a.name) &&
				    !/^#/.test(a.value))
					odd.push(e.localName + " " + a.name);
			}
		}
		return { names: [...names].sort(), odd, hit: window.hit,
			scripts: document.scripts.length,
			styles: document.styleSheets.length,
			proto: Object.keys(Object.prototype).length };
	});
}

/* What an ordinary message has, plus what only odd ones do. */
async function ordinary(page) {
	await choose(page, { name: "plain.eml", mimeType: "message/rfc822",
		buffer: message(Buffer.from("plain")) });
	for (const b of await page.locator(".hop-button").all())
		await b.click();
	return new Set((await tree(page)).names.concat(["li", "ul", "i", "path",
		"circle", "rect", "text", "g", "line", "svg", "mark", "details",
		"summary", "section", "h3", "time", "@datetime", "q", "code", "ol",
		"nav", "@aria-current", "@data-message", "dl", "dt", "dd", "div",
		"button", "span", "@tabindex", "@colspan", "@hidden", "@rx",
		"article", "strong", "@role", "@stroke", "@d", "wbr", "p",
		"@data-hop", "@data-from", "@data-to", "tr", "td", "@class",
		"@y1", "@x1", "@x2", "@y2"]));
}

async function check(page, known, p) {
	const words = await tree(page), at = JSON.stringify(p.toString("latin1"));
	same(words.names.filter(n => !known.has(n)), [], at + ": made");
	same([words.odd, words.hit, words.scripts, words.styles, words.proto],
		[[], undefined, 1, 1, 0], at);
	same(page.faults, [], at);
	assert(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/
		.test(await page.locator("#answer").evaluate(e => e.textContent)),
		at + ": acts on the reader");
}

async function inFields(list) {
	const page = await open(), known = await ordinary(page);
	for (const p of list) {
		await choose(page, { name: "m.eml", mimeType: "message/rfc822",
			buffer: message(p) });
		await check(page, known, p);
	}
	await close(page);
}

async function inNames(list) {
	const page = await open(), known = await ordinary(page);
	for (const p of list) {
		/* the name of a file is characters */
		const name = p.toString("utf8").slice(0, 100) + ".eml";
		await choose(page, { name, mimeType: "message/rfc822",
			buffer: message(Buffer.from("plain")) });
		await check(page, known, p);
	}
	await close(page);
}

/* Two at a time, so that they are in a list of messages too. */
async function inLists(list) {
	const page = await open(), known = await ordinary(page);
	const from = "From a@example.org Tue Jun  9 14:03:21 2026\n";
	for (let i = 0; i < list.length; i += 8) {
		const mbox = Buffer.concat(list.slice(i, i + 8).map(p =>
			Buffer.concat([Buffer.from(from), message(p),
				Buffer.from("\n")])));
		await choose(page, { name: "m.mbox", mimeType: "text/plain",
			buffer: mbox });
		await check(page, known, list[i]);
	}
	await close(page);
}

async function inPastes(list) {
	const page = await open(), known = await ordinary(page);
	for (const p of list) {
		await paste(page, message(p).toString("utf8") + "\n" + p.length);
		await check(page, known, p);
	}
	await close(page);
}

/* Any member of an answer, should the server be made to say it. */
async function inAnswers() {
	const page = await open(), known = await ordinary(page);
	const x = "<img src=x onerror=window.hit=1>";
	const poison = v => Array.isArray(v) ? v.map(poison) :
		v && typeof v === "object" ? Object.fromEntries(Object.entries(v)
			.map(([k, w]) => [k, ["index", "verdict", "evidence", "hops",
				"timelines"].includes(k) && typeof w !== "object" ?
				w : poison(w)])) :
			typeof v === "string" ? x + v : v;
	const said = show(["--json", "-"], message(Buffer.from("plain")))
		.split("\n").filter(Boolean).map(l => poison(JSON.parse(l)));
	await page.evaluate(answer => window.tlstrail.drawTimelines(
		document.getElementById("answer"), answer, null), {
		timelines: said, diags: [{ code: x, text: x, offset: 1 }], text: x,
		views: [{ answer: x, text: x }] });
	for (const b of await page.locator(".hop-button").all())
		await b.click();
	await check(page, known, Buffer.from(x));
	await close(page);
}

/* The rows can fail: an element that evidence made is found. */
async function planted() {
	const page = await open(), known = await ordinary(page);
	await page.evaluate(() => document.querySelector(".meta dd").append(
		document.createElement("img")));
	let found = false;
	await check(page, known, Buffer.from("planted")).catch(() => found = true);
	assert(found, "not found");
	await close(page);
}

export default async function () {
	same(PAYLOADS.length >= 80, true, "payloads: " + PAYLOADS.length);
	await row(PAYLOADS.length + " payloads in every field of a file",
		() => inFields(PAYLOADS));
	await row(PAYLOADS.length + " payloads as the name of the file",
		() => inNames(PAYLOADS));
	await row(PAYLOADS.length + " payloads in lists of messages",
		() => inLists(PAYLOADS));
	await row(MARKUP.length + " payloads in pastes", () => inPastes(MARKUP));
	await row("a payload in every member of the answer", inAnswers);
	await row("an element that evidence made is found", planted);
}

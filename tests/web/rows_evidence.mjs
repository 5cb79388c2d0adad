/* what is marked in the bytes is what the hop quotes, byte for byte */
import zlib from "node:zlib";
import { assert, choose, close, data, open, paste, read, row, same, timelines,
} from "./rows.mjs";

/* The stretches marked for the chosen hop, neighbours joined. */
function marked(page) {
	return page.evaluate(() => {
		const out = [];
		for (const m of document.querySelectorAll("mark.on")) {
			const from = Number(m.dataset.from), to = Number(m.dataset.to);
			const last = out[out.length - 1];
			if (last && last.to === from) {
				last.to = to;
				last.text += m.textContent;
			} else {
				out.push({ from, to, text: m.textContent });
			}
		}
		return out;
	});
}

/* The union of the spans of a hop's evidence in the message. */
function spans(t, h) {
	const all = h.evidence.filter(e => e.path === null)
		.map(e => ({ from: t.source.offset + e.offset,
			to: t.source.offset + e.offset + e.length }))
		.sort((a, b) => a.from - b.from), out = [];
	for (const s of all)
		if (out.length && s.from <= out[out.length - 1].to)
			out[out.length - 1].to = Math.max(s.to,
				out[out.length - 1].to);
		else
			out.push(s);
	return out;
}

/* The text of a mark, as bytes of the file would be shown. */
function shown(bytes, encoding) {
	return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)
		.replace(/\r\n/g, "\n");
}

async function checkHops(page, t, bytes, encoding) {
	let n = 0;
	for (const h of t.hops) {
		await page.click(`.hop-button >> nth=${h.index}`);
		const have = await marked(page), want = spans(t, h);
		same(have.map(m => [m.from, m.to]), want.map(s => [s.from, s.to]),
			"hop " + h.index);
		for (const m of have) {
			const quoted = bytes.subarray(m.from, m.to);
			const text = shown(quoted, encoding);
			if (!/[^\x09\x0a\x20-\x7e]/.test(text))
				same(m.text, text, "hop " + h.index);
			n++;
		}
		if (have.length)
			assert(await page.evaluate(() => {
				const m = document.querySelector("mark.on")
					.getBoundingClientRect();
				const p = document.querySelector(".raw pre")
					.getBoundingClientRect();
				return m.top >= p.top && m.top < p.bottom;
			}), "hop " + h.index + ": not in sight");
	}
	return n;
}

async function inFile(file, options = {}) {
	const page = await open(), path = data(file);
	const all = timelines([path]);
	const i = options.message || 0;
	await choose(page, options.send || path);
	if (all.length > 1)
		await page.click(`[data-message="${i}"]`);
	const n = await checkHops(page, all[i], options.bytes || read(path),
		options.encoding || "utf-8");
	assert(n > 0, "nothing was marked");
	await close(page);
}

async function inPaste(file) {
	const page = await open(), text = read(data(file)).toString();
	/* as a box gives it: with LF */
	const sent = Buffer.from(text.replace(/\r\n?/g, "\n"));
	await paste(page, text);
	assert(await checkHops(page, timelines(["-"], sent)[0], sent, "utf-8") > 0,
		"nothing was marked");
	await close(page);
}

/* Words before the stamps that have more bytes than letters. */
async function beyondAscii() {
	const page = await open();
	const text = "Betreff: Grüße – 日本語 🙂\n" + read(data("sample.eml"));
	const sent = Buffer.from(text);
	await paste(page, text);
	assert(await checkHops(page, timelines(["-"], sent)[0], sent, "utf-8") > 0,
		"nothing was marked");
	await close(page);
}

/* A quotation that the bytes do not bear is not marked. */
async function notBorne() {
	const page = await open();
	await page.route("**/api/timeline*", async route => {
		const reply = await route.fetch(), said = await reply.json();
		for (const h of said.timelines[0].hops)
			for (const e of h.evidence)
				e.offset += 3;
		await route.fulfill({ response: reply, json: said });
	});
	await paste(page, read(data("sample.eml")).toString());
	same(await page.locator("mark").count(), 0, "marks");
	assert(/quotations are/.test(await page.locator(".raw .note")
		.textContent()), "it is not told");
	await close(page);
}

async function unpacked() {
	const page = await open();
	await choose(page, data("damage/two.zip"));
	same(await page.locator(".raw pre").count(), 0, "bytes");
	assert(/not at hand/.test(await page.locator(".raw").textContent()),
		"it is not told");
	await page.click(".hop-button >> nth=0");
	assert(await page.locator(".detail:visible .quotes q").count() > 0,
		"no quotation in the details");
	await close(page);
}

async function bytesAsTheyAre() {
	const page = await open();
	await choose(page, { name: "x.eml", mimeType: "text/plain",
		buffer: Buffer.concat([read(data("sample.eml")).subarray(0, 0),
			Buffer.from("X-Odd: \xff\xc3\x28\x00\x1b[2J \xe2\x80\xae!\r\n",
				"latin1"), read(data("sample.eml"))]) });
	const text = await page.locator(".raw pre").textContent();
	assert(text.startsWith("X-Odd: \\xff\\xc3(\u2400\u241b[2J <U+202E>!\n"),
		JSON.stringify(text.slice(0, 60)));
	await close(page);
}

export default async function () {
	await row("marked: LF", () => inFile("sample.eml"));
	await row("marked: CRLF", () => inFile("damage/exim-crlf.eml"));
	await row("marked: bytes that are no UTF-8", () => inFile("damage/latin.eml"));
	await row("marked: NUL bytes", () => inFile("hostile/p2-nul.eml"));
	await row("marked: the third message of an mbox",
		() => inFile("damage/three.mbox", { message: 2 }));
	await row("marked: a message within a message",
		() => inFile("golden/dsn-postfix.eml", { message: 1 }));
	await row("marked: UTF-16", () => inFile("golden/paste-utf16.in",
		{ encoding: "utf-16le" }));
	await row("marked: .gz", () => inFile("damage/exchange.eml.gz",
		{ bytes: zlib.gunzipSync(read(data("damage/exchange.eml.gz"))) }));
	for (const file of ["sample.eml", "golden/paste-quoted.in",
		"golden/paste-wrapped.in", "golden/paste-qp.in",
		"golden/paste-html.in", "damage/exim-crlf.eml"])
		await row("marked in a paste: " + file, () => inPaste(file));
	await row("marked in a paste: behind letters of several bytes", beyondAscii);
	await row("a quotation that the bytes do not bear is not marked", notBorne);
	await row("what was unpacked has no bytes, and says so", unpacked);
	await row("bytes that act or are no text are shown as signs",
		bytesAsTheyAre);
}

/* page-bytes - the evidence as it was sent, with what a hop quotes marked
 *
 * Spans are byte offsets in the file or paste.  The bytes are kept as they
 * were sent and cut at the spans before anything is decoded, so that what is
 * marked is what was quoted, in UTF-8, UTF-16 or neither.  A span whose bytes
 * are not what the answer quotes is not marked, and that is told. */
(function (tlstrail) {
"use strict";

const el = (...a) => tlstrail.dom.el(...a);
const lines = text => tlstrail.dom.lines(text);
const MOST = 256 * 1024; /* bytes shown: headers, not attachments */

/* UTF-16 is known by its mark, or by every other byte being 0. */
function encodingOf(bytes) {
	if (bytes[0] === 0xff && bytes[1] === 0xfe)
		return "utf-16le";
	if (bytes[0] === 0xfe && bytes[1] === 0xff)
		return "utf-16be";
	const n = Math.min(bytes.length & ~1, 512), zeros = [0, 0];
	for (let i = 0; i < n; i++)
		zeros[i & 1] += bytes[i] === 0;
	if (n >= 16 && zeros[1] > n * 0.4)
		return "utf-16le";
	return n >= 16 && zeros[0] > n * 0.4 ? "utf-16be" : "utf-8";
}

/* Length of the UTF-8 sequence at i, 0 if there is none. */
function sequence(b, i, end) {
	const c = b[i];
	const n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 :
		c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
	if (!n || i + n > end)
		return 0;
	for (let k = 1; k < n; k++)
		if ((b[i + k] & 0xc0) !== 0x80)
			return 0;
	if ((c === 0xe0 && b[i + 1] < 0xa0) || (c === 0xed && b[i + 1] > 0x9f) ||
	    (c === 0xf0 && b[i + 1] < 0x90) || (c === 0xf4 && b[i + 1] > 0x8f))
		return 0;
	return n;
}

/* Bytes that are no UTF-8 are shown as \xNN, every other one as itself. */
function decodeUtf8(b, from, to) {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	let out = "", begin = from, i = from;
	const flush = () => out += lines(decoder.decode(b.subarray(begin, i)));
	while (i < to) {
		const n = b[i] < 0x80 ? 1 : sequence(b, i, to);
		if (n) {
			i += n;
			continue;
		}
		flush();
		out += "\\x" + b[i].toString(16).padStart(2, "0");
		begin = ++i;
	}
	flush();
	return out;
}

function decode(b, from, to, encoding) {
	if (encoding === "utf-8")
		return decodeUtf8(b, from, to);
	return lines(new TextDecoder(encoding, { ignoreBOM: true })
		.decode(b.subarray(from, to)));
}

function isSame(b, from, text) {
	for (let i = 0; i < text.length; i++)
		if (b[from + i] !== text[i])
			return false;
	return true;
}

/* Do the bytes there say what the answer quotes? */
function isQuoted(b, from, e) {
	if (from < 0 || from + e.length > b.length)
		return false;
	if (e.text_b64 !== undefined)
		return isSame(b, from, Uint8Array.from(atob(e.text_b64),
			c => c.charCodeAt(0)));
	/* of UTF-16 too, the text is the bytes as they stand */
	return isSame(b, from, new TextEncoder().encode(e.text));
}

/* The bytes that a quotation counts in, and where it begins to count:
 * { bytes, base }, or null where the page does not have them. */
function placeOf(t, e, raw) {
	if (!raw)
		return null;
	const inMessage = e.path === null;
	const member = inMessage ? t.source.member : e.member;
	const base = inMessage ? t.source.offset : 0;
	if (base === null || (member && member.length))
		return null;
	if (raw instanceof Uint8Array)
		return inMessage || e.path === t.source.path ?
			{ bytes: raw, base } : null;
	const path = inMessage ? t.source.path : e.path;
	const bytes = raw.get(path) || raw.get(String(path).split("/").pop());
	return bytes ? { bytes, base } : null;
}

/* Offset and length of each quotation that can be shown, sorted; `lost`
 * counts the others. */
function spansOf(t, hops, raw) {
	const spans = [];
	let lost = 0, bytes = null, encoding = "utf-8";
	for (const h of hops)
		for (const e of h.evidence) {
			const place = placeOf(t, e, raw);
			if (!place || (bytes && place.bytes !== bytes)) {
				lost++;
				continue;
			}
			if (!bytes) {
				bytes = place.bytes;
				encoding = encodingOf(bytes);
			}
			if (isQuoted(bytes, place.base + e.offset, e))
				spans.push({ from: place.base + e.offset,
					to: place.base + e.offset + e.length,
					hop: h.index });
			else
				lost++;
		}
	spans.sort((a, b) => a.from - b.from || a.to - b.to);
	return { spans, lost, bytes, encoding };
}

/* End of the header block from `from`: the first empty line. */
function headerEnd(b, from) {
	for (let i = from; i + 1 < b.length; i++)
		if (b[i] === 10 && (b[i + 1] === 10 ||
		    (b[i + 1] === 13 && b[i + 2] === 10)))
			return i + 1;
	return b.length;
}

/* Beginning of the line that i is in, and the end of it. */
function lineStart(b, i) {
	while (i > 0 && b[i - 1] !== 10)
		i--;
	return i;
}

function lineEnd(b, i, end) {
	while (i < end && i > 0 && b[i - 1] !== 10)
		i++;
	return i;
}

/* What is shown of the file: of a message its header and all that is quoted,
 * of a log the lines that are. */
function windowOf(t, found) {
	const b = found.bytes, spans = found.spans;
	const isMessage = t.source.sha256 !== null;
	const last = spans.reduce((to, s) => Math.max(to, s.to), 0);
	const end = t.source.offset !== null && t.source.length && isMessage ?
		t.source.offset + t.source.length : b.length;
	let from = t.source.offset || 0, to = last;
	if (!isMessage && spans.length)
		from = lineStart(b, spans[0].from);
	else if (found.encoding === "utf-8")
		to = Math.max(last, headerEnd(b, from));
	else
		to = b.length;
	return { from, to: lineEnd(b, Math.max(to, from), end), end,
		isLog: !isMessage };
}

/* Cut wherever a quotation begins or ends, with the hops that quote each
 * piece. */
function cutAtSpans(spans, view) {
	const cuts = new Set([view.from, view.to]);
	for (const s of spans)
		if (s.from >= view.from && s.to <= view.to)
			cuts.add(s.from).add(s.to);
	const at = [...cuts].sort((a, b) => a - b), out = [];
	for (let i = 0; i + 1 < at.length; i++) {
		const hops = new Set();
		for (const s of spans)
			if (s.from <= at[i] && at[i + 1] <= s.to)
				hops.add(s.hop);
		out.push({ from: at[i], to: at[i + 1], hops: [...hops] });
	}
	return out;
}

/* Long stretches that nobody quotes are told as a number. */
function unquoted(found, piece, view) {
	const b = found.bytes, n = piece.to - piece.from;
	if (n <= (view.isLog ? 1024 : MOST))
		return [decode(b, piece.from, piece.to, found.encoding)];
	const head = lineEnd(b, piece.from + (view.isLog ? 1 : MOST), piece.to);
	const foot = Math.max(head, lineStart(b, piece.to));
	return [decode(b, piece.from, head, found.encoding),
		el("i", {}, "[" + tlstrail.words.count(foot - head,
			"byte", "bytes") + " not shown]\n"),
		decode(b, foot, piece.to, found.encoding)];
}

function pieces(pre, found, view) {
	for (const p of cutAtSpans(found.spans, view)) {
		if (p.from === p.to)
			continue;
		pre.append(...(p.hops.length ? [el("mark", {
			"data-hop": p.hops.join(" "),
			"data-from": p.from, "data-to": p.to,
		}, decode(found.bytes, p.from, p.to, found.encoding))] :
			unquoted(found, p, view)));
	}
}

function tail(view) {
	const left = view.end - view.to;
	return left > 0 ? tlstrail.words.count(left, "more byte follows",
		"more bytes follow") : "";
}

const WHY_NOT = "The message was unpacked or decoded on the way, so that its " +
	"bytes are not at hand here; the quotations stand in the table.";

/* A section with the bytes of a message; marks carry data-hop.  `why` there
 * are none, where `raw` is null, is told. */
function draw(t, raw, why) {
	const section = el("section", { class: "raw" });
	const id = tlstrail.dom.uniqueId("raw");
	section.setAttribute("aria-labelledby", id);
	section.append(el("h3", { id }, "As it was sent"));
	if (!raw) {
		section.append(el("p", { class: "note" }, why || WHY_NOT));
		return section;
	}
	const all = spansOf(t, t.hops, raw);
	const place = placeOf(t, { path: null }, raw);
	const bytes = all.bytes || (place && place.bytes);
	if (!bytes || (t.source.offset || 0) > bytes.length) {
		section.append(el("p", { class: "note" }, WHY_NOT));
		return section;
	}
	all.bytes = bytes;
	all.encoding = encodingOf(bytes);
	const view = windowOf(t, all);
	const pre = el("pre", { tabindex: "0", role: "region",
		"aria-label": "Raw header, with what the hops quote marked" });
	pieces(pre, all, view);
	section.append(pre);
	const note = [tail(view), all.lost ? tlstrail.words.count(all.lost,
		"quotation is of another file and is not marked here",
		"quotations are of other files and are not marked here") : ""]
		.filter(Boolean).join("; ");
	section.append(el("p", { class: "note" }, note));
	return section;
}

/* Marks what the hop quotes, and brings it into sight without moving the
 * page; index null: nothing. */
function select(section, index) {
	let first = null;
	for (const mark of section.querySelectorAll("mark")) {
		const is = index !== null && mark.getAttribute("data-hop")
			.split(" ").includes(String(index));
		mark.classList.toggle("on", is);
		if (is && !first)
			first = mark;
	}
	const pre = section.querySelector("pre");
	if (first && pre)
		pre.scrollTop = first.offsetTop - pre.offsetTop -
			pre.clientHeight / 3;
}

tlstrail.bytes = { decode, draw, encodingOf, select };
})(window.tlstrail = window.tlstrail || {});

/* page - what is pasted or dropped is sent, and the answer shown
 *
 * It answers while one types: the newest input counts, an older request is
 * called off.  What is sent is kept as bytes, for the quotations point into
 * them.  While the switch to redact is on, everything shown, copied, saved
 * and printed is the redacted answer, and the bytes are not shown. */
(function (tlstrail) {
"use strict";

const WAIT_MS = 180;
const MOST_INFLATED = 64 << 20;

const byId = id => document.getElementById(id);
const el = (...a) => tlstrail.dom.el(...a);

let input = null; /* { files: [{ name, bytes }] }, name null for a paste */
let answer = null, chosen = 0;
let running = null, timer = 0, lastPaste = "";

/* ---- asking ---- */

/* From the address the page was opened with. */
const token = new URLSearchParams(location.search).get("token") || "";

const seconds = ms => String(Math.max(0, Math.floor(ms / 1000)));

function query(files) {
	const q = new URLSearchParams(), f = files[0];
	if (files.length === 1 && f.name) {
		q.set("name", shortened(f.name));
		q.set("mtime", seconds(f.mtime));
	}
	if (byId("redact").checked)
		q.set("redact", "1");
	return q.toString() ? "?" + q : "";
}

/* The server takes 255 bytes, and no NUL; the ending says most. */
function shortened(name) {
	const bytes = new TextEncoder().encode(name.replace(/\0/g, ""));
	return new TextDecoder().decode(bytes.slice(-200))
		.replace(/^\ufffd+/, "");
}

/* Each timeline stands in a line of its own, to be saved as it is. */
function linesOf(text, said) {
	const lines = text.split("\n").filter(l => l.startsWith("{\"schema\":"))
		.map(l => l.replace(/,$/, ""));
	return lines.length === said.timelines.length ? lines :
		said.timelines.map(t => JSON.stringify(t));
}

/* Several go together, so that logs are joined with the mail beside them. */
function formOf(files) {
	const form = new FormData();
	for (const f of files) {
		form.append("mtime", seconds(f.mtime));
		form.append("file", new Blob([f.bytes]), shortened(f.name));
	}
	return form;
}

async function ask(files, signal) {
	const isOne = files.length === 1;
	const headers = { "X-Tlstrail-Token": token };
	if (isOne)
		headers["Content-Type"] = "application/octet-stream";
	const reply = await fetch("/api/timeline" + query(files), {
		method: "POST", signal, headers,
		body: isOne ? files[0].bytes : formOf(files) });
	const text = await reply.text();
	let said = null;
	try {
		said = JSON.parse(text);
	} catch (e) { /* told below */ }
	if (!reply.ok || !said || said.error)
		throw new Error(said && said.error ? said.error.text :
			"The server answered with status " + reply.status + ".");
	said.lines = linesOf(text, said);
	return said;
}

/* ---- the bytes at hand ---- */

async function inflated(bytes) {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b ||
	    typeof DecompressionStream === "undefined")
		return bytes;
	const reader = new Blob([bytes]).stream()
		.pipeThrough(new DecompressionStream("gzip")).getReader();
	const parts = [];
	let n = 0;
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done)
				break;
			n += value.length;
			if (n > MOST_INFLATED)
				return null;
			parts.push(value);
		}
	} catch (e) {
		return null; /* damaged: the program reads it, we do not */
	}
	return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function rawOf(files) {
	if (byId("redact").checked)
		return null;
	if (files.length === 1)
		return inflated(files[0].bytes);
	const all = new Map();
	for (const f of files) {
		const bytes = await inflated(f.bytes), name = shortened(f.name);
		/* of two of one name it cannot be told which was meant */
		all.set(name, all.has(name) ? null : bytes);
	}
	return all;
}

/* Are they what the answer speaks of, and not something that it unpacked?
 * The first message of each file tells, by its hash. */
async function areThose(said, bytes, path) {
	const t = said.timelines.find(x => x.source.sha256 !== null &&
		x.source.offset !== null && (!path || x.source.path === path));
	if (!t || !crypto.subtle)
		return true;
	const end = t.source.offset + t.source.length;
	if (t.source.member.length || end > bytes.length)
		return false;
	const sum = await crypto.subtle.digest("SHA-256",
		bytes.subarray(t.source.offset, end));
	return [...new Uint8Array(sum)].map(b => b.toString(16)
		.padStart(2, "0")).join("") === t.source.sha256;
}

async function vouched(said, raw) {
	if (raw instanceof Uint8Array)
		return await areThose(said, raw) ? raw : null;
	for (const [path, bytes] of raw || [])
		if (!bytes || !await areThose(said, bytes, path))
			raw.delete(path);
	return raw;
}

/* ---- showing ---- */

function tell(words) {
	byId("status").textContent = words;
}

function fail(words) {
	answer = null;
	byId("answer").replaceChildren(el("p", { class: "failure",
		role: "alert" }, tlstrail.dom.plain(words)));
	byId("tools").hidden = true;
	document.body.classList.add("answered");
	tell("");
}

function nothingFound(said) {
	return el("article", { class: "message" }, el("h2", { class: "sentence" },
		"Nothing in this is mail, a mail header or a log that is known."),
		el("p", {}, "Paste the whole header, with all of its Received " +
			"lines; in most mail programs it is called \u201cshow " +
			"original\u201d or \u201cview source\u201d."));
}

function notes(said) {
	const list = said.diags || [];
	if (!list.length)
		return null;
	return el("section", { class: "part" }, el("h3", {}, "Notes on the input"),
		el("ul", { class: "notes dim-notes" },
			...list.map(tlstrail.message.diagItem)));
}

function show(said, raw) {
	const place = byId("answer"), whole = el("div", {});
	answer = said;
	chosen = 0;
	document.body.classList.add("answered");
	place.replaceChildren(whole);
	if (said.timelines.length)
		tlstrail.drawTimelines(whole, said, raw, {
			onChoose: i => chosen = i,
			noRaw: byId("redact").checked ? "While redacting, the " +
				"bytes that were sent are not shown." : "",
		});
	else
		whole.append(nothingFound(said));
	const more = notes(said);
	if (more)
		place.append(more);
	byId("tools").hidden = !said.timelines.length;
	tell(!said.timelines.length ? "Nothing was found." :
		said.timelines.length > 1 ? tlstrail.message.total(said) :
		"Answer: " + tlstrail.dom.plain(tlstrail.message.sentence(said, 0)));
}

function clear() {
	input = null;
	answer = null;
	if (running)
		running.abort();
	running = null;
	document.body.classList.remove("answered");
	byId("answer").replaceChildren();
	byId("answer").removeAttribute("aria-busy");
	byId("tools").hidden = true;
	byId("chosen").textContent = "";
	tell("");
}

async function send() {
	if (running)
		running.abort();
	if (!input)
		return;
	const mine = running = new AbortController();
	const files = input.files;
	byId("answer").setAttribute("aria-busy", "true");
	try {
		const said = await ask(files, mine.signal);
		const raw = await vouched(said, await rawOf(files));
		if (running === mine)
			show(said, raw);
	} catch (e) {
		if (running === mine)
			fail(e instanceof TypeError ? "The server cannot be " +
				"reached. Is tlstrail serve still running?" :
				e.message);
	}
	if (running === mine) {
		byId("answer").removeAttribute("aria-busy");
		running = null;
	}
}

/* ---- input ---- */

function onPaste(isNow) {
	const text = byId("paste").value;
	/* one insertion may be told many times */
	if (text === lastPaste && input && input.files[0].name === null)
		return;
	clearTimeout(timer);
	lastPaste = text;
	if (!text.trim()) {
		clear();
		return;
	}
	byId("chosen").textContent = "";
	input = { files: [{ name: null,
		bytes: new TextEncoder().encode(text) }] };
	timer = setTimeout(send, isNow ? 0 : WAIT_MS);
}

async function onFiles(list) {
	const files = [...list];
	if (!files.length)
		return;
	clearTimeout(timer);
	byId("paste").value = lastPaste = "";
	byId("chosen").textContent = files.map(f => tlstrail.dom.plain(f.name) +
		" (" + f.size.toLocaleString("en") + " bytes)").join(", ");
	try {
		input = { files: await Promise.all(files.map(async f => ({
			name: f.name, mtime: f.lastModified,
			bytes: new Uint8Array(await f.arrayBuffer()) }))) };
	} catch (e) {
		fail("A file could not be read: " + e.message);
		return;
	}
	send();
}

/* Anywhere on the page: one must not be made to aim. */
function listenToDrops() {
	const over = is => document.body.classList.toggle("dropping", is);
	addEventListener("dragover", e => {
		e.preventDefault();
		over(true);
	});
	addEventListener("dragleave", e => {
		if (!e.relatedTarget)
			over(false);
	});
	addEventListener("drop", e => {
		over(false);
		if (!e.dataTransfer || !e.dataTransfer.files.length)
			return; /* text is dropped into the box as it is */
		e.preventDefault();
		onFiles(e.dataTransfer.files);
	});
}

/* ---- taking away ---- */

async function copyText() {
	const text = tlstrail.message.textOf(answer, chosen);
	try {
		await navigator.clipboard.writeText(text);
		tell("Copied as text.");
	} catch (e) {
		tell("The browser does not let the page copy.");
	}
	flash(byId("copy"), byId("status").textContent);
}

function flash(button, words) {
	const before = button.dataset.words || button.textContent;
	button.dataset.words = before;
	button.textContent = words;
	setTimeout(() => button.textContent = before, 1500);
}

function saveJson() {
	const url = URL.createObjectURL(new Blob(answer.lines.map(l => l + "\n"),
		{ type: "application/json" }));
	const link = el("a", { href: url, download: "timeline.jsonl" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
	tell("Saved as timeline.jsonl.");
}

function redrawAll() {
	for (const box of document.querySelectorAll(".drawing"))
		if (box.redraw)
			box.redraw();
}

/* ---- the views: paste, and a case where the server has one ---- */

function showView() {
	const isCase = location.hash.startsWith("#case") &&
		!byId("views").hidden;
	byId("paste-view").hidden = isCase;
	byId("case-view").hidden = !isCase;
	byId("to-case").toggleAttribute("aria-current", isCase);
	byId("to-paste").toggleAttribute("aria-current", !isCase);
}

function start() {
	byId("paste").addEventListener("input", e =>
		onPaste(e.inputType === "insertFromPaste" ||
			e.inputType === "insertFromDrop"));
	byId("choose").addEventListener("click", () => byId("files").click());
	byId("files").addEventListener("change", e => {
		onFiles(e.target.files);
		e.target.value = "";
	});
	byId("clear").addEventListener("click", () => {
		byId("paste").value = lastPaste = "";
		clear();
		byId("paste").focus();
	});
	byId("copy").addEventListener("click", copyText);
	byId("save").addEventListener("click", saveJson);
	byId("print").addEventListener("click", () => print());
	byId("redact").addEventListener("change", send);
	listenToDrops();
	matchMedia("print").addEventListener("change", redrawAll);
	addEventListener("beforeprint", redrawAll);
	addEventListener("afterprint", redrawAll);
	addEventListener("hashchange", showView);
	showView();
	byId("paste").focus();
}

tlstrail.token = token;
tlstrail.showView = showView;
if (document.readyState === "loading")
	document.addEventListener("DOMContentLoaded", start);
else
	start();
})(window.tlstrail = window.tlstrail || {});

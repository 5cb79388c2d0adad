/* rows.mjs - the program, the browser, and how a row is told
 *
 * A row is a function that throws where something is not as it should be.
 * Every page that a row opens is watched: a dialog, an error of a script, a
 * breach of the policy or a request to anywhere but the server fails it. */
import { spawn, execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const { TLSTRAIL, WORK, MODULES, CHROMIUM } = process.env;
export const top = path.resolve(import.meta.dirname ||
	path.dirname(new URL(import.meta.url).pathname), "../..");
export const shots = path.join(MODULES, "shots");
const require = createRequire(path.join(MODULES, "/"));
const { chromium } = require("playwright-core");
export const axeSource = fs.readFileSync(
	require.resolve("axe-core/axe.min.js"), "utf8");

export const data = name => path.join(top, "testdata", name);
export const read = name => fs.readFileSync(name);
export const work = name => path.join(WORK, name);

/* ---- what ought to be ---- */

export function assert(is, words) {
	if (!is)
		throw new Error(words);
}

export function same(have, want, words) {
	const a = JSON.stringify(have), b = JSON.stringify(want);
	assert(a === b, (words || "differs") + "\n have " + a + "\n want " + b);
}

/* ---- the program ---- */

export function tlstrail(...args) {
	return execFileSync(TLSTRAIL, args, { stdio: ["ignore", "pipe", "pipe"] });
}

/* What `show` prints; its exit status may be 3 or 4. */
export function show(args, input) {
	try {
		return execFileSync(TLSTRAIL, ["show", ...args],
			{ input, maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "ignore"] })
			.toString();
	} catch (e) {
		return e.stdout.toString();
	}
}

export function timelines(args, input) {
	return show(["--json", ...args], input).split("\n").filter(Boolean)
		.map(line => JSON.parse(line));
}

const servers = [];

/* A server of its own, by its URL; end() ends it. */
export function serve(...args) {
	return new Promise((resolve, reject) => {
		const server = spawn(TLSTRAIL, ["serve", ...args],
			{ stdio: ["ignore", "pipe", "pipe"] });
		servers.push(server);
		let said = "";
		const hear = chunk => {
			said += chunk;
			const url = /http:\/\/[^\s]+/.exec(said);
			if (url)
				resolve(url[0]);
		};
		server.stdout.on("data", hear);
		server.stderr.on("data", hear);
		server.on("exit", () => reject(new Error("serve: " + said)));
	});
}

export const url = process.env.WEB_URL || await serve();
export const origin = new URL(url).origin;

/* ---- the browser ---- */

export const browser = await chromium.launch({
	executablePath: CHROMIUM,
	args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});

/* A page in a context of its own.  options as of newContext(). */
export async function open(options = {}, at = url) {
	const origin = new URL(at).origin;
	const context = await browser.newContext({
		viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.faults = [];
	page.asked = [];
	const fault = words => page.faults.push(words);
	page.on("dialog", d => {
		fault("dialog: " + d.message());
		d.dismiss();
	});
	page.on("pageerror", e => fault("script: " + e.message));
	page.on("console", m => m.type() === "error" && fault(m.text()));
	page.on("popup", () => fault("a window was opened"));
	page.on("request", r => {
		page.asked.push(r.method() + " " + r.url());
		if (!r.url().startsWith(origin + "/") &&
		    !r.url().startsWith("blob:" + origin))
			fault("request to " + r.url());
	});
	await page.goto(at);
	return page;
}

/* Closes it; what was seen on the way fails the row. */
export async function close(page) {
	await page.context().close();
	same(page.faults, [], "something happened on the way");
}

/* The next answer is on the page, whatever `act` does to get it. */
export async function answered(page, act) {
	await page.evaluate(() => {
		const place = document.getElementById("answer");
		window.seen = new Promise(done => new MutationObserver(() => {
			if (!place.hasAttribute("aria-busy"))
				done();
		}).observe(place, { attributes: true,
			attributeFilter: ["aria-busy"] }));
	});
	await act();
	await page.evaluate(() => window.seen);
}

/* As a paste does it, without the clipboard. */
export function paste(page, text) {
	return answered(page, () => page.evaluate(t => {
		const box = document.getElementById("paste");
		box.value = t;
		box.dispatchEvent(new InputEvent("input",
			{ inputType: "insertFromPaste", bubbles: true }));
	}, text));
}

export function choose(page, files) {
	return answered(page, () => page.setInputFiles("#files", files));
}

/* ---- rows ---- */

/* A busy machine may be slow; nothing hangs. */
const MOST_MS = 60000;
const only = process.env.ONLY;

export async function row(name, test) {
	if (only && !name.includes(only))
		return;
	const pages = browser.contexts().length;
	let timer = 0;
	try {
		await Promise.race([test(), new Promise((_, no) => timer =
			setTimeout(() => no(new Error("it takes more than " +
				MOST_MS / 1000 + " s")), MOST_MS))]);
		console.log("ok - " + name);
	} catch (e) {
		console.log("not ok - " + name);
		console.log(String(e.stack || e).split("\n").slice(0, 14)
			.map(s => "# " + s.slice(0, 300)).join("\n"));
	}
	clearTimeout(timer);
	for (const c of browser.contexts().slice(pages))
		await c.close().catch(() => {});
}

export function skip(name, why) {
	if (!only)
		console.log("ok - " + name + " # SKIP " + why);
}

export async function end() {
	await browser.close();
	for (const server of servers) {
		server.removeAllListeners("exit");
		server.kill();
	}
}

/* ---- what the page says ---- */

/* The cells of the hop table by their heads. */
export function table(page) {
	return page.evaluate(() => [...document.querySelectorAll(
		".hops tbody tr[data-hop]")].map(tr => {
		const out = { hop: Number(tr.dataset.hop) };
		for (const cell of tr.children)
			out[cell.dataset.label] = cell.textContent.trim()
				.replace(/\s+/g, " ");
		return out;
	}));
}

const TLS = v => v && v.replace("TLSv", "TLS ").replace("SSLv", "SSL ");

/* What they should say, straight from a timeline. */
export function wanted(t) {
	return t.hops.map(h => ({
		verdict: h.verdict,
		version: TLS(h.tls_version) || TLS(h.tls_version_implied) || null,
		cipher: h.cipher,
		from: h.from.rdns || h.from.name || h.from.helo || h.from.ip,
		by: h.by.name || h.by.ip,
		time: h.time && h.time.slice(0, 10) + " " + h.time.slice(11, 19),
		trusted: h.trusted,
		anomalies: h.anomalies,
	}));
}

/* Is the table on the page that of the timeline? */
export async function checkTable(page, t) {
	const rows = await table(page), want = wanted(t);
	same(rows.map(r => r.hop), t.hops.map(h => h.index), "rows");
	want.forEach((w, i) => {
		const r = rows[i], at = "hop " + i + ": ";
		const has = (cell, text) => assert(r[cell].includes(text),
			at + cell + " is '" + r[cell] + "', not '" + text + "'");
		assert(new RegExp("^" + w.verdict + "\\b").test(r.Verdict),
			at + r.Verdict + " is not " + w.verdict);
		same(r.Verdict.includes("claimed"), !w.trusted, at + "claimed");
		w.anomalies.forEach(a => has("Verdict", a));
		if (w.version)
			has("TLS version", w.version);
		else
			same(/[0-9]/.test(r["TLS version"]), false, at + "a version");
		if (w.cipher)
			has("Cipher", visible(w.cipher));
		if (w.from)
			has("From", visible(w.from));
		if (w.by)
			has("By", visible(w.by));
		if (w.time)
			has("Time (UTC)", w.time);
	});
}

/* As a cell shows it: without what acts, with single spaces. */
function visible(text) {
	return text.replace(/[\t\n ]+/g, " ").trim().split(
		/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\u00a0]/)[0]
		.trim();
}

/* The sentence of the answer, without its badge. */
export function sentence(page) {
	return page.evaluate(() => {
		const h = document.querySelector(".sentence").cloneNode(true);
		h.querySelector(".result").remove();
		return h.textContent.trim();
	});
}

/* The same from the text of `show`: its first paragraph on one line. */
export function firstParagraph(text) {
	return text.split("\n\n")[0].replace(/^\[.\] \S+ {2}/, "")
		.replace(/\n/g, " ");
}

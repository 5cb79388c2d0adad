/* the drawing says what the timeline says, by shape, word and place */
import { assert, choose, close, data, open, paste, read, row, same, sentence,
	serve, table, timelines, work,
} from "./rows.mjs";

/* What is drawn of each hop, and where. */
function drawn(page) {
	return page.evaluate(() => [...document.querySelectorAll("g.hop")]
		.map(g => {
			const box = e => {
				const r = e.getBoundingClientRect();
				return { x: r.x, y: r.y, w: r.width, h: r.height };
			};
			const head = g.querySelector(".head");
			return { hop: Number(g.dataset.hop),
				state: g.classList[1],
				isTrusted: g.classList.contains("trusted"),
				isFilled: head.classList.contains("filled"),
				badge: g.querySelector(".badge").classList[1],
				shape: g.querySelector(".badge").lastElementChild
					.tagName + ":" + g.querySelectorAll(
					".badge *").length,
				label: g.querySelector(".label").textContent,
				flags: (g.querySelector(".flags") || {}).textContent,
				title: g.querySelector("title").textContent,
				dash: getComputedStyle(g.querySelector(".shaft"))
					.strokeDasharray,
				shaft: box(g.querySelector(".shaft")),
				head: box(head) };
		}));
}

const VERSION = { "TLSv1.3": "s3", "TLSv1.2": "s2" };

/* What bcp195 rules out, by the names that servers write. */
const WEAK = /RC4|NULL|3DES|DES-CBC|DES_CBC|EXP/;

function stateOf(h) {
	const v = h.tls_version || h.tls_version_implied;
	if (h.verdict === "encrypted" && h.cipher_reliable !== false &&
	    WEAK.test(h.cipher || ""))
		return "so";
	return { cleartext: "sc", local: "sn", unknown: "su" }[h.verdict] ||
		(v ? VERSION[v] || "so" : "st");
}

async function states(file) {
	const page = await open(), all = timelines([file]);
	await choose(page, file);
	for (let i = 0; i < all.length; i++) {
		if (!all[i].hops.length)
			continue;
		if (all.length > 1)
			await page.click(`[data-message="${i}"]`);
		const have = await drawn(page);
		same(have.map(g => [g.hop, g.state, g.badge, g.isTrusted, g.isFilled]),
			all[i].hops.map(h => [h.index, stateOf(h), stateOf(h),
				h.trusted, h.trusted]), "message " + i);
		have.forEach((g, k) => {
			const h = all[i].hops[k];
			h.anomalies.forEach(a => assert((g.flags || "").includes(a) ||
				/\u2026/.test(g.flags), "no mark of " + a));
			const word = h.verdict === "unknown" ? "not recorded" :
				h.verdict === "encrypted" ? /TLS|SSL/ : h.verdict;
			assert(g.label.search(word) >= 0, g.label + " without " + word);
		});
	}
	await close(page);
}

/* What the profile rules out shows at its hop: by line, badge and word in the
 * drawing, by badge and word in the table, in full in title and details. */
async function weak(at, want) {
	const page = await open({}, at);
	await choose(page, work("weak.eml"));
	const have = await drawn(page), rows = await table(page);
	const icons = await page.evaluate(() => [...document.querySelectorAll(
		".hops tr[data-hop] td:nth-child(7) .icon")].map(e =>
		e.classList[1]));
	want.forEach(([state, word, why], i) => {
		const g = have[i], at = "hop " + i + ": ";
		same([g.state, g.badge, icons[i]], [state, state, state], at);
		same(/(weak suite|too old|NULL suite)$/.exec(g.label)?.[0], word,
			at + g.label);
		same(/weak suite|too old|NULL suite/.exec(rows[i].Verdict)?.[0],
			word, at + rows[i].Verdict);
		same(/by a suite that[^,]*|by a suite without[^,]*|older than[^,]*/
			.exec(g.title)?.[0], why, at + g.title);
		same(g.dash !== "none", state === "so", at + "the line " + g.dash);
	});
	const said = await sentence(page);
	want.forEach(([, word], i) => same(said.includes("hop " + i + " "),
		Boolean(word), "the sentence, hop " + i + ": " + said));
	await page.locator("button.hop-button >> nth=0").click();
	assert((await page.locator(".detail:not([hidden]) .facts")
		.textContent()).includes("profile" + want[0][2]), "the details");
	await close(page);
}

const SUITE = "by a suite that the profile rules out";
const OLD = "older than the profile asks for";

/* No two states share a shape, nor line and badge both. */
async function shapes() {
	const page = await open(), look = {};
	for (const file of [data("golden/forms.mbox"), work("sixty.eml")]) {
		await choose(page, file);
		const n = await page.locator("[data-message]").count() || 1;
		for (let i = 0; i < n; i++) {
			if (n > 1)
				await page.click(`[data-message="${i}"]`);
			for (const g of await drawn(page))
				look[g.state] = g.shape + " " + g.dash;
		}
	}
	same(Object.keys(look).sort(), ["s2", "s3", "sc", "sn", "so", "st", "su"],
		"states met");
	const badges = await page.evaluate(states => states.map(s =>
		window.tlstrail.draw.icon(s).innerHTML), Object.keys(look));
	same(new Set(badges).size, badges.length, "badges alike");
	await close(page);
}

/* Time runs down, also where clocks do not. */
async function order() {
	const page = await open();
	await choose(page, work("sixty.eml"));
	const ys = (await drawn(page)).map(g => g.shaft.y);
	assert(ys.every((y, i) => i === 0 || y > ys[i - 1]), ys.join(" "));
	const said = await page.locator(".axis .delay").allTextContents();
	const words = said.filter(Boolean);
	assert(words.includes("+1h 06m") && words.includes("+1m 15s"), words);
	assert(words.some(s => s.startsWith("\u2212")), "no clock backwards");
	assert(await page.locator(".axis text.odd").count() > 0, "not marked");
	await close(page);
}

/* The longer the delay, the wider the room. */
async function room() {
	const page = await open();
	const stamp = (i, time) => `Received: from m${i}.example (m${i}.example ` +
		`[192.0.2.${i + 1}]) by m${i + 1}.example (Postfix) with ESMTP id A${i};` +
		` Tue, 9 Jun 2026 ${time} +0000\n`;
	await paste(page, stamp(3, "18:00:05") + stamp(2, "14:00:05") +
		stamp(1, "14:00:01") + stamp(0, "14:00:00"));
	const ys = (await drawn(page)).map(g => g.shaft.y);
	assert(ys[3] - ys[2] > ys[2] - ys[1] + 20, ys.join(" "));
	await close(page);
}

async function lanes() {
	const page = await open();
	await choose(page, data("sample.eml"));
	same(await page.locator(".chip text").allTextContents(),
		["example.org", "example.com", "example.net"], "lanes");
	same(await page.locator(".chip.receiver text").allTextContents(),
		["example.net"], "the receiving one");
	const x = await page.evaluate(() => Object.fromEntries(
		[...document.querySelectorAll(".chip")].map(g => {
			const r = g.querySelector("rect").getBoundingClientRect();
			return [g.querySelector("title").textContent,
				r.x + r.width / 2];
		})));
	const g = await drawn(page);
	/* hop 2 goes from the first lane to the second, 0 stays in its own */
	const near = (a, b) => Math.abs(a - b) < 13;
	assert(near(g[2].shaft.x, x["example.org"]), "where hop 2 begins");
	assert(near(g[2].head.x + g[2].head.w, x["example.com"]), "and ends");
	assert(near(g[3].head.x + g[3].head.w, x["example.net"]), "hop 3");
	assert(near(g[0].shaft.x, x["example.org"]) &&
		g[0].shaft.w < 40, "hop 0 is a loop");
	await close(page);
}

async function borderLine() {
	const page = await open();
	await choose(page, data("sample.eml"));
	const line = await page.locator(".border-line line").boundingBox();
	const g = await drawn(page);
	assert(g[2].shaft.y + g[2].shaft.h < line.y && line.y < g[3].shaft.y,
		"the border is not between hops 2 and 3");
	const words = await page.locator(".border-text").allTextContents();
	assert(words[1].includes("example.net (inferred)"), words.join());
	same(await page.evaluate(() => {
		const tr = document.querySelector("tr.border");
		return [tr.previousElementSibling.previousElementSibling.dataset.hop,
			tr.nextElementSibling.dataset.hop];
	}), ["2", "3"], "in the table");
	await choose(page, data("golden/attached.eml"));
	same(await page.locator(".border-line").count(), 0, "where all is trusted");
	await close(page);
}

async function chooseInDrawing() {
	const page = await open();
	await choose(page, data("sample.eml"));
	await page.click("g.hop[data-hop=\"2\"] .label");
	same(await page.locator("g.hop.on").getAttribute("data-hop"), "2");
	same(await page.locator("tr.on").getAttribute("data-hop"), "2");
	same(await page.locator(".detail:visible").count(), 1, "details");
	await page.click("g.hop[data-hop=\"2\"] .label");
	same(await page.locator("g.hop.on, tr.on, mark.on").count(), 0, "undone");
	await close(page);
}

/* No text leaves the drawing, and none stands on another. */
function overlaps(page) {
	return page.evaluate(() => {
		const svg = document.querySelector(".timeline");
		const all = svg.getBoundingClientRect(), bad = [];
		const boxes = [...svg.querySelectorAll("text")].map(e => ({
			r: e.getBoundingClientRect(), s: e.textContent }))
			.filter(b => b.s);
		for (const b of boxes)
			if (b.r.left < all.left - 1 || b.r.right > all.right + 1 ||
			    b.r.bottom > all.bottom + 1)
				bad.push("outside: " + b.s);
		boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
			const w = Math.min(a.r.right, b.r.right) -
				Math.max(a.r.left, b.r.left);
			const h = Math.min(a.r.bottom, b.r.bottom) -
				Math.max(a.r.top, b.r.top);
			if (w > 2 && h > 4)
				bad.push(a.s + " on " + b.s);
		}));
		return bad;
	});
}

async function legible(file, width) {
	const page = await open({ viewport: { width, height: 900 } });
	await choose(page, file);
	const n = Math.min(await page.locator("[data-message]").count() || 1, 40);
	for (let i = 0; i < n; i++) {
		if (n > 1)
			await page.click(`[data-message="${i}"]`);
		if (await page.locator(".timeline").count())
			same(await overlaps(page), [], "message " + i);
	}
	await close(page);
}

async function equivalent() {
	const page = await open();
	await choose(page, data("sample.eml"));
	const svg = page.locator(".timeline");
	same(await svg.getAttribute("role"), "img");
	const desc = await svg.locator("> desc").textContent();
	for (const h of timelines([data("sample.eml")])[0].hops)
		assert(desc.includes("Hop " + h.index + ": "), "hop " + h.index);
	assert(/Border of trust/.test(desc) && /cleartext/.test(desc), desc);
	await close(page);
}

export default async function () {
	await row("states, claims and marks: sample.eml",
		() => states(data("sample.eml")));
	await row("states, claims and marks: every form of stamp",
		() => states(data("golden/forms.mbox")));
	await row("states, claims and marks: claims.eml",
		() => states(data("damage/claims.eml")));
	await row("states, claims and marks: a log",
		() => states(data("sample.log")));
	await row("a weak suite shows at its hop, in word and shape",
		() => weak(undefined, [["so", "weak suite", SUITE], ["s2"],
			["s3"]]));
	await row("so does a version that another profile rules out",
		async () => weak(await serve("--profile", "strict13"),
			[["so", "too old", OLD], ["so", "too old", OLD], ["s3"]]));
	await row("each state has a shape of its own", shapes);
	await row("time runs down, delays are told", order);
	await row("a longer delay has more room", room);
	await row("lanes are organisations, arrows go between them", lanes);
	await row("the border is a line between two hops", borderLine);
	await row("a hop is chosen in the drawing, and let go", chooseInDrawing);
	for (const width of [360, 900, 1600]) {
		await row("legible at " + width + ": sample.eml",
			() => legible(data("sample.eml"), width));
		await row("legible at " + width + ": every form of stamp",
			() => legible(data("golden/forms.mbox"), width));
		await row("legible at " + width + ": 60 hops",
			() => legible(work("sixty.eml"), width));
	}
	await row("title and description tell the same", equivalent);
}

/* case - a case looked through: figures, a list by filters, one message
 *
 * What is shown stands in the address behind #case, so that back, forward and
 * bookmarks work: #case?verdict=fail&q=word, #case/ID?verdict=fail.  Texts of
 * the case become text nodes, links only numbers and what we wrote. */
(function (tlstrail) {
"use strict";

const KEYS = ["q", "verdict", "version", "basis", "month", "peer", "inside"];
const CHOICES = {
	verdict: ["pass", "undetermined", "fail", "none"],
	version: ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1.0", "SSLv3", "SSLv2",
		"no-version", "cleartext", "unknown", "none"],
	basis: ["marker", "keyword", "software", "log"],
};
const LABELS = { q: "Words", verdict: "Result", version: "TLS",
	basis: "Failed by", month: "Month", peer: "Sender",
	inside: "Which messages" };
const STATES = { "TLSv1.3": "s3", "TLSv1.2": "s2", "no-version": "st",
	cleartext: "sc", unknown: "su", none: "sn", local: "sn" };
const SIGNS = { pass: "[=]", fail: "[!]", undetermined: "[?]", none: "[.]" };

const el = (...a) => tlstrail.dom.el(...a);
const svg = (...a) => tlstrail.dom.svg(...a);
const plain = text => tlstrail.dom.plain(text);
const count = n => Number(n).toLocaleString("en");
const view = () => document.getElementById("case-view");
const stateOf = way => STATES[way] || "so";
let whole = null, asked = 0;

async function ask(path) {
	const reply = await fetch(path,
		{ headers: { "X-Tlstrail-Token": tlstrail.token } });
	const said = await reply.json();
	if (said && said.error)
		throw new Error(said.error.text);
	return said;
}

/* ---- the address ---- */

function here() {
	const m = /^#case(?:\/([0-9a-f]+))?(?:\?(.*))?$/.exec(location.hash);
	return { id: m ? m[1] : undefined,
		query: new URLSearchParams(m ? m[2] : "") };
}

function address(query, id) {
	return "#case" + (id ? "/" + id : "") +
		(query.toString() ? "?" + query : "");
}

/* With one filter set, or taken away; a new list begins at its beginning. */
function changed(query, key, value) {
	const q = new URLSearchParams(query);
	q.delete("after");
	q.delete("before");
	if (value)
		q.set(key, value);
	else
		q.delete(key);
	return q;
}

/* ---- figures ---- */

function share(name, n, total, state, href) {
	const bar = svg("svg", { class: "bar", viewBox: "0 0 100 8",
		preserveAspectRatio: "none", "aria-hidden": "true" },
	svg("rect", { class: "bar-" + state, height: 8,
		width: total ? Math.max(100 * n / total, n ? .5 : 0) : 0 }));
	return el("tr", {}, el("th", { scope: "row" },
		el("a", { href }, plain(name))),
	el("td", { class: "bar-cell" }, bar),
	el("td", { class: "number" }, count(n)));
}

function table(title, rows) {
	return el("table", { class: "shares" },
		el("caption", {}, title), el("tbody", {}, ...rows));
}

function link(key, value) {
	return address(changed("", key, value));
}

function results(f) {
	const states = { pass: "s3", undetermined: "su", fail: "sc", none: "sn" };
	return table("Results", CHOICES.verdict.map(v => share(v, f.verdicts[v],
		f.messages, states[v], link("verdict", v))));
}

function versions(f) {
	return table("TLS of the hop that came in", Object.keys(f.versions)
		.sort((a, b) => f.versions[b] - f.versions[a]).map(v =>
			share(v, f.versions[v], f.messages, stateOf(v),
				link("version", v))));
}

function senders(f) {
	const rows = f.peers.slice(0, 10).map(p => share(p.peer || "not known",
		p.messages, f.messages, "s2", link("peer", p.peer || "-")));
	const more = f.more_peers + Math.max(f.peers.length - 10, 0);
	return table("Senders" + (more ? ", the first 10 of " +
		count(10 + more) : ""), rows);
}

/* A column for each month, its TLS stacked; the table under it says the
 * same in words. */
function column(m, i, most) {
	const ways = CHOICES.version.filter(way => m.versions[way]);
	const g = svg("g", {}, svg("title", {}, (m.month || "undated") + ": " +
		count(m.messages)));
	let y = 100;
	for (const way of ways) {
		const h = 100 * m.versions[way] / most;
		y -= h;
		g.append(svg("rect", { class: "bar-" + stateOf(way), x: i * 10 + 1,
			y, width: 8, height: h }));
	}
	return g;
}

function months(f) {
	const all = f.months.filter(m => m.month).slice(0, 60).reverse();
	if (!all.length)
		return null;
	const most = Math.max(...all.map(m => m.messages));
	const picture = svg("svg", { class: "months", role: "img",
		viewBox: "0 0 " + all.length * 10 + " 100",
		preserveAspectRatio: "none",
		"aria-label": "Messages by month, from " + all[0].month + " to " +
			all[all.length - 1].month + "; the list below has the numbers" },
	...all.map((m, i) => column(m, i, most)));
	const rows = all.slice().reverse().map(m => el("tr", {},
		el("th", { scope: "row" }, el("a", { href: link("month", m.month) },
			m.month)),
		...["pass", "undetermined", "fail"].map(v =>
			el("td", { class: "number" }, count(m.verdicts[v]))),
		el("td", { class: "number" }, count(m.messages))));
	return el("div", { class: "by-month" }, el("h3", {}, "By month"), picture,
		el("details", {}, el("summary", {}, "Numbers"),
			el("div", { class: "wide", tabindex: "0", role: "region",
				"aria-label": "Messages by month" },
			el("table", {}, el("thead", {}, el("tr", {},
				...["month", "pass", "undetermined", "fail", "all"].map(h =>
					el("th", { scope: "col" }, h)))),
			el("tbody", {}, ...rows)))));
}

function figures(f) {
	const c = f.coverage, left = c.unconcluded ? ", " +
		count(c.unconcluded) + " not yet concluded on" : "";
	return el("section", { "aria-label": "The whole case" },
		el("h2", {}, count(f.messages) + " messages" +
			(f.whole ? "" : ", the newest")),
		el("p", { class: "note" }, count(c.embedded) + " inside them, in no " +
			"figure; " + count(c.log_only) + " that only logs know; " +
			count(c.events) + " events; " + count(c.files.done) +
			" files read, " + count(c.files.skipped + c.files.failed) +
			" not" + left),
		el("div", { class: "figures" }, results(f), versions(f), senders(f)),
		months(f));
}

/* ---- filters ---- */

function select(key, query) {
	const s = el("select", { id: "case-" + key, name: key },
		el("option", { value: "" }, "any"),
		...CHOICES[key].map(v => el("option", { value: v }, v)));
	s.value = query.get(key) || "";
	return s;
}

function text(key, query, hint) {
	const e = el("input", { id: "case-" + key, name: key, size: 14,
		type: key === "q" ? "search" : "text", placeholder: hint,
		autocomplete: "off", spellcheck: "false" });
	e.value = query.get(key) || "";
	return e;
}

function inside(query) {
	const s = el("select", { id: "case-inside", name: "inside" },
		el("option", { value: "" }, "of their own"),
		el("option", { value: "1" }, "inside others"));
	s.value = query.get("inside") || "";
	return s;
}

function filters(query) {
	const fields = { q: text("q", query, "subject, address, id"),
		month: text("month", query, "2026-06"),
		peer: text("peer", query, "example.org"), inside: inside(query) };
	const form = el("form", { class: "row filters", role: "search",
		"aria-label": "Filters" }, ...KEYS.map(key => el("span", {},
		el("label", { for: "case-" + key }, LABELS[key]),
		fields[key] || select(key, query))),
	el("button", { type: "submit" }, "Search"),
	el("a", { href: "#case" }, "All"));
	const go = e => {
		let q = new URLSearchParams();
		if (e)
			e.preventDefault();
		for (const key of KEYS)
			q = changed(q, key, form.elements[key].value.trim());
		location.hash = address(q);
	};
	form.addEventListener("submit", go);
	for (const key of ["verdict", "version", "basis", "inside"])
		form.elements[key].addEventListener("change", () => go());
	return form;
}

/* ---- the list ---- */

function row(m, query) {
	const when = (m.time || m.date || "undated").replace("T", " ")
		.replace("Z", "");
	return el("tr", {}, el("td", {}, when),
		el("td", {}, (SIGNS[m.verdict] || "") + " " + m.verdict +
			(m.fail_basis ? ", by " + m.fail_basis : "")),
		el("td", {}, m.version),
		el("td", { class: "words" }, plain(m.from || "")),
		el("td", { class: "words" }, el("a",
			{ href: address(query, m.id) },
			plain(m.subject || m.message_id || "(no subject)"))),
		el("td", { class: "words" }, plain(m.to || "")),
		el("td", { class: "number" }, count(m.hops)));
}

function pager(page, query) {
	const to = (words, key, cursor) => {
		const q = changed(query, "", "");
		if (cursor)
			q.set(key, cursor);
		return cursor ? el("a", { href: address(q) }, words) :
			el("span", { class: "dim" }, words);
	};
	return el("nav", { class: "row", "aria-label": "Pages" },
		to("← newer", "before", page.previous),
		to("older →", "after", page.next));
}

function list(page, query) {
	const n = (page.total_exact ? "" : "at least ") + count(page.total) +
		(page.total === 1 ? " message" : " messages");
	const cut = page.cut ? " The search stopped on its way: “older” goes on."
		: "";
	const head = ["Received (UTC)", "Result", "TLS", "From", "Subject", "To",
		"Hops"];
	return el("section", { "aria-label": "Messages" },
		el("p", { role: "status" }, n + "." + cut),
		el("div", { class: "wide", tabindex: "0", role: "region",
			"aria-label": "List of messages" },
		el("table", { class: "list" }, el("thead", {}, el("tr", {},
			...head.map(h => el("th", { scope: "col" }, h)))),
		el("tbody", {}, ...page.messages.map(m => row(m, query))))),
		pager(page, query));
}

/* ---- one message ---- */

function places(answer) {
	return el("section", { "aria-label": "Where it lies" },
		el("h3", {}, "Where it lies"),
		el("ul", {}, ...answer.places.map(p => el("li", {},
			el("code", {}, plain([p.path, ...(p.member || [])].join(" > "))),
			p.offset === undefined ? " (decoded)" : " at " +
				count(p.offset) + ", " + count(p.length) + " bytes"))),
		answer.more_places ? el("p", {}, count(answer.more_places) +
			" more places") : null);
}

function showMessage(answer, query) {
	const box = el("div", {}), back = el("a", { href: address(query) },
		"← back to the list");
	view().replaceChildren(el("p", {}, back), box, places(answer));
	tlstrail.drawTimelines(box, answer, null);
	back.focus();
}

/* ---- what the address asks for ---- */

async function show() {
	const mine = ++asked, at = here();
	if (!whole || !location.hash.startsWith("#case"))
		return;
	try {
		const said = await ask("/api/messages" + (at.id ? "/" + at.id :
			at.query.toString() ? "?" + at.query : ""));
		if (mine !== asked)
			return;
		if (at.id)
			showMessage(said, at.query);
		else
			view().replaceChildren(filters(at.query),
				at.query.toString() ? "" : figures(whole),
				list(said, at.query));
	} catch (e) {
		if (mine === asked)
			view().replaceChildren(filters(at.query), el("p",
				{ class: "failure", role: "alert" }, plain(e.message)));
	}
}

async function start() {
	try {
		whole = await ask("/api/case");
	} catch (e) {
		return; /* a paste is answered all the same */
	}
	if (!whole)
		return;
	document.getElementById("views").hidden = false;
	addEventListener("hashchange", show);
	tlstrail.showView();
	show();
}

setTimeout(start, 0);
})(window.tlstrail = window.tlstrail || {});

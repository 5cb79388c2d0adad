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
const SAID = { "no-version": "TLS, no version", unknown: "not recorded",
	none: "no hop came in" };
const MONTHS = ["January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"];
const MOST_COLUMNS = 60;

const el = (...a) => tlstrail.dom.el(...a);
const svg = (...a) => tlstrail.dom.svg(...a);
const plain = text => tlstrail.dom.plain(text);
const count = n => Number(n).toLocaleString("en");
const view = () => document.getElementById("case-view");
const counted = (n, one, many) => tlstrail.words.count(n, one, many);
const said = way => SAID[way] || tlstrail.words.version(way);
const stateOf = way => STATES[way] || "so";
let whole = null, asked = 0;

async function ask(path) {
	const reply = await fetch(path,
		{ headers: { "X-Tlstrail-Token": tlstrail.token } }).catch(() => {
		throw new Error("The server cannot be reached. Is tlstrail serve " +
			"still running?");
	});
	const answer = await reply.json();
	if (answer && answer.error)
		throw new Error(answer.error.text);
	return answer;
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
	return table("Results", CHOICES.verdict.map(v => share(v === "none" ?
		"no result" : v, f.verdicts[v],
		f.messages, states[v], link("verdict", v))));
}

function versions(f) {
	return table("TLS of the hop that came in", Object.keys(f.versions)
		.sort((a, b) => f.versions[b] - f.versions[a]).map(v =>
			share(said(v), f.versions[v], f.messages, stateOf(v),
				link("version", v))));
}

function senders(f) {
	const rows = f.peers.slice(0, 10).map(p => share(p.peer || "not known",
		p.messages, f.messages, "s2", link("peer", p.peer || "-")));
	const more = f.more_peers + Math.max(f.peers.length - 10, 0);
	return table("Senders" + (more ? ", the first 10 of " +
		count(10 + more) : ""), rows);
}

/* Months are told by a number, so that none is left out between two. */
const numberOf = month => 12 * month.slice(0, 4) + Number(month.slice(5)) - 1;
const monthOf = n => String(Math.floor(n / 12)).padStart(4, "0") + "-" +
	String(n % 12 + 1).padStart(2, "0");
const inWords = n => MONTHS[n % 12] + " " + Math.floor(n / 12);

/* Dates may be far off: the columns end where most of the mail is in them. */
function range(all) {
	const numbers = all.map(m => numberOf(m.month));
	let best = 0, last = 0, sum = 0, from = 0;
	for (let i = 0; i < all.length; i++) {
		sum += all[i].messages;
		while (numbers[i] - numbers[from] >= MOST_COLUMNS)
			sum -= all[from++].messages;
		if (sum >= best)
			[best, last] = [sum, i];
	}
	const first = numbers.find(n => numbers[last] - n < MOST_COLUMNS);
	return { first, n: numbers[last] - first + 1, messages: best };
}

/* A column of a month, its TLS stacked; a click chooses the month, as the
 * links of the table do, which says the same in words. */
function column(m, x, width, most) {
	const ways = CHOICES.version.concat("local").filter(way =>
		m.versions[way]);
	const g = svg("g", { class: "month" }, svg("title", {},
		inWords(numberOf(m.month)) + ": " +
		counted(m.messages, "message", "messages") + ": " +
		ways.map(way => count(m.versions[way]) + " " + said(way))
			.join(", ")),
	svg("rect", { class: "hit", x: x + "%", y: 0, width: width + "%",
		height: "100%" }));
	let y = 100;
	for (const way of ways) {
		const h = 96 * m.versions[way] / most;
		y -= h;
		g.append(svg("rect", { class: "bar-" + stateOf(way),
			x: x + width / 10 + "%", y: y + "%",
			width: width * .8 + "%", height: h + "%" }));
	}
	g.addEventListener("click", () => location.hash = link("month",
		m.month));
	return g;
}

/* A tick and the year at each January. */
function years(r) {
	const axis = svg("svg", { class: "years", "aria-hidden": "true" });
	for (let i = 0; i < r.n; i++) {
		const x = 100 * i / r.n;
		if ((r.first + i) % 12 || x > 95)
			continue;
		axis.append(svg("line", { x1: x + "%", x2: x + "%", y1: 0, y2: 16 }),
			svg("text", { x: x + "%", dx: 3, y: 13 },
				String(Math.floor((r.first + i) / 12))));
	}
	return axis;
}

function columns(all) {
	const r = range(all), to = r.first + r.n - 1;
	const shown = all.filter(m => numberOf(m.month) >= r.first &&
		numberOf(m.month) <= to);
	const most = Math.max(...shown.map(m => m.messages));
	const rest = all.reduce((n, m) => n + m.messages, 0) - r.messages;
	return [el("p", { class: "note" }, "By TLS of the hop that came in, as " +
		"above: the newest version lowest, cleartext above, not recorded " +
		"on top."), svg("svg", { class: "months", role: "img",
		"aria-label": "Messages by month, from " + inWords(r.first) +
			" to " + inWords(to) + "; the table below has the numbers" },
	...shown.map(m => column(m, 100 * (numberOf(m.month) - r.first) / r.n,
		100 / r.n, most))), years(r),
	el("p", { class: "ends" }, el("span", {}, inWords(r.first)),
		el("span", {}, r.n > 1 ? inWords(to) : "")),
	rest ? el("p", { class: "note" }, counted(rest, "message is",
		"messages are") + " of months before or after these.") : ""];
}

function monthRow(m) {
	return el("tr", {}, el("th", { scope: "row" },
		el("a", { href: link("month", m.month) }, m.month)),
	...CHOICES.verdict.map(v =>
		el("td", { class: "number" }, count(m.verdicts[v]))),
	el("td", { class: "number" }, count(m.messages)));
}

function months(f) {
	const all = f.months.filter(m => m.month).reverse();
	if (!all.length)
		return "";
	const rows = [...all].reverse().map(monthRow);
	return el("div", { class: "by-month" }, el("h3", {}, "By month"),
		...columns(all),
		f.more_months ? el("p", { class: "note" }, counted(f.more_months,
			"older month is", "older months are") + " in no chart and no " +
			"table here (limit browse_months); a filter by month shows " +
			"their messages.") : "",
		el("details", {}, el("summary", {}, "Numbers"),
			el("div", { class: "wide", tabindex: "0", role: "region",
				"aria-label": "Messages by month" },
			el("table", { class: "numbers" }, el("thead", {}, el("tr", {},
				...["month", "pass", "undetermined", "fail", "no result",
					"all"].map(h => el("th", { scope: "col" }, h)))),
			el("tbody", {}, ...rows)))));
}

/* What was read, and what the figures leave out; nothing of what is not. */
function coverage(c) {
	const left = c.files.skipped + c.files.failed, say = ["Read from " +
		counted(c.files.done, "file", "files") + (c.events ? ", with " +
		counted(c.events, "event", "events") + " of logs" : "") + "."];
	const add = (n, one, many) => n && say.push(counted(n, one, many));
	add(left, "file was not read.", "files were not read.");
	add(c.embedded, "more message is inside one of these, and in no figure.",
		"more messages are inside these, and in no figure.");
	add(c.log_only, "of them is known by a log alone.",
		"of them are known by logs alone.");
	add(c.unconcluded, "message is not judged yet: run the scan again.",
		"messages are not judged yet: run the scan again.");
	return say.join(" ");
}

function figures(f) {
	return el("section", { "aria-label": "The whole case" },
		el("h2", {}, counted(f.messages, "message", "messages") +
			(f.whole ? "" : ", the newest")),
		el("p", { class: "note" }, coverage(f.coverage)),
		...f.messages ? [el("div", { class: "figures" }, results(f),
			versions(f), senders(f)), months(f)] : []);
}

/* ---- filters ---- */

function select(key, query) {
	const s = el("select", { id: "case-" + key, name: key },
		el("option", { value: "" }, "any"),
		...CHOICES[key].map(v => el("option", { value: v },
			key === "verdict" && v === "none" ? "no result" :
				key === "version" ? said(v) : v)));
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

/* A line ends behind an @ rather than within a name. */
function mailbox(text) {
	const pieces = plain(text || "").split("@"), out = [];
	pieces.forEach((piece, i) => i ? out.push("@", el("wbr"), piece) :
		out.push(piece));
	return out;
}

function row(m, query) {
	const when = (m.time || m.date || "undated").replace("T", " ")
		.replace("Z", "");
	return el("tr", {}, el("td", {}, when),
		el("td", {}, tlstrail.message.badge(m.verdict),
			m.fail_basis ? el("span", { class: "dim" }, " by " +
				m.fail_basis) : ""),
		el("td", {}, said(m.version)),
		el("td", { class: "words" }, ...mailbox(m.from)),
		el("td", { class: "words" }, el("a",
			{ href: address(query, m.id) },
			plain(m.subject || m.message_id || "(no subject)"))),
		el("td", { class: "words" }, ...mailbox(m.to)),
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
			p.offset === undefined ? " (decoded)" : " at byte " +
				count(p.offset) + ", " + counted(p.length, "byte",
				"bytes")))),
		answer.more_places ? el("p", {}, counted(answer.more_places,
			"more place", "more places")) : null);
}

/* For a shell, whatever the name is. */
const quoted = path => "'" + path.replace(/'/g, "'\\''") + "'";

const showAll = path => el("code", {}, "tlstrail show -v " + quoted(path));

/* Whether a file was compressed is not in the case; what the bytes amount to
 * is. */
function commands(source) {
	const isPlace = !source.member.length && source.sha256 &&
		Number.isInteger(source.offset);
	if (!isPlace)
		return [" Where the scan was run, this shows it with " +
			"all that is read from that file: ",
			showAll(source.path), "."];
	return [" Where the scan was run, this prints it, unless the file is " +
		"compressed: ", el("code", {}, "tail -c +" + (source.offset + 1) +
		" " + quoted(source.path) + " | head -c " + source.length),
	" (SHA-256 ", el("code", {}, plain(source.sha256)),
	"); this shows it in any case, with all that is read from that file: ", showAll(source.path), "."];
}

/* A case has what was found, not the mail. */
function noBytes(t) {
	const source = t.source, p = el("span", {}, "A case does not keep the " +
		"bytes of a message; what each hop quotes stands in the table. ");
	if (!source.path)
		return p;
	const name = [source.path, ...source.member].join(" \u203a ");
	p.append("The message is in ", el("code", {}, plain(name)),
		Number.isInteger(source.offset) ? " at byte " +
			count(source.offset) + ", " +
			counted(source.length, "byte", "bytes") : "", ".");
	if (plain(source.path) === source.path && !source.path.startsWith("-"))
		p.append(...commands(source));
	return p;
}

function showMessage(answer, query) {
	const box = el("div", {}), back = el("a", { href: address(query) },
		"← back to the list");
	view().replaceChildren(el("p", {}, back), box, places(answer));
	tlstrail.drawTimelines(box, answer, null, { noRaw: noBytes });
	back.focus();
}

/* ---- what the address asks for ---- */

async function show() {
	const mine = ++asked, at = here();
	if (!location.hash.startsWith("#case"))
		return;
	try {
		whole = whole || await ask("/api/case");
		const reply = await ask("/api/messages" + (at.id ? "/" + at.id :
			at.query.toString() ? "?" + at.query : ""));
		if (mine !== asked)
			return;
		if (at.id)
			showMessage(reply, at.query);
		else
			view().replaceChildren(filters(at.query),
				at.query.toString() ? "" : figures(whole),
				list(reply, at.query));
	} catch (e) {
		if (mine === asked)
			view().replaceChildren(filters(at.query), el("p",
				{ class: "failure", role: "alert" }, "The case does not " +
					"answer: " + plain(e.message)));
	}
}

async function start() {
	try {
		whole = await ask("/api/case");
		if (!whole)
			return;
	} catch (e) {
		/* the view says it, once it is looked at */
	}
	document.getElementById("views").hidden = false;
	addEventListener("hashchange", show);
	tlstrail.showView();
	show();
}

setTimeout(start, 0);
})(window.tlstrail = window.tlstrail || {});

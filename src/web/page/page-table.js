/* page-table - the hops as a table, and all that is known of one of them
 *
 * The table is the drawing's equal for whoever cannot see it.  It turns into
 * cards where it is narrow, and so its roles are written out. */
(function (tlstrail) {
"use strict";

const w = () => tlstrail.words;
const el = (...a) => tlstrail.dom.el(...a);
const plain = text => tlstrail.dom.plain(text);

const COLUMNS = ["Hop", "From", "By", "With", "TLS version", "Cipher",
	"Verdict", "Basis", "Time (UTC)", "Delay", "Evidence"];

const none = () => el("span", { class: "nil" }, "\u2013");

/* Names break where they have joints. */
function jointed(name) {
	const box = document.createDocumentFragment();
	for (const part of plain(name).split(/(?<=[._@:-])/))
		box.append(part, el("wbr", {}));
	return box;
}

function who(name, ip) {
	const box = document.createDocumentFragment();
	box.append(el("span", { class: "host" }, jointed(name)));
	if (ip && !name.includes(ip))
		box.append(" ", el("span", { class: "dim" },
			plain("[" + ip + "]")));
	return box;
}

function verdictCell(h) {
	const box = document.createDocumentFragment();
	const word = h.verdict === "unknown" ? "unknown" : h.verdict;
	box.append(tlstrail.draw.icon(w().state(h)), " ",
		el("strong", {}, word));
	if (w().fault(h))
		box.append(", ", el("strong", { class: "fault" }, w().fault(h)));
	const notes = [];
	if (!h.trusted)
		notes.push("claimed");
	if (h.corroborated)
		notes.push("corroborated");
	if (notes.length)
		box.append(" ", el("span", { class: "dim" }, notes.join(", ")));
	for (const code of h.anomalies)
		box.append(" ", el("span", { class: "flag" },
			"\u2691 " + plain(code)));
	return box;
}

function cipherCell(h) {
	if (!h.cipher)
		return none();
	const box = document.createDocumentFragment();
	box.append(el("code", {}, jointed(h.cipher)));
	if (h.cipher_reliable === false)
		box.append(" ", el("span", { class: "dim" },
			"(name not reliable)"));
	return box;
}

function timeCell(h) {
	if (!h.time)
		return el("span", { class: "nil" }, "no date");
	return el("time", { datetime: h.time },
		el("span", { class: "dim" }, plain(w().day(h.time))), " ",
		plain(w().clock(h.time)));
}

/* Of a paste in UTF-16 the quotation is the bytes as they stand: every other
 * one is 0, and not shown. */
function quoted(text) {
	const s = String(text);
	return s.length > 1 && (/^(?:[^\0]\0)+$/.test(s) || /^(?:\0[^\0])+$/.test(s)) ?
		s.replace(/\0/g, "") : s;
}

function evidenceCell(h) {
	if (!h.evidence.length)
		return none();
	const box = document.createDocumentFragment();
	box.append(el("q", {}, plain(quoted(h.evidence[0].text))));
	if (h.evidence.length > 1)
		box.append(" ", el("span", { class: "dim" },
			"and " + (h.evidence.length - 1) + " more"));
	return box;
}

/* The whole ground stands in the details. */
function basisCell(h) {
	return h.basis === "keyword" ? w().ground(h) :
		w().shortGround(h) || (h.verdict === "local" ? "by address" :
			none());
}

function delayCell(h) {
	if (h.delay_s === null)
		return none();
	return el("span", { class: h.delay_s < 0 ? "odd" : null },
		w().delay(h.delay_s));
}

function cells(h, button) {
	return [button, who(w().peerWords(h), h.from.ip),
		who(w().hostWords(h), h.by.ip), h.with ? plain(h.with) : none(),
		w().versionCell(h), cipherCell(h), verdictCell(h), basisCell(h),
		timeCell(h), delayCell(h), evidenceCell(h)];
}

/* ---- everything of one hop ---- */

function fact(list, name, value) {
	if (value === null || value === undefined || value === "")
		return;
	list.append(el("div", {}, el("dt", {}, name),
		el("dd", {}, value instanceof Node ? value : plain(value))));
}

function quotes(evidence) {
	const list = el("ul", { class: "quotes" });
	for (const e of evidence) {
		const place = (e.path ? plain(e.path) + ", " : "") + "bytes " +
			e.offset + "+" + e.length +
			(e.pointer ? " " + plain(e.pointer) : "");
		list.append(el("li", {}, el("q", {},
			tlstrail.dom.lines(quoted(e.text))), " ",
			el("span", { class: "dim" }, place + ", " +
				(e.rule ? "rule " + plain(e.rule) :
				"by the grammar of the field"))));
	}
	return list;
}

function witness(x) {
	return [x.kind, x.side && "side " + x.side, x.host,
		x.key && "joined by " + x.key,
		"says " + (x.verdict === "unknown" ? "nothing of TLS" : x.verdict),
		x.tls_version && w().version(x.tls_version)]
		.filter(Boolean).join(", ");
}

function listOf(items) {
	return el("ul", {}, ...items.map(i => el("li", {}, plain(i))));
}

function sides(list, h) {
	fact(list, "from, as named", h.from.name);
	fact(list, "HELO", h.from.helo);
	fact(list, "rDNS", h.from.rdns);
	fact(list, "address", h.from.ip);
	fact(list, "by", h.by.name);
	fact(list, "its address", h.by.ip);
	fact(list, "software", h.software);
	fact(list, "link to the hop before", h.link);
}

function clauses(list, h) {
	fact(list, "transport", h.transport);
	fact(list, "via", h.via);
	fact(list, "id", h.id);
	fact(list, "for", h.for);
	fact(list, "recipient", h.recipient);
	fact(list, "zone as written", h.time && (h.utc_offset || "not stated"));
	if (h.time_uncertainty_s)
		fact(list, "uncertain by", h.time_uncertainty_s + " s");
}

function tlsFacts(list, h) {
	fact(list, "basis", w().ground(h));
	fact(list, "profile", w().WHY[w().fault(h)]);
	if (h.cipher_iana !== h.cipher)
		fact(list, "IANA name", h.cipher_iana);
	fact(list, "key bits", h.bits);
	fact(list, "server certificate", h.server_auth);
	fact(list, "client certificate", h.client_auth);
	fact(list, "written by", h.trusted ? "the receiving system, or proved " +
		"by a log" : "anybody: the sender's own claim");
}

function details(t, h) {
	const list = el("dl", { class: "facts" });
	sides(list, h);
	clauses(list, h);
	tlsFacts(list, h);
	if (h.witnesses.length > 1)
		fact(list, "witnesses", listOf(h.witnesses.map(witness)));
	const odd = t.anomalies.filter(a => a.hop === h.index);
	if (odd.length)
		fact(list, "anomalies", listOf(odd.map(a =>
			a.text + " [" + a.code + "]")));
	if (h.attempts.length)
		fact(list, "tries before", listOf(h.attempts.map(a =>
			a.outcome + ": " + a.text)));
	if (h.evidence.length)
		fact(list, "evidence", quotes(h.evidence));
	return list;
}

/* ---- the table ---- */

function row(t, h, ids, onSelect) {
	const id = ids + "-" + h.index;
	const button = el("button", { type: "button", class: "hop-button",
		"aria-expanded": "false", "aria-controls": id,
		"aria-label": "Hop " + h.index + ", details" }, String(h.index));
	const tr = el("tr", { role: "row", "data-hop": h.index,
		class: w().state(h) + (h.trusted ? "" : " claimed") });
	cells(h, button).forEach((content, i) => tr.append(i === 0 ?
		el("th", { scope: "row", role: "rowheader",
			"data-label": COLUMNS[i] }, content) :
		el("td", { role: "cell", "data-label": COLUMNS[i] },
			el("div", {}, content))));
	const more = el("tr", { role: "row", id, class: "detail", hidden: true },
		el("td", { role: "cell", colspan: COLUMNS.length },
			details(t, h)));
	tr.addEventListener("click", event => {
		/* text that is being marked is not a click */
		if (!String(getSelection()) || event.target === button)
			onSelect(h.index);
	});
	return [tr, more];
}

function border(t) {
	const i = t.result.border;
	return i > 0 && t.hops[i] && !t.hops[i - 1].trusted ? i : -1;
}

function borderRow(t) {
	const from = tlstrail.draw.receiver(t);
	return el("tr", { role: "row", class: "border" }, el("td", { role: "cell",
		colspan: COLUMNS.length }, "above: the sender's claim \u00b7 " +
		"below: written by " + plain(from || "the receiver") + " (" +
		(w().BORDERS[t.result.border_basis] || "") + ")"));
}

/* Up and down go from hop to hop. */
function onKey(event) {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (!step || !event.target.classList.contains("hop-button"))
		return;
	const all = [...event.currentTarget.querySelectorAll(".hop-button")];
	const next = all[all.indexOf(event.target) + step];
	if (next)
		next.focus();
	event.preventDefault();
}

function draw(t, onSelect) {
	const body = el("tbody", { role: "rowgroup" }), at = border(t);
	const ids = tlstrail.dom.uniqueId("hop");
	for (const h of t.hops) {
		if (h.index === at)
			body.append(borderRow(t));
		body.append(...row(t, h, ids, onSelect));
	}
	const head = el("tr", { role: "row" }, ...COLUMNS.map(c =>
		el("th", { scope: "col", role: "columnheader" }, c)));
	const table = el("table", { class: "hops", role: "table" },
		el("caption", {}, "Transfers, the oldest first"),
		el("thead", { role: "rowgroup" }, head), body);
	table.addEventListener("keydown", onKey);
	return table;
}

function select(table, index) {
	for (const tr of table.querySelectorAll("tr[data-hop]")) {
		const is = index !== null &&
			tr.getAttribute("data-hop") === String(index);
		tr.classList.toggle("on", is);
		tr.nextElementSibling.hidden = !is;
		tr.querySelector(".hop-button").setAttribute("aria-expanded", is);
	}
}

tlstrail.table = { border, draw, quotes, select };
})(window.tlstrail = window.tlstrail || {});

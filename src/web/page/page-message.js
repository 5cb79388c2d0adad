/* page-message - an answer shown: its messages, and one of them in full
 *
 * tlstrail.drawTimelines(container, answer, raw, options) fills `container`.
 * `answer` has `timelines` as `show --json` gives them, and may have `views`
 * (for each timeline the program's own `answer` sentence, its `text`, the
 * `organisations` of its hosts and how its hops fit the profile), `diags` and
 * `text`.  `raw` is the bytes that were sent, a Map from file name to bytes
 * where several were, or null where they are not at hand.
 * options.onChoose(i) is told which message is shown; options.noRaw says why
 * there are no bytes: words, or what makes them of a timeline. */
(function (tlstrail) {
"use strict";

const w = () => tlstrail.words;
const el = (...a) => tlstrail.dom.el(...a);
const plain = text => tlstrail.dom.plain(text);

const AT_ONCE = 200; /* messages listed before one asks for more */
const RESULTS = {
	pass: ["s3", "pass"], fail: ["sc", "fail"],
	undetermined: ["su", "undetermined"], none: ["sn", "no result"],
};

/* ---- the sentence ---- */

/* The first paragraph of the text view, without its sign and word. */
function fromText(text) {
	const paragraph = String(text || "").split("\n\n")[0];
	const m = /^\[[^\]]\] \S+ {2}([^]*)$/.exec(paragraph);
	return m ? m[1].replace(/\n/g, " ") : "";
}

function sentence(answer, i) {
	const view = answer.views && answer.views[i];
	if (view && view.answer)
		return view.answer;
	return (answer.timelines.length === 1 && fromText(answer.text)) ||
		w().plainAnswer(answer.timelines[i]);
}

function textOf(answer, i) {
	const view = answer.views && answer.views[i];
	return view && view.text ? view.text : answer.text || "";
}

function badge(verdict) {
	const [state, word] = RESULTS[verdict] || RESULTS.none;
	return el("span", { class: "result " + verdict },
		tlstrail.draw.icon(state), " ", word);
}

const resultBadge = t => badge(t.result.verdict);

function counts(r) {
	const parts = [];
	for (const [n, word] of [[r.encrypted, "encrypted"],
		[r.cleartext, "cleartext"], [r.unknown, "not recorded"],
		[r.excluded, "not judged"]])
		if (n)
			parts.push(n + " " + word);
	return w().count(r.hops, "hop", "hops") +
		(parts.length ? ": " + parts.join(", ") : "");
}

function resultLine(t) {
	const r = t.result;
	return "Profile " + plain(r.profile) + ": " + (RESULTS[r.verdict] ||
		RESULTS.none)[1] + " \u00b7 weakest " + (r.weakest ?
		w().version(r.weakest) : "not recorded") + " \u00b7 " + counts(r);
}

/* ---- what message it is ---- */

function meta(t) {
	const m = t.message, list = el("dl", { class: "meta" });
	const put = (name, value) => value && list.append(el("div", {},
		el("dt", {}, name), el("dd", {}, plain(value))));
	put("From", m.from);
	put("To", m.to.join(", "));
	put("Subject", m.subject);
	put("Date", m.date && m.date.replace("T", " ").replace("Z", " UTC"));
	put("Message-ID", m.message_id);
	put("End to end", m.end_to_end &&
		m.end_to_end + ", by its labels; not verified");
	put("Source", [t.source.path, ...t.source.member].filter(Boolean)
		.join(" \u203a "));
	put("SHA-256", t.source.sha256);
	return list;
}

/* ---- lists beside the hops ---- */

function section(name, ...content) {
	const id = tlstrail.dom.uniqueId("part");
	return el("section", { class: "part", "aria-labelledby": id },
		el("h3", { id }, name), ...content);
}

function attemptItem(a) {
	const from = a.from && (a.from.name || a.from.ip);
	const by = a.by && (a.by.name || a.by.ip);
	return el("li", {}, el("strong", {}, plain(a.outcome)), " ",
		a.recipient ? plain(a.recipient) + " " : "",
		from || by ? plain((from || "?") + " \u2192 " + (by || "?")) +
			" " : "",
		a.time ? plain(a.time.replace("T", " ").replace("Z", " UTC")) : "",
		el("div", {}, plain(a.text)),
		a.evidence.length ? el("details", {},
			el("summary", {}, "Evidence"),
			tlstrail.table.quotes(a.evidence)) : null);
}

function contextItem(c) {
	return el("li", {}, el("strong", {}, plain(c.kind)), " ",
		c.time ? plain(c.time) + " " : "", plain(c.text),
		c.evidence && c.evidence.length ? el("details", {},
			el("summary", {}, "Evidence"),
			tlstrail.table.quotes(c.evidence)) : null);
}

function diagItem(d) {
	return el("li", {}, plain(d.text) + " ",
		el("span", { class: "dim" }, "[" + plain(d.code) + "]" +
			(d.offset !== null && d.offset !== undefined ?
				" at byte " + d.offset : "")));
}

function anomalyItem(a) {
	return el("li", {}, a.hop !== null && a.hop !== undefined && a.hop >= 0 ?
		"Hop " + a.hop + ": " : "", plain(a.text) + " ",
		el("span", { class: "dim" }, "[" + plain(a.code) + "]"));
}

function parts(t) {
	const out = [];
	const add = (name, list, item, cls) => list && list.length &&
		out.push(section(name, el("ul", { class: cls },
			...list.map(item))));
	add("Anomalies", t.anomalies, anomalyItem, "notes odd-notes");
	add("Attempts that carried nothing", t.attempts, attemptItem, "notes");
	add("Beside it", t.context, contextItem, "notes");
	add("What can be done", t.advice, a => el("li", {}, plain(a)), "notes");
	add("Notes on reading it", t.diags, diagItem, "notes dim-notes");
	return out;
}

/* ---- one message ---- */

function message(answer, i, raw, options) {
	const t = answer.timelines[i], view = answer.views && answer.views[i];
	tlstrail.lanes.know(t, view && view.organisations);
	w().know(t, view && view.fits);
	const head = tlstrail.dom.uniqueId("answer");
	const box = el("article", { class: "message", "aria-labelledby": head });
	box.append(el("h2", { id: head, class: "sentence" }, resultBadge(t), " ",
		plain(sentence(answer, i))), meta(t));
	if (!t.hops.length) {
		box.append(...parts(t));
		return box;
	}
	const bytes = tlstrail.bytes.draw(t, raw, typeof options.noRaw ===
		"function" ? options.noRaw(t) : options.noRaw);
	let chosen = null;
	const choose = index => {
		chosen = index === chosen ? null : index;
		drawing.choose(chosen);
		tlstrail.table.select(table, chosen);
		tlstrail.bytes.select(bytes, chosen);
	};
	const drawing = tlstrail.draw.draw(t, choose);
	const table = tlstrail.table.draw(t, choose);
	box.append(el("div", { class: "columns" }, el("div", { class: "main" },
		section("The way it took", tlstrail.draw.legend(t), drawing,
			el("p", { class: "note" }, resultLine(t))),
		section("Hop by hop", el("div", { class: "table-box" }, table)),
		...parts(t)), bytes));
	return box;
}

/* ---- many messages ---- */

function total(answer) {
	const tops = answer.timelines.filter(t => t.parent === null);
	const n = {}, inside = answer.timelines.length - tops.length;
	for (const t of tops)
		n[t.result.verdict] = (n[t.result.verdict] || 0) + 1;
	const say = Object.keys(RESULTS).filter(k => n[k])
		.map(k => n[k].toLocaleString("en") + " " + RESULTS[k][1]);
	return w().count(tops.length, "message", "messages") + ": " +
		say.join(", ") + (inside ? "; " + inside + " more inside them" :
			"") + ".";
}

/* Of the field Date, else of the newest hop that has one. */
function dayOf(t) {
	const dated = t.hops.filter(h => h.time);
	return w().day(t.message.date ||
		(dated.length ? dated[dated.length - 1].time : ""));
}

function listItem(t, i, onChoose) {
	const button = el("button", { type: "button", "data-message": i,
		class: t.parent === null ? null : "inside" },
		resultBadge(t),
		el("span", { class: "when" }, plain(dayOf(t)) || "no date"),
		el("span", { class: "who" }, plain(t.message.from ||
			t.message.message_id || "(no sender)")),
		el("span", { class: "subject" }, plain(t.message.subject ||
			"(no subject)")));
	button.addEventListener("click", () => onChoose(i));
	return el("li", {}, button);
}

function list(answer, onChoose) {
	const box = el("nav", { class: "messages", "aria-label": "Messages" });
	const items = el("ol", {}), more = el("button", { type: "button" });
	let n = 0;
	const grow = () => {
		const to = Math.min(n + AT_ONCE, answer.timelines.length);
		for (; n < to; n++)
			items.append(listItem(answer.timelines[n], n, onChoose));
		more.hidden = n === answer.timelines.length;
		more.textContent = (answer.timelines.length - n) + " more";
	};
	more.addEventListener("click", grow);
	grow();
	box.append(el("p", { class: "total" }, total(answer)), items, more);
	return box;
}

function drawTimelines(container, answer, raw, options) {
	const o = options || {}, place = el("div", {});
	const show = i => {
		place.replaceChildren(message(answer, i, raw, o));
		for (const drawing of place.querySelectorAll(".drawing"))
			drawing.redraw();
		for (const b of container.querySelectorAll("[data-message]"))
			if (b.getAttribute("data-message") === String(i))
				b.setAttribute("aria-current", "true");
			else
				b.removeAttribute("aria-current");
		if (o.onChoose)
			o.onChoose(i);
	};
	container.replaceChildren();
	if (answer.timelines.length > 1)
		container.append(list(answer, show));
	container.append(place);
	if (answer.timelines.length)
		show(0);
}

tlstrail.message = { badge, diagItem, sentence, textOf, total };
tlstrail.drawTimelines = drawTimelines;
})(window.tlstrail = window.tlstrail || {});

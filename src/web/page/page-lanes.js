/* page-lanes - which organisation each end of a hop belongs to
 *
 * Only the drawing groups by it; nothing is concluded from it.  A sender that
 * fits the host that wrote the stamp before (`link`) is that host, whatever
 * it calls itself.  An address or a bare name belongs to whom the message
 * came from, else to whoever received it.  Which names belong together is in
 * the answer, by the Public Suffix List; without it the last labels tell. */
(function (tlstrail) {
"use strict";

/* Below these, names are given out one level deeper (co.uk, com.au). */
const SECOND = /^(?:ac|co|com|edu|gob|gov|gouv|go|id|ltd|mil|ne|net|nom|or|org|plc|sch)$/;

function isAddress(name) {
	return /^[\[(]?(?:[0-9]{1,3}\.){3}[0-9]{1,3}[\])]?$/.test(name) ||
		/^\[?(?:IPv6:)?[0-9a-f]*:[0-9a-f:.]*\]?$/i.test(name);
}

function isPrivate(ip) {
	return /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|::1$|fe80:|f[cd][0-9a-f]{2}:)/i
		.test(ip || "");
}

/* What the answer's view of a timeline says: from host to organisation. */
const known = new WeakMap();

function know(t, organisations) {
	if (organisations)
		known.set(t, new Map(Object.entries(organisations)));
}

function organisation(t, name) {
	const map = known.get(t);
	return map ? map.get(String(name)) || "" : guess(name);
}

/* "mx.example.co.uk" -> "example.co.uk"; "" for addresses and bare names. */
function guess(name) {
	const host = String(name).toLowerCase().replace(/\.$/, "");
	if (!host.includes(".") || isAddress(host))
		return "";
	const labels = host.split(".").filter(Boolean);
	const top = labels[labels.length - 1];
	if (/^(?:local|localdomain|lan|internal)$/.test(top))
		return "";
	const deep = top.length === 2 && labels.length > 2 &&
		SECOND.test(labels[labels.length - 2]);
	return labels.slice(deep ? -3 : -2).join(".");
}

/* The newest trusted receiver that has a name. */
function receiver(t) {
	for (let i = t.hops.length - 1; i >= 0; i--)
		if (t.hops[i].trusted && organisation(t, t.hops[i].by.name || ""))
			return organisation(t, t.hops[i].by.name);
	const h = t.hops.filter(x => x.trusted && x.by.name).pop();
	return h ? h.by.name : "";
}

function senderKey(t, h, before, by) {
	const w = tlstrail.words, org = organisation(t, w.peer(h));
	if (before !== null && h.link && h.link !== "none")
		return before;
	if (org)
		return org;
	if (!w.peer(h))
		return h.verdict === "local" ? by : before || "(not named)";
	if (isPrivate(h.from.ip) && h.link !== "none")
		return before || by;
	return w.peer(h);
}

function receiverKey(t, h, from) {
	return organisation(t, tlstrail.words.host(h)) ||
		(h.trusted ? receiver(t) : "") || from ||
		tlstrail.words.host(h) || "(not named)";
}

/* Lanes in the order they are met, each with the first and last hop that
 * touches it, and for each hop the lanes of its ends.  An organisation that
 * was not met for more than `rest` hops begins a lane anew. */
function lanesOf(t, rest) {
	const lanes = [], index = new Map(), ends = [];
	let before = null;
	const touch = (key, i) => {
		const known = lanes[index.get(key)];
		if (!known || i - known.last > rest) {
			index.set(key, lanes.length);
			lanes.push({ key, first: i, last: i });
		}
		lanes[index.get(key)].last = i;
		return index.get(key);
	};
	t.hops.forEach((h, i) => {
		const from = senderKey(t, h, before, receiverKey(t, h, ""));
		const by = receiverKey(t, h, from);
		ends.push({ from: touch(from, i), by: touch(by, i) });
		before = by;
	});
	return { lanes, ends };
}

/* A column may serve again once its lane has ended.  Returns how many. */
function shareColumns(lanes) {
	const busy = [];
	for (const lane of lanes) {
		let c = busy.findIndex(last => last < lane.first);
		if (c < 0)
			c = busy.length;
		busy[c] = lane.last;
		lane.column = c;
	}
	return busy.length;
}

/* A column for each lane where there is room, else columns that are shared;
 * the last resort is a drawing that is wider than its place. */
function plan(t, room) {
	const whole = lanesOf(t, Infinity);
	whole.columns = whole.lanes.length;
	whole.lanes.forEach((lane, i) => lane.column = i);
	if (whole.columns <= room)
		return whole;
	for (const rest of [Infinity, 6, 1]) {
		const shared = lanesOf(t, rest);
		shared.columns = shareColumns(shared.lanes);
		if (shared.columns <= room || rest === 1)
			return shared;
	}
}

tlstrail.lanes = { know, plan, receiver };
})(window.tlstrail = window.tlstrail || {});

/* page-draw - the timeline drawn: lanes, arrows, delays, the border of trust
 *
 * Time runs down.  Each organisation has a lane, each transfer an arrow from
 * lane to lane or a loop within one.  The state of a transfer shows thrice:
 * in the line (double: encrypted; dashed: cleartext; dotted: not recorded;
 * thin: local), in its badge and in words; colour only helps.  A filled head
 * is what the receiving system wrote, a hollow one what anybody could have.
 * The room between two transfers grows with the logarithm of the delay. */
(function (tlstrail) {
"use strict";

const w = () => tlstrail.words;
const svg = (...a) => tlstrail.dom.svg(...a);
const plain = text => tlstrail.dom.plain(text);

const LANE_MIN = 84, LANE_WIDE = 120, LANE_MAX = 330, CHIP = 22, LOOP = 26;
const FONT = "system-ui, sans-serif", BOLD = "600 12", LABEL = "600 12.5";

/* ---- text that must fit ---- */

let pen = null;

/* A size may come with a weight: "600 12". */
function widthOf(text, size) {
	pen = pen || document.createElement("canvas").getContext("2d");
	pen.font = size + "px " + FONT;
	return pen.measureText(text).width;
}

/* A host's ends tell most: cut in the middle. */
function fit(text, size, room) {
	if (widthOf(text, size) <= room)
		return text;
	for (let n = Math.min(text.length - 2, 80); n > 3; n--) {
		const head = Math.ceil(n * 0.55);
		const cut = text.slice(0, head) + "\u2026" +
			text.slice(text.length - (n - head));
		if (widthOf(cut, size) <= room)
			return cut;
	}
	return room > 12 ? "\u2026" : "";
}

function text(x, y, cls, anchor, string) {
	return svg("text", { x, y, class: cls, "text-anchor": anchor }, string);
}

/* ---- badges: one shape for each state ---- */

const BADGES = {
	s3: () => [svg("circle", { r: 6, class: "b-fill" })],
	s2: () => [svg("circle", { r: 6, class: "b-open" }),
		svg("path", { d: "M0 -6A6 6 0 0 0 0 6Z", class: "b-fill" })],
	st: () => [svg("circle", { r: 6, class: "b-open" })],
	so: () => [svg("path", { d: "M0 -7.5L7.5 0L0 7.5L-7.5 0Z",
		class: "b-fill" })],
	sc: () => [svg("path", { d: "M0 -7L7.5 6H-7.5Z", class: "b-fill" }),
		svg("path", { d: "M0 -2.5V2M0 3.6V4.6", class: "b-sign" })],
	su: () => [svg("circle", { r: 6.5, class: "b-dash" }),
		svg("path", { d: "M-2 -1.5A2 2 0 1 1 0 .6V1.4M0 3V4",
			class: "b-ask" })],
	sn: () => [svg("rect", { x: -4, y: -4, width: 8, height: 8, rx: 1.5,
		class: "b-fill" })],
};

function badge(state, x, y) {
	return svg("g", { class: "badge " + state,
		transform: "translate(" + x + " " + y + ")" },
		svg("circle", { r: 9, class: "b-back" }), ...BADGES[state]());
}

/* The same beside a word. */
function icon(state) {
	return svg("svg", { class: "icon " + state, viewBox: "-9 -9 18 18",
		width: 16, height: 16, "aria-hidden": "true" },
		...BADGES[state]());
}

/* ---- where everything stands ---- */

function gapFor(h, isDense) {
	if (!h || h.delay_s === null || h.delay_s <= 0)
		return 0;
	return Math.min(isDense ? 26 : 64,
		(isDense ? 2 : 4) * Math.log2(1 + h.delay_s));
}

function flagsOf(h) {
	const flags = h.anomalies.map(a => "\u2691 " + a);
	if (h.attempts.length)
		flags.push(w().count(h.attempts.length, "try", "tries") +
			" before");
	return flags;
}

function layout(t, width) {
	const isDense = t.hops.length > 24, isNarrow = width < 620;
	const gutter = isNarrow ? 80 : 104;
	/* many hops are told apart by wide lanes rather than by many */
	const room = Math.max(1, Math.floor((width - gutter - 8) /
		(isDense ? LANE_WIDE : LANE_MIN)));
	const plan = tlstrail.lanes.plan(t, room), columns = plan.columns;
	const lane = Math.min(LANE_MAX, Math.max(LANE_MIN,
		(width - gutter - 8) / Math.max(columns, 1)));
	const l = { t, plan, columns, lane, gutter, isDense, isNarrow,
		width: Math.max(width, gutter + 8 + columns * lane), rows: [],
		x: i => gutter + (plan.lanes[i].column + 0.5) * lane };
	placeRows(l);
	return l;
}

function placeRows(l) {
	const at = tlstrail.table.border(l.t);
	let y = 6, day = "";
	l.t.hops.forEach((h, i) => {
		const row = { h, top: y, chips: [] };
		y += gapFor(h, l.isDense);
		if (h.index === at) {
			row.border = y + 24;
			y += 48;
		}
		row.chips = l.plan.lanes.map((lane, k) => k)
			.filter(k => l.plan.lanes[k].first === i);
		row.chipY = y;
		if (row.chips.length)
			y += CHIP + 6;
		row.hasDay = h.time && w().day(h.time) !== day;
		day = h.time ? w().day(h.time) : day;
		row.y = y + (l.isDense ? 24 : 26);
		row.flags = flagsOf(h);
		y = row.y + (l.isDense ? 10 : 24) + (row.flags.length ? 16 : 0);
		row.bottom = y;
		l.rows.push(row);
	});
	l.height = y + 10;
}

/* ---- parts ---- */

function claimedGround(l) {
	const n = l.t.hops.filter(h => !h.trusted).length;
	if (!n || l.t.result.border === null)
		return null;
	const row = l.rows.find(r => r.border);
	return row ? svg("rect", { class: "claimed-ground", x: 0, y: 0,
		width: l.width, height: row.border }) : null;
}

function borderLine(l, row) {
	const from = fit(plain(tlstrail.lanes.receiver(l.t) || "the receiver"),
		12,
		l.width - l.gutter - 180);
	const basis = w().BORDERS[l.t.result.border_basis] || "";
	return svg("g", { class: "border-line" },
		svg("line", { x1: 0, x2: l.width, y1: row.border, y2: row.border }),
		text(l.gutter + 6, row.border - 7, "border-text", "start",
			"\u2191 the sender\u2019s claim"),
		text(l.gutter + 6, row.border + 16, "border-text", "start",
			"\u2193 written by " + from + (basis ? " (" + basis + ")" :
				"")));
}

function chip(l, k, y) {
	const lane = l.plan.lanes[k], x = l.x(k);
	const name = fit(plain(lane.key), BOLD, l.lane - 22);
	const wide = Math.min(l.lane - 6, widthOf(name, BOLD) + 18);
	const isReceiver = lane.key === tlstrail.lanes.receiver(l.t);
	return svg("g", { class: "chip" + (isReceiver ? " receiver" : "") },
		svg("title", {}, plain(lane.key)),
		svg("rect", { x: x - wide / 2, y, width: wide, height: CHIP,
			rx: 5 }),
		text(x, y + 15, "", "middle", name));
}

function lifelines(l) {
	const g = svg("g", { class: "lifelines" });
	l.plan.lanes.forEach((lane, k) => g.append(svg("line", {
		x1: l.x(k), x2: l.x(k), y1: l.rows[lane.first].chipY + CHIP,
		y2: l.rows[lane.last].y + (l.isDense ? 8 : 14) })));
	return g;
}

function delayClass(s) {
	return s < 0 ? "delay odd" : s >= 3600 ? "delay long" :
		s >= 60 ? "delay some" : "delay";
}

/* The axis: a tick and the time at each hop, the delay between two. */
function axis(l) {
	const g = svg("g", { class: "axis" }), x = l.gutter - 8;
	let last = null;
	for (const row of l.rows) {
		const h = row.h;
		if (last !== null)
			g.append(svg("line", { x1: x, x2: x, y1: last, y2: row.y,
				class: h.delay_s === null ? "undated" :
					delayClass(h.delay_s) }));
		g.append(svg("circle", { cx: x, cy: row.y, r: 3,
			class: h.time ? "tick" : "tick undated" }));
		if (h.delay_s !== null)
			g.append(text(x - 8, (last + row.y) / 2 + (row.hasDay ?
				-4 : 3), delayClass(h.delay_s), "end",
				w().delay(h.delay_s)));
		if (row.hasDay)
			g.append(text(x - 8, row.y - 11, "day", "end",
				w().day(h.time)));
		g.append(text(x - 8, row.y + 4, "clock", "end",
			h.time ? w().clock(h.time) : "no date"));
		last = row.y;
	}
	return g;
}

function head(x, y, direction, isTrusted) {
	return svg("path", { class: "head " + (isTrusted ? "filled" : "hollow"),
		d: "M" + x + " " + y + "l" + -10 * direction + " -5v10Z" });
}

/* The line itself; the second, narrower one makes it double. */
function shaft(d) {
	return [svg("path", { d, class: "shaft" }),
		svg("path", { d, class: "core" })];
}

function label(l, h) {
	const ground = w().shortGround(h);
	const bad = w().fault(h) ? ", " + w().fault(h) : "";
	if (l.isNarrow || l.isDense || !ground)
		return h.index + " \u00b7 " + w().brief(h) + bad;
	return h.index + " \u00b7 " + (h.verdict === "encrypted" ?
		"encrypted, " + w().brief(h) + " " : w().brief(h) + ", ") +
		ground + bad;
}

/* Text over the middle of a line, kept inside the drawing. */
function labelAt(l, x, y, string, cls, size) {
	const half = widthOf(string, size) / 2 + 2;
	const at = Math.max(l.gutter + half, Math.min(x, l.width - half));
	return text(at, y, cls, "middle", string);
}

function hostLabels(l, row, x1, x2) {
	const h = row.h, from = plain(w().peerWords(h));
	const by = plain(w().hostWords(h)), room = Math.abs(x2 - x1) / 2 - 12;
	const y = row.y + 17, right = x2 > x1;
	if (l.isDense)
		return [];
	if (room < 90)
		return [labelAt(l, (x1 + x2) / 2, y, fit(by, 11,
			Math.min(l.lane * 2, l.width - l.gutter) - 8), "hosts", 11)];
	return [text(x1 + (right ? 8 : -8), y, "hosts", right ? "start" : "end",
		fit(from, 11, room)),
		text(x2 + (right ? -8 : 8), y, "hosts", right ? "end" : "start",
			fit(by, 11, room))];
}

function straight(l, row, ends) {
	const x1 = l.x(ends.from), x2 = l.x(ends.by), y = row.y;
	const direction = x2 > x1 ? 1 : -1, middle = (x1 + x2) / 2;
	const state = w().state(row.h);
	const out = [...shaft("M" + x1 + " " + y + "H" + (x2 - 9 * direction)),
		head(x2 - 1 * direction, y, direction, row.h.trusted),
		svg("circle", { cx: x1, cy: y, r: 3, class: "foot" }),
		badge(state, middle, y),
		labelAt(l, middle, y - 12, label(l, row.h), "label", LABEL),
		...hostLabels(l, row, x1, x2)];
	if (row.flags.length)
		out.push(labelAt(l, middle, row.y + (l.isDense ? 20 : 32),
			fit(row.flags.join("  "), "600 11.5", l.width - l.gutter - 8),
			"flags", "600 11.5"));
	return out;
}

/* Within one organisation: out of the lane and back into it. */
function loop(l, row, ends) {
	const x = l.x(ends.by), y = row.y, h = row.h;
	const isLast = l.plan.lanes[ends.by].column === l.columns - 1 &&
		l.columns > 1 && l.width - x < 190;
	const s = isLast ? -1 : 1, tx = x + s * (LOOP + 14);
	const anchor = isLast ? "end" : "start";
	const room = isLast ? tx - l.gutter - 4 : l.width - tx - 4;
	const hosts = w().peer(h) ? plain(w().peerWords(h)) + " \u2192 " +
		plain(w().hostWords(h)) : plain(w().hostWords(h));
	const out = [...shaft("M" + x + " " + (y - 9) + "h" + s * (LOOP - 8) +
		"q" + s * 8 + " 0 " + s * 8 + " 8v2q0 8 " + -s * 8 + " 8h" +
		-s * (LOOP - 17)), head(x + s, y + 9, -s, h.trusted),
		svg("circle", { cx: x, cy: y - 9, r: 3, class: "foot" }),
		badge(w().state(h), x + s * LOOP, y),
		text(tx, y - (l.isDense ? -4 : 2), "label", anchor,
			fit(label(l, h), LABEL, room))];
	if (!l.isDense)
		out.push(text(tx, y + 13, "hosts", anchor, fit(hosts, 11, room)));
	if (row.flags.length)
		out.push(text(tx, y + (l.isDense ? 19 : 29), "flags", anchor,
			fit(row.flags.join("  "), "600 11.5", room)));
	return out;
}

function hop(l, row, i, onSelect) {
	const ends = l.plan.ends[i];
	const g = svg("g", { class: "hop " + w().state(row.h) +
		(row.h.trusted ? " trusted" : " claimed"),
		"data-hop": row.h.index },
		svg("title", {}, plain(w().hopSentence(row.h))),
		svg("rect", { class: "hit", x: 0, y: row.y - (l.isDense ? 17 : 24),
			width: l.width, rx: 4,
			height: row.bottom - row.y + (l.isDense ? 15 : 22) }),
		...(ends.from === ends.by ? loop : straight)(l, row, ends));
	g.addEventListener("click", () => onSelect(row.h.index));
	return g;
}

function descriptionOf(t) {
	const at = tlstrail.table.border(t);
	return t.hops.map(h => (h.index === at ? "Border of trust: what " +
		"follows was written by the receiving system. " : "") +
		plain(w().hopSentence(h))).join(" ") +
		" The table that follows says the same.";
}

/* One drawing for a width; redrawn when that changes. */
function drawAt(t, width, onSelect) {
	const l = layout(t, width);
	const title = tlstrail.dom.uniqueId("title");
	const root = svg("svg", { class: "timeline", role: "img",
		width: l.width, height: l.height,
		viewBox: "0 0 " + l.width + " " + l.height,
		"aria-labelledby": title, "aria-describedby": title + "-d" },
		svg("title", { id: title }, "The way of the message, " +
			w().count(t.hops.length, "transfer", "transfers")),
		svg("desc", { id: title + "-d" }, descriptionOf(t)));
	const ground = claimedGround(l);
	if (ground)
		root.append(ground);
	root.append(lifelines(l));
	l.rows.forEach((row, i) => {
		if (row.border)
			root.append(borderLine(l, row));
		row.chips.forEach(k => root.append(chip(l, k, row.chipY)));
		root.append(hop(l, row, i, onSelect));
	});
	root.append(axis(l));
	return root;
}

/* Only the states that occur. */
function legend(t) {
	const el = tlstrail.dom.el, used = new Set(t.hops.map(w().state));
	const list = el("ul", { class: "legend" });
	for (const s in w().STATES)
		if (used.has(s))
			list.append(el("li", {}, icon(s), " ", w().STATES[s]));
	if (t.hops.some(h => !h.trusted))
		list.append(el("li", {}, svg("svg", { class: "icon claimed",
			viewBox: "-2 -9 18 18", width: 16, height: 16,
			"aria-hidden": "true" }, head(13, 0, 1, false)),
			" hollow: the sender\u2019s own claim"));
	return list;
}

/* A box that keeps the drawing as wide as itself. */
function draw(t, onSelect) {
	const el = tlstrail.dom.el;
	const box = el("div", { class: "drawing" });
	let width = 0, chosen = null;
	const redraw = () => {
		const now = Math.floor(box.clientWidth) || 900;
		if (now === width)
			return;
		width = now;
		const root = drawAt(t, width, onSelect);
		box.replaceChildren(root);
		/* what scrolls must be reached by the keyboard */
		if (Number(root.getAttribute("width")) > now + 1)
			box.setAttribute("tabindex", "0");
		else
			box.removeAttribute("tabindex");
		select(box, chosen);
	};
	box.redraw = redraw;
	new ResizeObserver(redraw).observe(box);
	box.choose = index => select(box, chosen = index);
	return box;
}

function select(box, index) {
	for (const g of box.querySelectorAll("g.hop"))
		g.classList.toggle("on", index !== null &&
			g.getAttribute("data-hop") === String(index));
}

tlstrail.draw = { draw, icon, legend, receiver: t => tlstrail.lanes.receiver(t) };
})(window.tlstrail = window.tlstrail || {});

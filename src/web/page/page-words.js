/* page-words - the model's values in plain words, as the text output has them
 *
 * "not recorded" is not "cleartext", and nothing here says "secure". */
(function (tlstrail) {
"use strict";

const VERSIONS = {
	"SSLv2": "SSL 2", "SSLv3": "SSL 3", "TLSv1.0": "TLS 1.0",
	"TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3",
};
const BASES = {
	marker: "stated", keyword: "by keyword", log: "from a log",
};
const BORDERS = {
	given: "as told", layout: "known layout", inferred: "inferred",
	"top-only": "newest stamp only",
};
/* state: the class of drawing and table; see page.css for their looks */
const STATES = {
	s3: "encrypted, TLS 1.3", s2: "encrypted, TLS 1.2",
	st: "encrypted, version not recorded",
	so: "encrypted, but an old version or a suite that the profile rules out",
	sc: "cleartext", su: "not recorded", sn: "local",
};

/* The same in full, for whoever has the room or cannot see the rest. */
const WHY = {
	"NULL suite": "by a suite without encryption",
	"weak suite": "by a suite that the profile rules out",
	"too old": "older than the profile asks for",
};

const version = v => VERSIONS[v] || v;

function hopVersion(h) {
	return h.tls_version || h.tls_version_implied;
}

/* What the answer's view of a timeline says: hop by hop, against the profile. */
const fits = new WeakMap();

function know(t, list) {
	t.hops.forEach((h, i) => fits.set(h, list && list[i]));
}

/* Why a transfer that is encrypted breaks the profile; "": it does not. */
function fault(h) {
	if (h.verdict !== "encrypted")
		return "";
	if (h.anomalies.includes("null-cipher"))
		return "NULL suite";
	return { suite: "weak suite", version: "too old" }[fits.get(h)] || "";
}

/* A NULL suite is TLS without encryption: it looks like the old versions, and
 * so does what the profile rules out. */
function state(h) {
	if (h.verdict === "cleartext")
		return "sc";
	if (h.verdict === "local")
		return "sn";
	if (h.verdict !== "encrypted")
		return "su";
	if (fault(h))
		return "so";
	const v = hopVersion(h);
	if (!v)
		return "st";
	return v === "TLSv1.3" ? "s3" : v === "TLSv1.2" ? "s2" : "so";
}

/* Two words for a narrow place; fault() may have two more. */
function brief(h) {
	if (h.verdict === "cleartext" || h.verdict === "local")
		return h.verdict;
	if (h.verdict !== "encrypted")
		return "not recorded";
	const v = hopVersion(h);
	return v ? version(v) : fault(h) ? "TLS" : "TLS, no version";
}

function ground(h) {
	if (h.basis === "keyword")
		return "by keyword" + (h.with ? " " + h.with : "");
	if (BASES[h.basis])
		return BASES[h.basis];
	if (h.basis === "software")
		return h.verdict !== "cleartext" ?
			"inferred from the form of the stamp" :
			"inferred: no TLS recorded, and " +
			(h.software || "this writer") + " records it when used";
	if (h.verdict === "local")
		return "by the address of the peer";
	return "the record does not say";
}

function shortGround(h) {
	return h.basis === "software" ? "inferred" : BASES[h.basis] || "";
}

/* The version column: what was stated, what the suite implies, or nothing. */
function versionCell(h) {
	if (h.tls_version)
		return version(h.tls_version);
	if (h.tls_version_implied)
		return version(h.tls_version_implied) + " (implied by the suite)";
	return h.verdict === "cleartext" ? "none" :
		h.verdict === "local" ? "\u2013" : "not recorded";
}

/* "+3 s", "\u22121m 35s", "+5h 02m", "+3d 04h" */
function delay(s) {
	const n = Math.floor(Math.abs(s)), two = k => String(k).padStart(2, "0");
	const sign = s < 0 ? "\u2212" : "+";
	if (n < 60)
		return sign + n + " s";
	if (n < 3600)
		return sign + Math.floor(n / 60) + "m " + two(n % 60) + "s";
	if (n < 86400)
		return sign + Math.floor(n / 3600) + "h " +
			two(Math.floor(n / 60) % 60) + "m";
	if (n < 100 * 86400)
		return sign + Math.floor(n / 86400) + "d " +
			two(Math.floor(n / 3600) % 24) + "h";
	return sign + Math.floor(n / 86400) + " d";
}

const day = time => time ? time.slice(0, 10) : "";
const clock = time => time ? time.slice(11, 19) : "";

/* Who sent or received, in one name; "" where none is given. */
function peer(h) {
	return h.from.rdns || h.from.name || h.from.helo || h.from.ip || "";
}

function host(h) {
	return h.by.name || h.by.ip || "";
}

function peerWords(h) {
	return peer(h) || (h.verdict === "local" ? "(this host)" :
		"(sender not named)");
}

function hostWords(h) {
	return host(h) || "(receiver not named)";
}

/* One hop as a sentence, for those who cannot see the drawing. */
function hopSentence(h) {
	let s = "Hop " + h.index + ": " + peerWords(h) + " to " + hostWords(h) +
		", " + (h.verdict === "unknown" ? "not recorded" : h.verdict);
	if (h.verdict === "encrypted")
		s += " with " + versionCell(h).replace("not recorded",
			"a version not recorded") + (fault(h) ? ", " +
			WHY[fault(h)] : "");
	s += ", " + ground(h);
	if (h.delay_s !== null)
		s += ", " + delay(h.delay_s).replace("\u2212", "minus ")
			.replace("+", "") + " after the one before";
	s += h.trusted ? "" : ", the sender's own claim";
	return s + (h.anomalies.length ? ", marked " + h.anomalies.join(", ") :
		"") + ".";
}

function count(n, one, many) {
	return n.toLocaleString("en") + " " + (n === 1 ? one : many);
}

/* Only where whoever answered gives no sentence of the program's own. */
function plainAnswer(t) {
	const r = t.result;
	if (!r.hops)
		return "No transfer is recorded.";
	const parts = [r.encrypted + " encrypted"];
	if (r.cleartext)
		parts.push(r.cleartext + " cleartext");
	if (r.unknown)
		parts.push(r.unknown + " not recorded");
	if (r.excluded)
		parts.push(r.excluded + " not judged");
	return "Of " + count(r.hops, "recorded transfer", "recorded transfers") +
		": " + parts.join(", ") + "; weakest of those that can be " +
		"trusted: " + (r.weakest ? version(r.weakest) : "not recorded") +
		".";
}

tlstrail.words = {
	BORDERS, STATES, WHY, brief, clock, count, day, delay, fault, ground,
	hopSentence, host, hostWords, know, peer, peerWords, plainAnswer,
	shortGround, state, version, versionCell,
};
})(window.tlstrail = window.tlstrail || {});

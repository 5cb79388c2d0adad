/* page-dom - elements made one by one
 *
 * Text of evidence goes in as text nodes and nowhere else: no HTML is ever
 * parsed.  What a reader could be misled by (controls, bidi controls, bytes
 * that are no text) is shown as a sign of its own. */
(function (tlstrail) {
"use strict";

const SVG = "http://www.w3.org/2000/svg";
let n_ids = 0;

function fill(e, attributes, children) {
	for (const name in attributes || {})
		if (attributes[name] !== null && attributes[name] !== false)
			e.setAttribute(name, attributes[name] === true ? "" :
				attributes[name]);
	for (const child of children)
		if (child !== null && child !== undefined)
			e.append(child);
	return e;
}

function el(name, attributes, ...children) {
	return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
	return fill(document.createElementNS(SVG, name), attributes, children);
}

function uniqueId(stem) {
	return stem + "-" + ++n_ids;
}

/* What acts on the reader instead of being read: C0, DEL, C1, zero width,
 * line separators, bidi controls, the byte order mark, tags.  \t, \n stay. */
const ACTIVE = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f" +
	"\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069" +
	"\\ufeff\\ufff9-\\ufffb]|\\udb40[\\udc00-\\udc7f]", "g");

function visible(c) {
	const code = c.codePointAt(0);
	if (code < 0x20)
		return String.fromCharCode(0x2400 + code);
	if (code === 0x7f)
		return "\u2421";
	return "<U+" + code.toString(16).toUpperCase().padStart(4, "0") + ">";
}

/* For one line: line ends are signs too. */
function plain(text) {
	return String(text === null || text === undefined ? "" : text)
		.replace(ACTIVE, visible).replace(/[\t\n]+[ \t]*/g, " ");
}

/* For a place that keeps lines. */
function lines(text) {
	return String(text).replace(/\r\n/g, "\n").replace(ACTIVE, visible);
}

tlstrail.dom = { el, lines, plain, svg, uniqueId };
})(window.tlstrail = window.tlstrail || {});

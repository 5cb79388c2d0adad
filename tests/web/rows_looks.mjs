/* pictures to look at, and what can be told of them without eyes
 *
 * They stay in $BUILD/web/shots. */
import fs from "node:fs";
import path from "node:path";
import { assert, choose, close, data, open, row, same, shots, work } from "./rows.mjs";

const SUBJECTS = [
	["empty", null], ["sample", data("sample.eml")],
	["sixty", work("sixty.eml")], ["forms", data("golden/forms.mbox")],
	["report", data("golden/dsn-postfix.eml")],
];

/* Nothing is wider than the window, and nothing is cut off at its side. */
function tooWide(page) {
	return page.evaluate(() => {
		const out = [];
		if (document.documentElement.scrollWidth > innerWidth)
			out.push("the page");
		for (const e of document.querySelectorAll("main *")) {
			const r = e.getBoundingClientRect();
			const scrolls = e.closest(".drawing, .table-box, pre, ol, " +
				"textarea, .hidden-words");
			if (r.width && r.right > innerWidth + 1 && !scrolls)
				out.push(e.localName + "." + e.getAttribute("class"));
		}
		return out;
	});
}

async function picture(name, file, width, colorScheme) {
	const page = await open({ colorScheme,
		viewport: { width, height: width < 500 ? 780 : 1000 } });
	if (file) {
		await choose(page, file);
		await page.click(".hop-button >> nth=0");
	}
	await page.waitForTimeout(50);
	same(await tooWide(page), [], "too wide");
	const shown = await page.evaluate(() =>
		getComputedStyle(document.body).backgroundColor);
	const light = Number(/\d+/.exec(shown)[0]) > 128;
	same(light, colorScheme === "light", "scheme");
	const to = path.join(shots, `${name}-${width}-${colorScheme}.png`);
	await page.screenshot({ path: to, fullPage: true });
	assert(fs.statSync(to).size > 5000, "the picture is empty");
	await close(page);
}

export default async function () {
	fs.mkdirSync(shots, { recursive: true });
	for (const [name, file] of SUBJECTS)
		for (const width of [360, 900, 1600])
			for (const scheme of ["light", "dark"])
				await row(`picture: ${name} at ${width}, ${scheme}`,
					() => picture(name, file, width, scheme));
}

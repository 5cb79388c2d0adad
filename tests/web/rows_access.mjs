/* without a mouse, without eyes, without scripts */
import { assert, axeSource, choose, close, data, open, paste, read, row, same,
	answered, sentence, work, browser, url,
} from "./rows.mjs";

const text = read(data("sample.eml")).toString();

/* Tab until the wanted element has the focus. */
async function tabTo(page, selector, most = 40) {
	for (let i = 0; i < most; i++) {
		await page.keyboard.press("Tab");
		if (await page.evaluate(s => document.activeElement.matches(s),
			selector))
			return i + 1;
	}
	throw new Error(selector + " is not reached by Tab");
}

async function keyboardOnly() {
	const page = await open();
	await answered(page, () => page.keyboard.insertText(text));
	assert((await sentence(page)).length > 10, "no sentence");
	for (const id of ["#choose", "#clear", "#copy", "#save", "#print",
		"#redact"])
		await tabTo(page, id);
	await tabTo(page, ".hop-button");
	const outline = await page.evaluate(() => getComputedStyle(
		document.activeElement).outlineStyle);
	same(outline, "solid", "the focus is not seen");
	await page.keyboard.press("Enter");
	same(await page.locator(".hop-button >> nth=0")
		.getAttribute("aria-expanded"), "true");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Space");
	same(await page.locator("tr.on").getAttribute("data-hop"), "2");
	same(await page.locator(".detail:visible").count(), 1, "details");
	same(await page.locator("mark.on").count() > 0, true, "marks");
	await page.keyboard.press("Space");
	same(await page.locator("tr.on").count(), 0, "let go");
	await tabTo(page, ".raw pre");
	await close(page);
}

async function keyboardList() {
	const page = await open();
	await choose(page, data("damage/three.mbox"));
	await page.locator("#paste").focus();
	await tabTo(page, "[data-message=\"1\"]");
	await page.keyboard.press("Enter");
	same(await page.locator("[aria-current]:visible")
		.getAttribute("data-message"), "1");
	same(await page.evaluate(() => document.activeElement.dataset.message),
		"1", "the focus is lost");
	await close(page);
}

/* What axe finds; its script runs beside the page's policy, not under it. */
async function axe(page) {
	await page.evaluate(axeSource);
	return page.evaluate(async () => (await window.axe.run(document, {
		resultTypes: ["violations"] })).violations.map(v => v.id + ": " +
		v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary)
			.join("; ").slice(0, 500)));
}

const STATES = [
	["empty", null], ["one message, a hop open", data("sample.eml")],
	["many messages", data("golden/forms.mbox")],
	["a delivery report", data("golden/dsn-postfix.eml")],
	["60 hops", work("sixty.eml")], ["a log", data("sample.log")],
];

async function accessible(file, options) {
	const page = await open(options);
	if (file) {
		await choose(page, file);
		if (await page.locator(".hop-button").count())
			await page.click(".hop-button >> nth=0");
	}
	await page.waitForTimeout(150);
	same(await axe(page), []);
	await close(page);
}

async function planted() {
	const page = await open();
	await paste(page, text);
	await page.evaluate(() => {
		const b = document.createElement("button");
		document.querySelector("main").append(b);
		document.querySelector(".meta dd").style.color = "#eeeeec";
	});
	const found = (await axe(page)).map(s => s.split(":")[0]);
	same(found.sort(), ["button-name", "color-contrast"]);
	page.faults = page.faults.filter(f => !/style/i.test(f));
	await close(page);
}

/* As the browser tells a screen reader, at the width of the cards too. */
async function readAsTable(width) {
	const page = await open({ viewport: { width, height: 900 } });
	await paste(page, text);
	same(await page.getByRole("table").count(), 1, "tables");
	same(await page.getByRole("table").getByRole("rowheader").count(), 5,
		"heads of rows");
	if (width > 1000)
		same(await page.getByRole("columnheader").allTextContents(),
			["Hop", "From", "By", "With", "TLS version", "Cipher",
				"Verdict", "Basis", "Time (UTC)", "Delay", "Evidence"]);
	same(await page.getByRole("img", { name: /5 transfers/ }).count(), 1,
		"the drawing");
	same(await page.getByRole("button", { name: /^Hop 3/ }).count(), 1);
	same(await page.getByRole("heading", { level: 2 }).count(), 1);
	await close(page);
}

async function noScript() {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(url);
	const said = await page.locator("noscript").innerText();
	assert(/needs JavaScript/.test(said) && /tlstrail show/.test(said), said);
	assert(await page.locator("noscript").isVisible(), "not seen");
	await context.close();
}

export default async function () {
	await row("keyboard: from the paste to a hop's evidence", keyboardOnly);
	await row("keyboard: another message of many", keyboardList);
	for (const [name, file] of STATES)
		for (const colorScheme of ["light", "dark"])
			await row("axe, " + name + ", " + colorScheme,
				() => accessible(file, { colorScheme }));
	await row("axe, one message at 360 pixels", () => accessible(
		data("sample.eml"), { viewport: { width: 360, height: 800 } }));
	await row("axe finds what is planted", planted);
	await row("read as a table", () => readAsTable(1280));
	await row("read as a table, where it is cards", () => readAsTable(360));
	await row("without scripts: what to do instead", noScript);
}

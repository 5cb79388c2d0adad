/* what is shown of a message beside its hops */
import { assert, choose, close, data, firstParagraph, open, paste, read, row,
	same, sentence, show, timelines, work,
} from "./rows.mjs";

/* file below testdata, a section's heading, words that stand in it */
const SECTIONS = [
	["attempts of a delivery report", "golden/dsn-postfix.eml",
		"Attempts that carried nothing", t => t.attempts[0].text],
	["notes on repairs of a paste", "golden/paste-quoted.in",
		"Notes on reading it", t => t.diags[0].text],
	["anomalies, with their codes", "golden/forms.mbox", "Anomalies",
		t => t.anomalies[0].code],
];

async function section(file, heading, words) {
	const page = await open(), all = timelines([data(file)]);
	const i = all.findIndex(t => {
		try {
			return words(t);
		} catch (e) {
			return false;
		}
	});
	assert(i >= 0, "the fixture has none");
	await choose(page, data(file));
	if (all.length > 1)
		await page.click(`[data-message="${i}"]`);
	const box = page.locator(".part", { has: page.locator("h3", {
		hasText: heading }) });
	assert((await box.textContent()).includes(words(all[i])),
		await box.textContent());
	await close(page);
}

/* An answer made up: what no fixture has all at once. */
async function everything() {
	const page = await open();
	const t = timelines([data("sample.eml")])[0];
	t.context = [{ kind: "policy", time: "2026-06-09T14:00:00Z",
		text: "MTA-STS enforce", evidence: t.hops[2].evidence }];
	t.advice = ["Ask for TLS at the relay."];
	t.hops[3].corroborated = true;
	t.hops[3].attempts = [{ time: null, recipient: null, from: null,
		by: null, outcome: "deferred", text: "try again", evidence: [] }];
	t.hops[3].witnesses.push({ kind: "log", side: "sender", host: "out3",
		key: "queue-id", verdict: "cleartext", tls_version: null });
	t.hops[3].anomalies = ["conflict"];
	t.anomalies = [{ code: "conflict", hop: 3, text: "witnesses differ" }];
	await page.evaluate(answer => window.tlstrail.drawTimelines(
		document.getElementById("answer"), answer, null), {
		timelines: [t], diags: [], text: "" });
	await page.click(".hop-button >> nth=3");
	const said = await page.locator("#answer").textContent();
	for (const words of ["MTA-STS enforce", "Ask for TLS at the relay.",
		"corroborated", "deferred: try again", "witnesses differ",
		"joined by queue-id", "1 try before"])
		assert(said.includes(words), words + " is not shown");
	await close(page);
}

async function sentences() {
	const page = await open();
	for (const file of ["sample.eml", "damage/claims.eml", "damage/qmail.eml",
		"damage/no-end.eml", "golden/exchange-smtp.in"]) {
		const text = read(data(file)).toString();
		if (timelines(["-"], text).length !== 1)
			continue;
		await paste(page, text);
		same(await sentence(page), firstParagraph(show(["-"], text)), file);
	}
	await close(page);
}

/* Every message's own sentence is the one that `show` has of it alone. */
async function sentencesOfMany() {
	const page = await open(), file = data("golden/forms.mbox");
	const bytes = read(file), all = timelines([file]);
	await choose(page, file);
	for (const i of [0, 1, 3, 11, all.length - 1]) {
		await page.click(`[data-message="${i}"]`);
		const s = all[i].source;
		same(await sentence(page), firstParagraph(show(["-"],
			bytes.subarray(s.offset, s.offset + s.length))), "no. " + i);
	}
	await close(page);
}

async function unknownIsNotPlain() {
	const page = await open();
	await paste(page, "Received: from a.example ([192.0.2.1]) by " +
		"inbound-smtp.us-east-1.amazonaws.com with SMTP id abc for " +
		"a@example.com; Mon, 02 Sep 2024 10:00:00 +0000 (UTC)\n");
	const said = await page.locator("#answer").textContent();
	assert(/unknown/.test(said) && /not recorded/.test(said), said);
	assert(!/cleartext|plaintext/.test(said), said);
	await close(page);
}

async function list() {
	const page = await open(), file = data("golden/forms.mbox");
	const all = timelines([file]), n = {};
	for (const t of all)
		n[t.result.verdict] = (n[t.result.verdict] || 0) + 1;
	await choose(page, file);
	const total = await page.locator(".total").textContent();
	assert(total.startsWith(all.length + " messages: ") &&
		total.includes(n.pass + " pass") && total.includes(n.fail + " fail"),
		total);
	const words = await page.locator("[data-message] .subject")
		.allTextContents();
	same(words, all.map(t => t.message.subject), "subjects");
	await page.click("[data-message=\"5\"]");
	same(await page.locator("[data-message][aria-current]")
		.getAttribute("data-message"), "5", "the chosen one");
	await close(page);
}

async function announced() {
	const page = await open();
	await paste(page, read(data("sample.eml")).toString());
	const status = page.locator("#status");
	same(await status.getAttribute("aria-live"), "polite");
	same(await status.textContent(), "Answer: " + await sentence(page));
	await close(page);
}

async function manyMessages() {
	const page = await open(), one = read(data("sample.eml")).toString();
	const mbox = Array.from({ length: 450 }, (_, i) =>
		"From a@example.org Tue Jun  9 14:03:21 2026\n" +
		one.replace("Message-ID: <", "Message-ID: <" + i) + "\n").join("");
	await choose(page, { name: "many.mbox", mimeType: "text/plain",
		buffer: Buffer.from(mbox) });
	same(await page.locator("[data-message]").count(), 200, "at once");
	await page.click(".messages > button");
	await page.click(".messages > button");
	same(await page.locator("[data-message]").count(), 450, "all of them");
	same(await page.locator(".messages > button").isVisible(), false, "more");
	await close(page);
}

async function sixtyHops() {
	const page = await open(), file = work("sixty.eml");
	await choose(page, file);
	const t = timelines([file])[0];
	same(t.hops.length, 60, "hops of the fixture");
	same(await page.locator(".hops tbody tr[data-hop]").count(), 60, "rows");
	same(await page.locator("g.hop").count(), 60, "arrows");
	await close(page);
}

export default async function () {
	for (const [name, file, heading, words] of SECTIONS)
		await row("shown: " + name, () => section(file, heading, words));
	await row("shown: context, advice, witnesses, tries", everything);
	await row("the sentence is the one that show has", sentences);
	await row("of many, each has its own sentence", sentencesOfMany);
	await row("not recorded is not cleartext", unknownIsNotPlain);
	await row("a list of messages, with what they come to", list);
	await row("what the answer is, is announced", announced);
	await row("450 messages: 200 at a time", manyMessages);
	await row("60 hops: all in the table and in the drawing", sixtyHops);
}

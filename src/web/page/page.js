"use strict";
const token = new URLSearchParams(location.search).get("token");

async function ask() {
	const reply = await fetch("/api/timeline", {
		method: "POST",
		headers: { "X-Tlstrail-Token": token },
		body: document.getElementById("paste").value,
	});
	const answer = await reply.json();
	document.getElementById("text").textContent =
		answer.error ? answer.error.text : answer.text;
}

document.getElementById("paste").addEventListener("input", ask);

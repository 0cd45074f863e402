"use strict";
// Whatever the judge or the service says is put into the page as text, never as markup.
const at = (id) => document.getElementById(id);
let picture = null;
let previewUrl = null;
let running = null;

function choose(file) {
  if (previewUrl) URL.revokeObjectURL(previewUrl);
  picture = file || null;
  previewUrl = picture ? URL.createObjectURL(picture) : null;
  if (previewUrl) at("preview").src = previewUrl;
  else at("preview").removeAttribute("src");
  at("preview").hidden = at("remove").hidden = !picture;
}

at("image").addEventListener("change", (event) => choose(event.target.files[0]));
at("remove").addEventListener("click", () => {
  at("image").value = "";
  choose(null);
  at("image").focus();
});
for (const name of ["dragover", "dragleave", "drop"]) {
  // on the whole page, so that a picture dropped beside the box does not replace the page
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", name === "dragover");
    const file = name === "drop" && event.dataTransfer.files[0];
    if (!file) return;
    if (file.type.startsWith("image/")) {
      at("image").value = "";
      choose(file);
    } else {
      fail("This is no picture: " + file.name);
    }
  });
}

function fail(text) {
  at("error").textContent = text;
  at("error").hidden = false;
}

function busy(is) {
  at("judge").disabled = is;
  at("stop").hidden = !is;
}

function clear() {
  at("error").hidden = at("result").hidden = true;
  at("reasonings").replaceChildren();
  for (const side of ["first", "second"]) at("side-" + side).classList.remove("won");
}

function hear(texts, { sample, order, text }) {
  const key = sample + order;
  if (!texts.has(key)) {
    const box = document.createElement("div");
    const head = document.createElement("h3");
    const words = document.createElement("p");
    box.className = "reasoning";
    head.textContent = "Judgement " + (sample + 1) + (order === "swapped" ? ", answers exchanged" : "");
    box.append(head, words);
    at("reasonings").append(box);
    texts.set(key, words);
  }
  texts.get(key).append(document.createTextNode(text));
}

function show(score) {
  const won = { first: "The first answer is preferred", second: "The second answer is preferred" };
  at("winner").textContent = (won[score.preferred] || "Undecided")
      + (score.status === "timed_out" ? " (the time was over before every judgement ended)" : "");
  for (const side of ["first", "second"]) {
    const percent = Math.round(100 * score[side]) + "%";
    at("bar-" + side).style.width = percent;
    at("share-" + side).textContent = percent;
    at("side-" + side).classList.toggle("won", score.preferred === side);
  }
  at("result").hidden = false;
}

function explain(problem) {
  return (problem.title || "Failed") + (problem.detail ? ": " + problem.detail : "");
}

// Takes whole events from the front of what was read, and returns the rest.
function events(read, take) {
  const parts = read.split("\n\n");
  const rest = parts.pop();
  for (const part of parts) {
    let name = "message";
    const data = [];
    for (const line of part.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data.push(line.slice(5));
    }
    if (data.length) take(name, JSON.parse(data.join("\n")));
  }
  return rest;
}

async function judge(body, signal) {
  const response = await fetch("score", {
    method: "POST", body, signal, headers: { Accept: "text/event-stream" },
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({ title: "Status " + response.status }));
    return fail(explain(problem));
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const texts = new Map();
  let read = "";
  let ended = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    read = events(read + value, (name, data) => {
      if (name === "text") return hear(texts, data);
      ended = true;
      if (name === "score") show(data);
      else fail(explain(data));
    });
  }
  if (!ended) fail("The connection ended before the score came.");
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (running) return;
  clear();
  const body = new FormData();
  for (const name of ["question", "first", "second", "votes"]) body.append(name, at(name).value);
  body.append("bothOrders", String(at("both").checked));
  if (picture) body.append("image", picture);
  running = new AbortController();
  busy(true);
  try {
    await judge(body, running.signal);
  } catch (failure) {
    fail(failure.name === "AbortError" ? "Stopped." : "No answer of the service: " + failure.message);
  } finally {
    running = null;
    busy(false);
  }
});
at("stop").addEventListener("click", () => running && running.abort());

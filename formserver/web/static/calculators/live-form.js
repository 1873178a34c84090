// 阶梯电价, 能效等级: the result while somebody types. The server works it out; a change that asks for other inputs
// (data-switch) posts the form and puts the answer's form in place. Without scripts the buttons post the same form.
const WAIT = 250;

function attach(form) {
  const state = { timer: 0, asked: 0 };
  form.classList.add("calc-scripted");
  form.addEventListener("input", () => later(form, state));
  form.addEventListener("change", (event) => (event.target.closest("[data-switch]") ? turn(form, state) : later(form, state)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turn(form, state, "calculate");
  });
}

function later(form, state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => evaluate(form, state), WAIT);
}

async function evaluate(form, state) {
  const turnNumber = ++state.asked;
  const found = await post(form, form.dataset.evaluate, "application/json", fieldsOf(form));
  if (turnNumber !== state.asked || !found) return;
  const answer = await found.json();
  put(form.querySelector("[data-results]"), answer.html);
  say(form, answer.summary);
  for (const part of form.querySelectorAll("[data-message]")) setMessage(part, answer.messages[part.id.replace(/-error$/, "")] || "");
}

/** Post as the button would; the answer's form and result take the place of these, what was typed travels along. */
async function turn(form, state, what = "switch") {
  clearTimeout(state.timer);
  const turnNumber = ++state.asked;
  const focus = document.activeElement?.id;
  const body = fieldsOf(form);
  body.set("do", what);
  const found = await post(form, form.action, "text/html", body);
  if (turnNumber !== state.asked || !found) return;
  const drawn = new DOMParser().parseFromString(await found.text(), "text/html").querySelector("[data-live-form]");
  if (!drawn) return say(form, "暂时不能显示，已填的内容还在；请稍后再试。", true);
  const part = drawn.querySelector("[data-form-part]");
  for (const now of form.querySelectorAll("[data-form-part] [name]")) {
    const fresh = part.querySelector(`[name="${CSS.escape(now.name)}"]`);
    if (fresh && "value" in fresh && fresh.value !== now.value && body.get(now.name) !== now.value) fresh.value = now.value; // typed meanwhile
  }
  form.querySelector("[data-form-part]").replaceChildren(...part.childNodes);
  put(form.querySelector("[data-results]"), drawn.querySelector("[data-results]").innerHTML);
  say(form, drawn.querySelector("[data-summary]").textContent);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  if (what === "calculate") form.querySelector("[data-error-summary]")?.focus();
}

async function post(form, url, accept, body) {
  const headers = { Accept: accept, "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "" };
  try {
    const answer = await fetch(url, { method: "POST", body, headers });
    if (answer.ok) return answer;
    say(form, answer.status === 401 ? "登录已过期，请在新标签页重新登录后继续；已填的内容还在。" : "暂时不能计算，已填的内容还在；请稍后再试。", true);
  } catch {
    say(form, "网络中断，恢复后会继续计算；已填的内容还在。", true);
  }
  return null;
}

function put(results, html) {
  const open = new Set([...results.querySelectorAll("details[open]")].map((part) => part.id));
  results.innerHTML = html;
  for (const part of results.querySelectorAll("details")) if (open.has(part.id)) part.open = true;
}

function say(form, text, loud = false) {
  form.querySelector("[data-summary]").textContent = text;
  const results = form.querySelector(".calc-results");
  results.querySelector("[data-offline]")?.remove();
  if (!loud) return;
  const note = Object.assign(document.createElement("p"), { className: "fs-warning", textContent: text });
  note.dataset.offline = "";
  results.prepend(note);
}

function fieldsOf(form) {
  return new URLSearchParams(new FormData(form));
}

function setMessage(part, text) {
  part.textContent = text;
  part.hidden = !text;
  const field = document.getElementById(part.id.replace(/-error$/, ""));
  if (text) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
  part.closest("[data-cell]")?.classList.toggle("fs-invalid", Boolean(text));
}

for (const form of document.querySelectorAll("[data-live-form]")) attach(form);

// Drafts are kept while somebody types, with what the server says of every field; figures are ticked by standard.

const WAIT = 900;

function attachDraft(form) {
  const tag = form.querySelector("[data-tag]");
  const saved = form.querySelector("[data-saved]");
  let timer = 0;
  let running = false;
  let again = false;
  let stopped = false;
  let clean = true;

  const say = (text) => { saved.textContent = text; };

  async function keep() {
    if (running) { again = true; return; }
    running = true;
    say("正在保存…");
    const data = new URLSearchParams(new FormData(form));
    data.set("do", "save");
    clean = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) {
        tag.value = told.tag;
        show(told);
        say(told.total ? `已保存，还有 ${told.total} 处问题` : "已保存，没有问题");
      } else {
        clean = false;
        stopped = answer.status === 409;
        say(told.error || told.detail || "没有保存，请点“保存”重试");
        if (stopped) say(`${told.error} 请点“保存”，核对两份内容。`);
      }
    } catch {
      clean = false;
      say("网络中断，内容还在页面上；恢复后会再保存");
      timer = setTimeout(keep, WAIT * 6);
    }
    running = false;
    if (again && !stopped) { again = false; keep(); }
  }

  function show(told) {
    for (const box of form.querySelectorAll("[data-field]")) {
      const messages = told.faults[box.dataset.field] || [];
      const error = box.querySelector("[data-message]");
      error.textContent = messages.join(" ");
      error.hidden = messages.length === 0;
      box.classList.toggle("fs-invalid", messages.length > 0);
      const control = box.querySelector("input:not([type=hidden]), select, textarea");
      if (messages.length) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      const was = box.querySelector("[data-was]");
      if (was && told.was[box.dataset.field]) was.value = told.was[box.dataset.field];
      const said = box.querySelector("[data-said]");
      if (said) {
        said.textContent = told.said[box.dataset.field] || "";
        said.hidden = !said.textContent;
      }
    }
    const summary = document.querySelector("[data-summary]");
    if (summary) summary.hidden = Object.keys(told.faults).length === 0;
    for (const link of document.querySelectorAll("[data-section]")) {
      link.querySelector("[data-count]").textContent = told.counts[link.dataset.section] || "";
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.hasAttribute("data-not-kept")) return;
    clean = false;
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
  form.addEventListener("submit", (event) => {
    if (running) { event.preventDefault(); setTimeout(() => form.requestSubmit(event.submitter), 150); return; }
    clearTimeout(timer);
    clean = true;
  });
  window.addEventListener("beforeunload", (event) => { if (!clean) event.preventDefault(); });
}

function attachTicks() {
  const count = document.querySelector("[data-tick-count]");
  if (!count) return;
  const boxes = () => [...document.querySelectorAll("input[name=figure]")];
  const tell = () => {
    const number = boxes().filter((box) => box.checked).length;
    count.textContent = number ? `已勾选 ${number} 项` : "";
  };
  for (const group of document.querySelectorAll("[data-tick-group]")) {
    const button = group.querySelector("[data-tick-all]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const own = [...group.querySelectorAll("input[name=figure]")];
      const all = own.every((box) => box.checked);
      for (const box of own) box.checked = !all;
      tell();
    });
  }
  document.addEventListener("change", tell);
  tell();
}

for (const form of document.querySelectorAll("[data-draft-form]")) attachDraft(form);
attachTicks();

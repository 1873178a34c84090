// data-resumable: several files by drop, choice or camera, each with its progress; the form gets their ids.
import { FileUpload } from "./upload-file.js";

const AT_ONCE = 2;
const BUSY = new Set(["waiting", "running", "offline", "paused"]);

for (const zone of document.querySelectorAll("[data-resumable]")) new UploadZone(zone);

function UploadZone(zone) {
  const form = zone.closest("form");
  const list = zone.querySelector("[data-resumable-list]");
  const status = zone.querySelector("[data-resumable-status]");
  const inputs = zone.querySelectorAll('input[type="file"]');
  const several = inputs[0].multiple;
  const all = [];
  const options = {
    url: zone.dataset.url,
    purpose: zone.dataset.resumable,
    chunkMb: Number(zone.dataset.chunkMb),
    owner: document.body.dataset.owner,
    token: freshToken,
  };
  const touch = window.matchMedia("(pointer: coarse)").matches; // nothing is dragged there
  zone.querySelector("[data-resumable-note]").textContent = touch ? "" : several ? "可以把文件拖到这里，一次可选多个" : "可以把文件拖到这里";

  const take = (input) => {
    add(Array.from(input.files));
    input.value = ""; // sent piece by piece, not once more with the form
  };
  for (const input of inputs) input.addEventListener("change", () => take(input));
  const drop = zone.querySelector("[data-resumable-drop]");
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => over(event, true));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => over(event, false));
  drop.addEventListener("drop", (event) => add(Array.from(event.dataTransfer.files)));
  form.addEventListener("submit", (event) => {
    if (!all.some((one) => BUSY.has(one.sending.state))) return;
    event.preventDefault();
    status.textContent = "还有文件没有传完，请等传完，或移除它们，再提交。";
    list.querySelector("li")?.scrollIntoView({ block: "nearest" });
  });
  window.addEventListener("beforeunload", (event) => {
    if (all.some((one) => one.sending.state === "running")) event.preventDefault();
  });
  showUnfinished();
  for (const input of inputs) if (input.files.length) take(input); // chosen before this script ran

  function over(event, on) {
    event.preventDefault();
    drop.classList.toggle("fs-drop-over", on);
  }

  function add(files) {
    for (const file of several ? files : files.slice(0, 1)) {
      const line = drawLine(file.name, file.size);
      forget(file);
      list.append(line.item);
      const most = Number(zone.dataset.maxMb);
      const one = { line, file, sending: null };
      one.sending = new FileUpload(file, options, (news) => show(one, news));
      if (file.size > most * 1048576) refuse(line, `文件超过单个文件的上限 ${sizeText(most * 1048576)}，没有上传。`);
      else if (!file.size) refuse(line, "这是空文件（0 字节），没有上传。");
      else {
        all.push(one);
        show(one, { state: "waiting", text: "等待上传" });
      }
    }
    next();
  }

  function next() {
    const running = all.filter((one) => one.sending.state === "running").length;
    all.filter((one) => one.sending.state === "waiting").slice(0, Math.max(0, AT_ONCE - running)).forEach((one) => one.sending.start());
  }

  function show(one, { state, text, sent, signIn }) {
    const { line, sending, file } = one;
    line.item.className = state === "done" ? "fs-upload-done" : state === "failed" ? "fs-upload-failed" : "";
    line.text.textContent = `${sizeText(file.size)} · ${text}`;
    if (signIn) line.text.append(" ", link(zone.dataset.signIn, "重新登录"));
    if (sent !== undefined) line.bar.value = sent;
    line.bar.hidden = state === "done" || state === "failed";
    const buttons = [];
    if (state === "running") buttons.push(button("暂停", file.name, () => sending.pause()));
    if (state === "paused" || state === "offline") buttons.push(button("继续", file.name, () => sending.start()));
    if (state === "failed") buttons.push(button(signIn ? "继续" : "重试", file.name, () => sending.start()));
    if (state !== "dropped") buttons.push(button("移除", file.name, () => remove(one)));
    if (line.state !== state) line.buttons.replaceChildren(...buttons);
    if (state === "done" && line.state !== "done") finished(one);
    line.state = state;
    if (["failed", "paused", "done"].includes(state)) {
      status.textContent = `${file.name}：${text}`;
      next();
    }
  }

  function finished(one) {
    one.line.item.append(hidden(one.sending.id));
    zone.dispatchEvent(new CustomEvent("uploaddone", { bubbles: true, detail: { id: one.sending.id, name: one.file.name } }));
    submitWhenDone();
  }

  function submitWhenDone() {
    if ("auto" in zone.dataset && all.length && all.every((one) => one.sending.state === "done")) form.requestSubmit();
  }

  async function remove(one) {
    all.splice(all.indexOf(one), 1);
    one.line.item.remove();
    await one.sending.drop();
    next();
    submitWhenDone();
  }

  async function showUnfinished() {
    const answer = await fetch(`${options.url}?purpose=${encodeURIComponent(options.purpose)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    for (const left of (await answer.json()).items) {
      if (all.some((one) => one.file.name === left.name && one.file.size === left.size)) continue;
      const line = drawLine(left.name, left.size);
      line.item.dataset.left = `${left.name}|${left.size}`;
      line.bar.value = left.received;
      const whole = left.received === left.size;
      line.text.textContent = whole
        ? `${sizeText(left.size)} · 上次已传完，还没有使用`
        : `上次传到 ${Math.floor((100 * left.received) / left.size)}%，再次选择这个文件即可继续`;
      if (whole) line.buttons.append(button("使用", left.name, () => use(line, left)));
      line.buttons.append(button("放弃", left.name, () => giveUp(line, left)));
      list.append(line.item);
    }
  }

  function use(line, left) {
    line.item.append(hidden(left.id));
    line.buttons.replaceChildren();
    line.text.textContent = `${sizeText(left.size)} · 已传完`;
    line.item.className = "fs-upload-done";
    if ("auto" in zone.dataset && all.every((one) => one.sending.state === "done")) form.requestSubmit();
  }

  async function giveUp(line, left) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": await freshToken(true) };
    const answer = await fetch(left.url, { method: "DELETE", headers });
    if (answer.ok || answer.status === 404) line.item.remove();
  }

  function forget(file) {
    for (const item of list.querySelectorAll("[data-left]")) if (item.dataset.left === `${file.name}|${file.size}`) item.remove();
  }
}

function refuse(line, text) {
  line.item.className = "fs-upload-failed";
  line.bar.hidden = true;
  line.text.textContent = text;
  line.buttons.append(button("移除", line.name, () => line.item.remove()));
}

function drawLine(name, size) {
  const item = document.createElement("li");
  const title = Object.assign(document.createElement("span"), { className: "fs-upload-name", textContent: name });
  const text = Object.assign(document.createElement("span"), { className: "fs-upload-text" });
  const buttons = Object.assign(document.createElement("span"), { className: "fs-upload-buttons" });
  const bar = Object.assign(document.createElement("progress"), { max: Math.max(1, size), value: 0 });
  bar.setAttribute("aria-label", `${name} 上传进度`);
  item.append(title, text, buttons, bar);
  return { item, text, buttons, bar, name, state: "" };
}

function button(text, name, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: text });
  made.setAttribute("aria-label", `${text} ${name}`);
  made.addEventListener("click", act);
  return made;
}

function link(href, text) {
  return Object.assign(document.createElement("a"), { href, textContent: text, target: "_blank", rel: "noopener" });
}

function hidden(id) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: "upload_ids", value: id });
}

/** The token of the session as it is now: it changes when somebody signs in again in another window. */
async function freshToken(doubtful) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!doubtful) return meta.content;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const found = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector('meta[name="csrf-token"]');
  if (found) meta.content = found.content;
  return meta.content;
}

function sizeText(bytes) {
  if (bytes >= 1073741824) return `${(bytes / 1073741824).toFixed(1)} GB`;
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// The session ended while somebody was typing: sign in here, in a dialog, and go on. Only the same person may; another
// one is refused before any session begins and sees nothing of the text behind the dialog.
import { element } from "./panel.js";

let asking = null;

/** Resolves true when the same person has a session again. `fresh()` takes its token. */
export function signInAgain(form, fresh) {
  asking ??= ask(form, fresh).finally(() => (asking = null));
  return asking;
}

function ask(form, fresh) {
  return new Promise((resolve) => {
    const dialog = draw();
    const said = dialog.querySelector("[data-said]");
    const finish = (done) => {
      window.removeEventListener("focus", look);
      document.body.classList.remove("doc-covered");
      dialog.close();
      dialog.remove();
      back?.focus();
      resolve(done);
    };
    const look = async () => (await fresh()) && finish(true); // signed in again in another window
    const back = document.activeElement;
    window.addEventListener("focus", look);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    dialog.querySelector("[data-later]").addEventListener("click", () => finish(false));
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const { username, password } = event.target.elements;
      said.textContent = "正在登录…";
      const problem = await send(form, username.value, password.value);
      if (!problem && (await fresh())) return finish(true);
      said.textContent = problem || "没有登录成功，请再试一次。";
      password.value = "";
      password.focus();
    });
    document.body.append(dialog);
    document.body.classList.add("doc-covered");
    dialog.showModal();
    dialog.querySelector("input").focus();
  });
}

/** Empty when signed in; otherwise what to tell the person. */
async function send(form, username, password) {
  try {
    const page = await fetch(form.dataset.signIn, { headers: { Accept: "text/html" } });
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]')?.content;
    const answer = await fetch(form.dataset.signInAgain, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token || "" },
      body: JSON.stringify({ username, password, owner: form.elements._owner?.value || "" }),
    });
    if (answer.ok) return "";
    return (await answer.json().catch(() => ({}))).detail || "没有登录成功，请再试一次。";
  } catch {
    return "网络不通，请稍后再试；填写的内容已留在本机。";
  }
}

function draw() {
  const dialog = element("dialog", "doc-dialog doc-sign-in");
  dialog.setAttribute("aria-labelledby", "sign-in-again-title");
  const title = element("h2", "doc-dialog-title", "登录已过期");
  title.id = "sign-in-again-title";
  const form = element("form");
  form.noValidate = true;
  for (const [name, label, type, complete] of [["username", "用户名", "text", "username"], ["password", "密码", "password", "current-password"]]) {
    const part = element("div", "fs-field");
    const words = element("label", "fs-label", label);
    const input = element("input", "form-control");
    Object.assign(input, { id: `again-${name}`, name, type, autocomplete: complete, required: true });
    words.htmlFor = input.id;
    part.append(words, input);
    form.append(part);
  }
  const said = element("p", "fs-error");
  said.dataset.said = "";
  said.setAttribute("role", "alert");
  const bar = element("div", "doc-dialog-bar");
  const enter = element("button", "btn btn-primary", "登录并继续");
  const later = element("button", "btn", "稍后");
  later.type = "button";
  later.dataset.later = "";
  bar.append(enter, later);
  form.append(said, bar);
  dialog.append(title, element("p", "fs-help", "填写的内容都还在。请由同一位用户重新登录，登录后自动继续保存。"), form);
  return dialog;
}

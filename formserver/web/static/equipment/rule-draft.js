// A rule of a draft, a table of models or word lists: what its conditions say in words, and what is wrong with it, while somebody types. Nothing is kept.

const WAIT = 600;

function lines(target, texts, tag) {
  target.replaceChildren(...texts.map((text) => {
    const line = document.createElement(tag);
    line.textContent = text;
    return line;
  }));
}

function attach(form) {
  const own = form.querySelector("[data-rule-faults]");
  const conditions = document.querySelector("[data-rule-conditions]");
  let timer = 0;
  let asked = 0;

  async function ask() {
    const number = ++asked;
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || number !== asked) return;
      const told = await answer.json();
      lines(own, told.faults, "p");
      if (conditions && (told.conditions.length || !told.faults.length)) lines(conditions, told.conditions, "li");
    } catch {
      // the server says the same when the form is saved
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

document.querySelectorAll("[data-rule-form]").forEach(attach);

// Lines of catalogues to tick in the form of a rule, found while somebody types. What was ticked stays while one looks on.

const WAIT = 300;

function choice(line) {
  const label = document.createElement("label");
  label.className = "fs-choice";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.name = "line";
  box.value = line.ref;
  const where = document.createElement("span");
  where.className = "fs-cell-note";
  where.textContent = line.where;
  label.append(box, `${line.title} `, where);
  return label;
}

function attach(picker) {
  const text = picker.querySelector("[data-line-text]");
  const button = picker.querySelector("[data-line-find]");
  const target = picker.querySelector("[data-line-choices]");
  let timer = 0;
  let asked = 0;

  function show(lines) {
    const ticked = [...target.querySelectorAll("label")].filter((label) => label.querySelector("input").checked);
    const have = new Set(ticked.map((label) => label.querySelector("input").value));
    const found = lines.filter((line) => !have.has(line.ref)).map(choice);
    target.replaceChildren(...ticked, ...found);
    if (!lines.length && text.value.trim()) {
      const none = document.createElement("p");
      none.className = "fs-help";
      none.textContent = target.dataset.none;
      target.append(none);
    }
  }

  async function ask() {
    const number = ++asked;
    const wanted = text.value.trim();
    if (!wanted) return show([]);
    try {
      const address = `${picker.dataset.url}?${new URLSearchParams({ q: wanted })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || number !== asked) return;
      show((await answer.json()).lines);
    } catch {
      // the button finds the same by way of the server's page
    }
  }

  text.addEventListener("input", (event) => {
    event.stopPropagation(); // looking changes nothing of the rule
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask();
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
}

document.querySelectorAll("[data-line-picker]").forEach(attach);

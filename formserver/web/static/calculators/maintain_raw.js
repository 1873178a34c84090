// The raw files of a draft are judged while somebody types; only the button keeps them.

const WAIT = 900;

function attach(form) {
  const box = document.querySelector("[data-raw-told]");
  let timer = 0;
  let round = 0;

  async function judge() {
    const mine = ++round;
    const data = new URLSearchParams(new FormData(form));
    data.set("do", "check");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
      const told = await answer.json().catch(() => ({}));
      if (mine === round) show(told);
    } catch {
      if (mine === round) say("网络中断，没有检查；内容还在页面上", []);
    }
  }

  function show(told) {
    if (!told.faults) say(told.error || told.detail || "没有检查，请点“保存”", []);
    else if (told.faults.length) say(`还有 ${told.faults.length} 处问题`, told.faults.map((one) => `${one.where}：${one.message}`));
    else say("没有问题，尚未保存", []);
  }

  function say(text, lines) {
    const list = document.createElement("ul");
    list.className = "mt-faults";
    for (const line of lines) {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    }
    const head = document.createElement("p");
    head.textContent = text;
    box.replaceChildren(head, ...(lines.length ? [list] : []));
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(judge, WAIT);
  });
}

for (const form of document.querySelectorAll("[data-raw-form]")) attach(form);

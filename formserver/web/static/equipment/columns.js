// 各列是什么: the first rows follow what is chosen. Without JavaScript the button 刷新预览 does the same.
const WAIT = 250;

for (const form of document.querySelectorAll("form[data-columns]")) {
  const target = form.querySelector("[data-preview]");
  form.querySelector("[data-look]").hidden = true;
  let timer = 0;
  let asked = 0;
  const refresh = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.columns, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (answer.ok && mine === asked) target.innerHTML = await answer.text();
    } catch {
      form.querySelector("[data-look]").hidden = false; // offline: what is chosen stays, the button tries again
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("head-")) return; // another head means other columns: its button asks for the page
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });
}

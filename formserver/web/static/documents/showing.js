// The document page: tabs, copying a digest, ticking two versions. Without this everything stands one below the other.
for (const tabs of document.querySelectorAll("[data-tabs]")) {
  const links = [...tabs.querySelectorAll('a[href^="#"]')];
  const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
  const show = (hash) => {
    const chosen = Math.max(0, links.findIndex((link) => link.hash === hash));
    links.forEach((link, at) => {
      if (at === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      panels[at].hidden = at !== chosen;
    });
  };
  if (links.length < 2) continue;
  tabs.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    show(link.hash);
  });
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const panel = target ? panels.findIndex((one) => one.contains(target)) : -1;
    show(panel >= 0 ? links[panel].hash : links[0].hash);
  };
  window.addEventListener("hashchange", follow);
  // on paper the words of the page are printed, not its pictures: the stored PDF is what gets printed
  window.addEventListener("beforeprint", () => panels.forEach((panel) => (panel.hidden = panel.id !== "content")));
  window.addEventListener("afterprint", follow);
  follow();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("[data-copy-text]").textContent);
    button.textContent = "已复制";
  });
}

for (const form of document.querySelectorAll("[data-compare]")) {
  const ticks = [...form.querySelectorAll('input[name="v"]')];
  const submit = form.querySelector("button[type=submit]");
  const mark = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    for (const tick of ticks) tick.disabled = chosen === 2 && !tick.checked;
    if (submit) submit.disabled = chosen !== 2;
  };
  form.addEventListener("change", mark);
  window.addEventListener("pageshow", mark);
  mark();
}

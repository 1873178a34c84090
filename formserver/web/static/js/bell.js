// The bell: asks for the number of unread messages once a minute, only while the page is visible.
const EVERY = 60000; // ms

export function attachBell(root) {
  const bell = root.querySelector("[data-bell]");
  if (!bell) return;
  const number = bell.querySelector("[data-bell-count]");
  const said = root.querySelector("[data-bell-said]");
  let known = Number(bell.dataset.unread);
  let timer = 0;

  const show = (unread) => {
    number.textContent = unread > 99 ? "99+" : String(unread);
    number.hidden = !unread;
    bell.setAttribute("aria-label", unread ? `消息，${number.textContent} 条未读` : "消息");
    if (unread > known) said.textContent = `有新消息，共 ${number.textContent} 条未读`;
    known = unread;
  };

  const ask = async () => {
    plan();
    try {
      const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return document.dispatchEvent(new CustomEvent("fs:signed-out"));
      if (!answer.ok) return;
      show((await answer.json()).unread);
      document.dispatchEvent(new CustomEvent("fs:reachable"));
    } catch {
      document.dispatchEvent(new CustomEvent("fs:unreachable"));
    }
  };

  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, EVERY);
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
  window.addEventListener("pageshow", (event) => event.persisted && ask()); // back from a message that is read now
  plan();
}

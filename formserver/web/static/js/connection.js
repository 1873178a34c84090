// A calm bar while the server cannot be reached or the session has ended; it goes away by itself.
// Others report what they see: document.dispatchEvent(new CustomEvent("fs:unreachable" | "fs:reachable" | "fs:signed-out")).

const AGAIN = 5000; // ms between two looks while the server is away

export function attachConnection(root) {
  const bar = root.querySelector("[data-connection]");
  if (!bar) return;
  let state = "";
  let timer = 0;

  const set = (next) => {
    clearTimeout(timer);
    if (next) timer = setTimeout(look, AGAIN);
    if (next === state) return;
    state = next;
    bar.hidden = !next;
    bar.querySelector("[data-connection-text]").textContent =
      next === "offline" ? "网络已断开，填写的内容会留在本机" : next === "signed-out" ? "登录已过期，页面上填写的内容还在" : "";
    bar.querySelector("[data-connection-sign-in]").hidden = next !== "signed-out";
  };

  const look = async () => {
    if (document.hidden || !navigator.onLine) return set(state);
    try {
      const answer = await fetch(bar.dataset.connection, { headers: { Accept: "application/json" }, cache: "no-store" });
      set(answer.status === 401 ? "signed-out" : answer.ok ? "" : state);
    } catch {
      set("offline");
    }
  };

  window.addEventListener("offline", () => set("offline"));
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", () => state && look());
  document.addEventListener("fs:unreachable", () => set("offline"));
  document.addEventListener("fs:reachable", () => set(""));
  document.addEventListener("fs:signed-out", () => set("signed-out"));
  if (!navigator.onLine) set("offline");
}

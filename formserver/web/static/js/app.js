// Starts the small behaviours that pages ask for by data- attributes. Every page works without them.
import { attachBell } from "./bell.js";
import { attachConnection } from "./connection.js";
import { attachMenus } from "./menus.js";
import { attachProgress } from "./progress.js";
import { attachSearchBox } from "./search-box.js";
import { attachShortcutHelp } from "./shortcut-help.js";
import { attachShortcuts } from "./shortcuts.js";
import { attachUploads } from "./uploads.js";
import { attachWalk } from "./walk-list.js";
import { focusErrors } from "./error-summary.js";

attachMenus(document);
attachSearchBox(document);
attachUploads(document);
attachConnection(document);
attachBell(document);
attachProgress(document);
attachWalk(document);
attachShortcutHelp(document);
attachShortcuts(document);
focusErrors(document);

// htmx, where a page loads it, sends the token that the server bound to this session.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});

// A shared PC shows nobody's unsent text to the next person: signing out empties what pages keep in this browser.
document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/sign-out")) return;
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith("fs-draft:"))) localStorage.removeItem(key);
});

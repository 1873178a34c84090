// Inside the sandbox: lays out a docx that the page around sends. No network, no storage, no cookies here.
window.addEventListener("message", async (event) => {
  if (event.source !== window.parent || !(event.data?.docx instanceof ArrayBuffer)) return;
  const holder = document.getElementById("pages");
  const top = document.documentElement.scrollTop;
  const made = document.createElement("div");
  await window.docx.renderAsync(event.data.docx, made, made, { inWrapper: true, breakPages: true, useBase64URL: true });
  holder.replaceChildren(made);
  fit();
  document.documentElement.scrollTop = top;
});
window.addEventListener("resize", fit);

function fit() {
  const page = document.querySelector("section.docx");
  if (!page) return;
  document.body.style.zoom = "1";
  document.body.style.zoom = String(Math.min(1, (document.documentElement.clientWidth - 16) / page.offsetWidth));
}

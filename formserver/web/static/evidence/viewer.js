// A picture in its real size on a click; a recording from the second that was cited.
const frame = document.querySelector("[data-zoom-frame]");
const button = document.querySelector("[data-zoom]");
if (frame) {
  const turn = () => {
    const large = frame.toggleAttribute("data-large");
    button.setAttribute("aria-pressed", String(large));
    button.lastChild.textContent = large ? "缩小" : "放大";
  };
  button.hidden = false;
  button.addEventListener("click", turn);
  frame.addEventListener("click", turn);
}

const player = document.querySelector("[data-second]");
if (player && Number(player.dataset.second)) {
  player.addEventListener("loadedmetadata", () => { player.currentTime = Number(player.dataset.second); }, { once: true });
}

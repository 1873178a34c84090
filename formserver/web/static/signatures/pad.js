// The signing pad: a tap on the paper or on 签名 opens it; what was drawn goes to the server as a picture and as strokes.
const pad = document.querySelector("[data-pad]");

if (pad && typeof pad.showModal === "function") {
  const canvas = pad.querySelector("[data-pad-canvas]");
  const name = pad.querySelector("[data-pad-name]");
  const error = pad.querySelector("[data-pad-error]");
  const pen = canvas.getContext("2d");
  let strokes = [];
  let stroke = null;
  let form = null;

  for (const hidden of document.querySelectorAll("[data-no-script]")) hidden.hidden = true;

  const clear = () => {
    strokes = [];
    stroke = null;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    error.textContent = "";
  };

  const open = (chosen) => {
    form = chosen;
    clear();
    pad.querySelector("[data-pad-title]").textContent = form.closest("li").querySelector("strong").textContent;
    name.value = form.elements.signer.value;
    pad.showModal();
    (name.value ? canvas : name).focus();
  };

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [
      Math.round((event.clientX - box.left) * scale),
      Math.round((event.clientY - box.top) * scale),
      Math.round((event.pressure || 0.5) * 100),
      Math.round(event.timeStamp),
    ];
  };

  const line = (from, to) => {
    pen.lineWidth = 4 + (to[2] / 100) * 7;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#101418";
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
    pen.stroke();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    line(stroke[0], stroke[0]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = point(part);
      line(stroke.at(-1), next);
      stroke.push(next);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { stroke = null; });

  pad.querySelector("[data-pad-clear]").addEventListener("click", clear);
  pad.querySelector("[data-pad-cancel]").addEventListener("click", () => pad.close());
  pad.querySelector("[data-pad-done]").addEventListener("click", () => {
    if (!name.value.trim()) {
      error.textContent = "请填写签名人姓名。";
      name.focus();
      return;
    }
    if (strokes.flat().length < 6) {
      error.textContent = "还没有签名，请在框内手写。";
      return;
    }
    form.elements.signer.value = name.value;
    form.elements.image.value = canvas.toDataURL("image/png");
    form.elements.strokes.value = JSON.stringify(strokes);
    form.submit();
  });

  for (const one of document.querySelectorAll("[data-sign-form]")) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      open(one);
    });
  }
  for (const link of document.querySelectorAll("[data-place]")) {
    link.addEventListener("click", (event) => {
      const chosen = [...document.querySelectorAll("[data-sign-form]")].find((f) => f.elements.place.value === link.dataset.place);
      if (!chosen) return;
      event.preventDefault();
      open(chosen);
    });
  }
}

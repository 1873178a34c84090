// data-upload: a drop zone around a plain file input; shows the chosen file's name and size.
export function attachUploads(root) {
  for (const zone of root.querySelectorAll("[data-upload]")) attach(zone);
}

function attach(zone) {
  const input = zone.querySelector('input[type="file"]');
  const note = zone.querySelector("[data-upload-note]");
  const drop = zone.querySelector(".fs-drop");
  const show = () => {
    note.textContent = Array.from(input.files, (f) => `${f.name}（${size(f.size)}）`).join("、") || "可以把文件拖到这里";
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("fs-drop-over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("fs-drop-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

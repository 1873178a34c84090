// 上传设备清单: the enterprise is chosen from the register while its name is typed.
import { Picker } from "../js/pickers.js";

for (const form of document.querySelectorAll("form[data-enterprise]")) {
  const url = JSON.parse(document.body.dataset.pickers || "{}").enterprise;
  const input = form.querySelector("#enterprise");
  const id = form.querySelector("[data-enterprise-id]");
  input.addEventListener("input", () => (id.value = ""));
  if (!url) continue;
  new Picker(form, input, "enterprise", url, {
    chosen: (item) => {
      input.value = item.name;
      id.value = item.id;
    },
  });
}

// Recovery after a closed tab: what an earlier page could not send goes back into the form; where both sides went on,
// the person chooses.
import { controlsOf, same, setValues, valuesOf } from "./controls.js";
import { askPlaces, note } from "./panel.js";
import { blank, keyOf, place, rowsOf, takeAway } from "./rows.js";

/** entries: {name: {now, base, gone?}} from the outbox; `base` learns what the server holds for each name. */
export async function bringBack(form, entries, base) {
  const names = Object.keys(entries);
  let restored = 0;
  for (const name of names.filter((n) => n.startsWith("rows:"))) restored += bringRows(form, name.slice(5), entries[name]);
  const conflicts = [];
  for (const name of names.filter((n) => n.startsWith("/"))) {
    const { now, base: before } = entries[name];
    const current = valuesOf(form, name);
    if (!controlsOf(form, name).length) {
      note(`上次有一处内容未能保存，所在的行已不在本页：${now.join("、")}`);
    } else if (!same(current, now)) {
      base.set(name, current);
      if (same(current, before)) {
        setValues(form, name, now);
        restored += 1;
      } else conflicts.push({ name, mine: now, theirs: current });
    }
  }
  if (restored) note(`已恢复上次未能保存的 ${restored} 处内容。`, "success");
  if (!conflicts.length) return;
  const text = "上次离开时有内容未能保存，之后这些地方又有了新的内容。请逐处选择。";
  const chosen = await askPlaces(form, conflicts, { title: "找回上次的内容", theirs: "现在的内容", text });
  for (const c of conflicts) if (chosen[c.name] === "mine") setValues(form, c.name, c.mine);
}

/** New rows come back, removed ones go again; an order that nobody else has touched since is taken over. */
function bringRows(form, name, { now, base: before, gone = [] }) {
  const list = form.querySelector(`fieldset[data-rows="${CSS.escape(name)}"]`);
  if (!list?.querySelector(":scope > template[data-row-template]")) return 0;
  const held = () => new Map(rowsOf(list).map((row) => [keyOf(row), row]));
  const untouched = same([...held().keys()], before);
  let changed = 0;
  for (const key of now.filter((k) => !before.includes(k) && !held().has(k))) {
    place(list, blank(list, key));
    changed += 1;
  }
  for (const key of gone.filter((k) => held().has(k))) {
    takeAway(list, held().get(key));
    changed += 1;
  }
  if (untouched && !same([...held().keys()], now)) {
    for (const key of now) if (held().has(key)) place(list, held().get(key));
    changed += 1;
  }
  return changed;
}

// Pasting a block from Excel or WPS into a list of rows: a dialog shows which column goes where and how each cell is
// read, then the rows are filled or added. Nothing is dropped unsaid; one 撤销 takes the whole paste back.
import { columnsOf, setCell, textsOf } from "./cells.js";
import { drawDialog } from "./paste-dialog.js";
import { hasHeader, leftOut, parseHtml, parseText, proposeColumns } from "./paste-table.js";
import * as rows from "./rows.js";
import { snack } from "./snackbar.js";

export function attachPasting(form) {
  const show = () => form.querySelectorAll("[data-paste-rows]").forEach((button) => (button.hidden = !button.closest("[data-rows]").querySelector(":scope > template[data-row-template]")));
  show();
  form.addEventListener("formchanged", show);
  form.addEventListener("click", (event) => {
    const list = event.target.closest("[data-paste-rows]")?.closest("[data-rows]");
    if (list) new Pasting(form, list).open();
  });
  form.addEventListener("paste", (event) => {
    const row = event.target.closest("[data-row]");
    const block = row && blockIn(event.clipboardData, event.target);
    if (!block) return;
    event.preventDefault();
    new Pasting(form, rows.listOf(row), row, event.target).open(block);
  });
}

/** The cells of a clipboard, or null when it is just a text for this control. */
function blockIn(data, control) {
  const html = data?.getData("text/html") || "";
  const text = data?.getData("text/plain") || "";
  const cells = (/<table/i.test(html) && parseHtml(html)) || (/\t/.test(text) || (/\n./.test(text.trim()) && control?.tagName === "INPUT") ? parseText(text) : null);
  return cells && (cells.length > 1 || cells[0].length > 1) ? cells : null;
}

class Pasting {
  constructor(form, list, row = null, control = null) {
    Object.assign(this, { form, list, row });
    this.columns = columnsOf(list);
    const key = control?.closest("[data-place]")?.dataset.place.split("/").at(-1);
    this.start = Math.max(0, this.columns.findIndex((column) => column.key === key));
    this.turn = 0;
  }

  open(block = null) {
    const number = this.row && rows.numberOf(this.row);
    this.dialog = drawDialog({ title: this.list.dataset.title, columns: this.columns, number, blankHere: this.row && textsOf(this.row).every((text) => !text) });
    this.dialog.on("block", (data) => this.take(blockIn(data) || parseText(data.getData("text/plain"))));
    this.dialog.on("header", (header) => this.propose(header));
    this.dialog.on("mapping", (mapping) => this.map(mapping));
    this.dialog.on("paste", (over) => this.apply(over));
    this.dialog.show();
    if (block) this.take(block);
  }

  take(block) {
    this.block = block;
    this.propose(block.length > 1 && hasHeader(block, this.columns));
  }

  propose(header) {
    this.header = header;
    this.map(proposeColumns(this.block, this.columns, { header, start: header ? 0 : this.start }));
  }

  async map(mapping) {
    this.mapping = mapping;
    const data = this.header ? this.block.slice(1) : this.block;
    const mine = ++this.turn;
    this.read = await this.ask(mapping, data);
    if (mine !== this.turn) return;
    this.dialog.draw({ header: this.header, heads: this.block[0], mapping, data, read: this.read, left: leftOut(this.block, mapping, this.header) });
  }

  /** How the server reads the cells; without it they are taken as text and asked about when they are saved. */
  async ask(mapping, data) {
    const asText = data.map((row) => row.map((text) => ({ text })));
    try {
      const answer = await fetch(this.form.dataset.parseUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
        body: JSON.stringify({ at: this.list.dataset.rows, columns: mapping, rows: data }),
      });
      if (answer.ok) return (await answer.json()).rows;
      this.dialog.say((await answer.json().catch(() => ({}))).detail || "这些内容没有能识别，先按原文粘贴。");
    } catch {
      this.dialog.say("网络不通，先按原文粘贴，联网后再识别。");
    }
    return asText;
  }

  apply(over) {
    const { list } = this;
    const before = rows.rowsOf(list);
    const from = over && this.row ? before.indexOf(this.row) : before.length;
    const targets = before.slice(from, from + this.read.length);
    const room = rows.MOST - Number(list.dataset.total);
    if (this.read.length - targets.length > room) {
      this.dialog.say(`表中最多 ${rows.MOST} 行，只放得下 ${targets.length + room} 行。请分开，或作为附件上传。`);
      return;
    }
    const old = targets.map((row) => rows.valuesIn(row));
    const made = [];
    const unread = [];
    const names = [];
    const fragment = document.createDocumentFragment();
    this.read.forEach((cells, i) => {
      const row = targets[i] || rows.blank(list);
      if (!targets[i]) made.push(row);
      cells.forEach((cell, x) => {
        const key = this.mapping[x];
        if (!key) return;
        const name = setCell(row, key, cell);
        if (name) names.push(name);
        else unread.push(`第${i + 1}行“${(cell.raw ?? cell.text).slice(0, 20)}”`);
      });
    });
    fragment.append(...made);
    if (made.length) {
      list.querySelector("[data-row-body] > [data-no-rows]")?.remove();
      list.querySelector("[data-row-body]").append(fragment);
      rows.settle(list);
    }
    rows.touch(list, names);
    this.dialog.close();
    const undo = () => {
      for (const row of made) if (row.isConnected) rows.takeAway(list, row);
      targets.forEach((row, i) => row.isConnected && rows.fill(row, old[i]));
    };
    const lost = unread.length ? `；没有粘贴：${unread.slice(0, 3).join("、")}${unread.length > 3 ? ` 等 ${unread.length} 处` : ""}` : "";
    snack(`已粘贴 ${this.read.length} 行${lost}`, { undo, time: lost ? 30_000 : 10_000 });
    const first = targets[0] || made[0];
    if (first) rows.focusIn(first);
  }
}

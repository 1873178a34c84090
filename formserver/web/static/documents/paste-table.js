// A block copied from Excel, WPS or a web page: its cells, whether its first row is a header, which column goes where.
// Pure functions; the dialog is in paste.js.

/** Tab-separated text as Excel and WPS write it: cells with line ends or tabs are in quotes. */
export function parseText(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < clean.length; i += 1) {
    const c = clean[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (clean[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === "" && /"(?:[^"]|"")*"(?:[\t\n]|$)/y.test(at(clean, i))) quoted = true;
    else if (c === "\t" || c === "\n") {
      rows.at(-1).push(cell);
      cell = "";
      if (c === "\n") rows.push([]);
    } else cell += c;
  }
  rows.at(-1).push(cell);
  return even(rows);
}

const at = (text, i) => text.slice(i);

/** The first table of copied HTML; merged cells repeat nothing, they leave their place empty. Null without a table. */
export function parseHtml(html) {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!table) return null;
  const grid = [];
  [...table.rows].forEach((row, y) => {
    grid[y] ??= [];
    let x = 0;
    for (const cell of row.cells) {
      while (grid[y][x] !== undefined) x += 1;
      const [wide, high] = [Math.min(cell.colSpan, 100), Math.min(cell.rowSpan, 1000)];
      for (let dy = 0; dy < high; dy += 1) {
        grid[y + dy] ??= [];
        for (let dx = 0; dx < wide; dx += 1) grid[y + dy][x + dx] = dy || dx ? "" : words(cell);
      }
      x += wide;
    }
  });
  return even(grid.slice(0, table.rows.length).map((row) => [...row].map((text) => text ?? "")));
}

function words(cell) {
  for (const br of cell.querySelectorAll("br")) br.replaceWith("\n");
  return cell.textContent.replace(/[\u00a0\t]/g, " ").replace(/ *\n */g, "\n").trim();
}

function even(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  const full = rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
  while (full.length > 1 && full.at(-1).every((text) => !text.trim())) full.pop();
  return full;
}

/** Letters and characters alone: 能耗（tce） and 能耗 are one. */
export function plain(title) {
  return title.toLowerCase().replace(/[（(［[【].*?[）)］\]】]/g, "").replace(/[\s*:：,，、/_-]/g, "");
}

/** How well a header names a column: 2 the same words, 1 one within the other, 0 not. */
function likeness(header, title) {
  const [a, b] = [plain(header), plain(title)];
  if (!a || !b) return 0;
  if (a === b) return 2;
  return a.length > 1 && b.length > 1 && (a.includes(b) || b.includes(a)) ? 1 : 0;
}

/** Whether the first row names columns rather than holding values. */
export function hasHeader(rows, columns) {
  const named = rows[0].filter((text) => columns.some((column) => likeness(text, column.title))).length;
  return named >= Math.max(1, Math.ceil(rows[0].filter((text) => text.trim()).length / 2));
}

/**
 * For every pasted column the key of the column it goes to, or "". By the words of the header; without one by position
 * from the column in which the cursor stood.
 */
export function proposeColumns(rows, columns, { header, start = 0 }) {
  const width = rows[0].length;
  const found = Array(width).fill("");
  if (!header) {
    const skip = width > columns.length - start && isSerial(rows) ? 1 : 0;
    for (let i = skip; i < width; i += 1) found[i] = columns[start + i - skip]?.key || "";
    return found;
  }
  const taken = new Set();
  for (const wanted of [2, 1]) {
    rows[0].forEach((text, i) => {
      const column = !found[i] && columns.find((c) => !taken.has(c.key) && likeness(text, c.title) === wanted);
      if (!column) return;
      found[i] = column.key;
      taken.add(column.key);
    });
  }
  return found;
}

function isSerial(rows) {
  return rows.length > 1 && rows.every((row, i) => row[0].trim() === String(i + 1));
}

/** Pasted columns that go nowhere although something stands in them, as a person names them. */
export function leftOut(rows, mapping, header) {
  return mapping.flatMap((key, i) => {
    if (key || !rows.some((row) => row[i].trim())) return [];
    return [header && rows[0][i].trim() ? rows[0][i].trim() : `第${i + 1}列`];
  });
}

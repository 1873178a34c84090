// 合并断行: text copied out of a PDF or a letter has a line end wherever the paper ended. Pure functions.

const ENDS = /[。！？；：!?;:…”」』）)】]$/; // a line that ends so was meant to end
const STARTS = /^(?:[（(]?[一二三四五六七八九十百零〇\d]+[)）、.．]|第[一二三四五六七八九十百零〇\d]+[条章节款项]|[①-⑳•·●○▪◆■□※–—-]|附[件：:]|[（(][一二三四五六七八九十\d]+[)）])/;
const FULL = 0.6; // a line shorter than this part of the longest was ended by its writer

/** `text` with the line ends inside its sentences taken out; blank lines and lists stay as they are. */
export function joinLines(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const longest = Math.max(...lines.map((line) => line.trim().length));
  const made = [lines[0]];
  for (let i = 1; i < lines.length; i += 1) {
    if (broken(lines[i - 1].trim(), lines[i].trim(), longest)) made[made.length - 1] = glue(made.at(-1), lines[i]);
    else made.push(lines[i]);
  }
  return made.join("\n");
}

/** How many line ends `joinLines` would take out. */
export function breaksIn(text) {
  const count = (t) => t.replace(/\r\n?/g, "\n").split("\n").length;
  return count(text) - count(joinLines(text));
}

function broken(before, after, longest) {
  if (!before || !after || ENDS.test(before) || STARTS.test(after)) return false;
  return before.length >= 8 && before.length >= longest * FULL;
}

/** Chinese runs on without a blank; between Latin words the line end was one. */
function glue(before, after) {
  const [left, right] = [before.trimEnd(), after.trimStart()];
  return left + (/[A-Za-z0-9,.%]$/.test(left) && /^[A-Za-z0-9]/.test(right) && !(/\d$/.test(left) && /^\d/.test(right)) ? " " : "") + right;
}

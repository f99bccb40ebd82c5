import { say } from "../editor/words.js";

// A block as Excel and WPS put it on the clipboard: tabs between cells, lines between rows, quotes around what has
// such signs in it.
export function readBlock(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/gy;
  while (cell.lastIndex <= text.length) {
    const [, quoted, plain, end] = cell.exec(text);
    rows.at(-1).push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim());
    if (end === "") break;
    if (end !== "\t") rows.push([]);
  }
  if (rows.length > 1 && rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows;
}

const isBlock = (rows) => rows.length > 1 || rows[0].length > 1;

const plainText = (text) => text.normalize("NFKC").replace(/\s/g, "").toLowerCase();

// By its value or its words; an empty cell is the empty choice, where there is one.
function choice(select, text) {
  const wanted = plainText(text);
  const found = [...select.options].find((one) => [one.value, one.textContent].some((own) => plainText(own) === wanted));
  if (found) return found.value;
  return [...select.options].find((one) => one.value === "" && wanted === "")?.value;
}

function fill(row, name, text) {
  const cell = row.cell(name);
  if (!cell) {
    if (text !== "" && text !== "—") row.mark("value", say("paste_no_cell", { text }));
    return;
  }
  if (cell.tagName !== "SELECT") {
    cell.value = text;
  } else {
    const value = choice(cell, text);
    if (value === undefined) {
      if (text !== "") row.mark(name, say("paste_no_choice", { text }));
      return;
    }
    cell.value = value;
  }
  row.edited(cell);
}

// From the focused cell on, rightwards and downwards, as a spreadsheet does it. Answers how much found no place.
export function pasteBlock(rows, columns, cell, block) {
  const first = rows.findIndex((row) => row.line.contains(cell));
  const left = columns.indexOf(cell.dataset.cell);
  let lost = Math.max(0, block.length - (rows.length - first));
  for (const [down, values] of block.slice(0, rows.length - first).entries()) {
    const row = rows[first + down];
    if (values.slice(columns.length - left).some((text) => text !== "")) lost += 1;
    for (const [right, text] of values.slice(0, columns.length - left).entries()) fill(row, columns[left + right], text);
  }
  return lost;
}

export function pasting(table, rows, columns, onPasted) {
  table.addEventListener("paste", (event) => {
    const cell = event.target;
    if (!cell.dataset?.cell) return;
    const block = readBlock(event.clipboardData?.getData("text/plain") ?? "");
    if (!isBlock(block) && cell.tagName !== "SELECT") return;
    event.preventDefault();
    onPasted(block.length, pasteBlock(rows, columns, cell, block));
  });
}

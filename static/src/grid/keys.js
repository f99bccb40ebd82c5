// The keyboard in a grid: arrows, Enter, Home and End go from cell to cell as in a spreadsheet, Esc takes back.
// Tab is the browser's own: it also reaches what lies between the cells.

const usable = (cell) => cell && !cell.disabled && !cell.hidden;

const cellsOf = (row) => row.cells.filter(usable);

function go(cell) {
  if (!usable(cell)) return false;
  cell.focus();
  if (cell.select) cell.select();
  return true;
}

// The nearest row on that side which has a cell in this column.
function beside(rows, index, step, name) {
  for (let at = index + step; at >= 0 && at < rows.length; at += step) {
    const cell = rows[at].cell(name);
    if (usable(cell)) return cell;
  }
  return null;
}

function along(row, cell, step) {
  const cells = cellsOf(row);
  return cells[cells.indexOf(cell) + step];
}

// In a text the arrows move within it first; a cell just entered is selected as a whole, and is left at once.
function atEdge(cell, step) {
  if (cell.selectionStart === undefined || cell.selectionStart === null) return true;
  const { selectionStart: from, selectionEnd: to, value } = cell;
  if (from === 0 && to === value.length) return true;
  return from === to && from === (step < 0 ? 0 : value.length);
}

function target(event, rows, index, cell) {
  const row = rows[index];
  const name = cell.dataset.cell;
  switch (event.key) {
    case "ArrowUp":
      return beside(rows, index, -1, name);
    case "ArrowDown":
      return beside(rows, index, 1, name);
    case "Enter":
      return beside(rows, index, event.shiftKey ? -1 : 1, name);
    case "ArrowLeft":
      return atEdge(cell, -1) ? along(row, cell, -1) : undefined;
    case "ArrowRight":
      return atEdge(cell, 1) ? along(row, cell, 1) : undefined;
    case "Home":
      return atEdge(cell, -1) ? cellsOf(event.ctrlKey ? rows[0] : row)[0] : undefined;
    case "End":
      return atEdge(cell, 1) ? cellsOf(event.ctrlKey ? rows.at(-1) : row).at(-1) : undefined;
  }
  return undefined;
}

function takeBack(cell) {
  if (cell.value === cell.dataset.before) return;
  cell.value = cell.dataset.before;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
  if (cell.select) cell.select();
}

export function keyboard(table, rows) {
  table.addEventListener("focusin", ({ target: cell }) => {
    if (cell.dataset.cell) cell.dataset.before = cell.value;
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.dataset?.cell || event.isComposing || event.altKey || event.metaKey) return;
    const index = rows.findIndex((row) => row.line.contains(cell));
    if (event.key === "Escape") return takeBack(cell);
    const found = target(event, rows, index, cell);
    // Enter never sends the form, even in the last row.
    if (event.key === "Enter") event.preventDefault();
    if (found && go(found)) event.preventDefault();
  });
}

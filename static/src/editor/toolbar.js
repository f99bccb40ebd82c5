import { say } from "./words.js";

const TOOLS = [
  { word: "bold", run: (chain) => chain.toggleBold(), mark: "bold" },
  { word: "bullets", run: (chain) => chain.toggleBulletList(), mark: "bulletList" },
  { word: "numbers", run: (chain) => chain.toggleOrderedList(), mark: "orderedList" },
  { word: "table", run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }), outside: true },
  { word: "row_add", run: (chain) => chain.addRowAfter(), inside: true },
  { word: "row_remove", run: (chain) => chain.deleteRow(), inside: true },
  { word: "column_add", run: (chain) => chain.addColumnAfter(), inside: true },
  { word: "column_remove", run: (chain) => chain.deleteColumn(), inside: true },
  { word: "table_remove", run: (chain) => chain.deleteTable(), inside: true },
  { word: "undo", run: (chain) => chain.undo(), can: "undo", apart: true },
  { word: "redo", run: (chain) => chain.redo(), can: "redo" },
];

function buttonFor(tool, editor) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say(tool.word);
  button.dataset.tool = tool.word;
  // Keep the selection in the text.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => tool.run(editor.chain().focus()).run());
  return button;
}

function show(tool, button, editor) {
  const inTable = editor.isActive("table");
  button.hidden = (tool.inside && !inTable) || (tool.outside && inTable);
  if (tool.mark) button.setAttribute("aria-pressed", String(editor.isActive(tool.mark)));
  if (tool.can) button.disabled = !editor.can()[tool.can]();
}

export function toolbar(editor, label) {
  const bar = document.createElement("div");
  bar.className = "editor-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `${say("toolbar")}: ${label}`);
  const pairs = TOOLS.map((tool) => [tool, buttonFor(tool, editor)]);
  for (const [tool, button] of pairs) {
    if (tool.apart) {
      const gap = document.createElement("span");
      gap.className = "sep";
      bar.append(gap);
    }
    bar.append(button);
  }
  const refresh = () => pairs.forEach(([tool, button]) => show(tool, button, editor));
  editor.on("transaction", refresh);
  refresh();
  return bar;
}

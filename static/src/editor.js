// Makes every <textarea data-editor> a rich text field that saves itself. Without it the plain field works.
import { saveBeforeLeaving } from "./editor/leaving.js";
import { Section } from "./editor/section.js";

const WORST_FIRST = ["conflict", "failed", "offline", "unsaved", "saving", "saved"];
const sections = [];

function showTotal() {
  const told = sections.filter((section) => section.text);
  // Of equally bad ones the latest: it carries the time of the last save.
  const order = (a, b) => WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind) || b.toldAt - a.toldAt;
  const worst = told.sort(order)[0];
  if (!worst) return;
  for (const line of document.querySelectorAll("[data-save-state]")) {
    line.textContent = worst.text;
    line.dataset.saveKind = worst.kind;
  }
}

const unsent = () => sections.filter((section) => section.save.dirty);

async function sendAll() {
  await Promise.all(unsent().map((section) => section.save.save()));
  const left = unsent();
  left[0]?.frame.scrollIntoView({ block: "center" });
  return left.length === 0;
}

for (const source of document.querySelectorAll("textarea[data-editor]")) {
  sections.push(new Section(source, showTotal));
}
showTotal();

saveBeforeLeaving({
  unsent: () => unsent().length > 0,
  sendAll,
  isOwnForm: (form) => sections.some((section) => section.source.form === form),
});

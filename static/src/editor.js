// Makes every <textarea data-editor> a rich text field that saves itself. Without it the plain field works.
import { saveBeforeLeaving } from "./editor/leaving.js";
import { Section } from "./editor/section.js";
import { showWorst } from "./editor/worst.js";

const sections = [];

const showTotal = () => showWorst(sections.filter((section) => section.told));

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

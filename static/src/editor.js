// Makes every <textarea data-editor> a rich text field that saves itself. Without it the plain field works.
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

let leaving = false;

// Signing or sending off must act on what is on the screen: save first, then go on.
async function beforeSubmit(event) {
  if (leaving || unsent().length === 0) return;
  if (sections.some((section) => section.source.form === event.target)) {
    leaving = true;
    return;
  }
  event.preventDefault();
  if (!(await sendAll())) return;
  event.target.requestSubmit(event.submitter);
}

async function beforeLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || unsent().length === 0 || event.defaultPrevented) return;
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return;
  event.preventDefault();
  if (await sendAll()) location.assign(link.href);
}

for (const source of document.querySelectorAll("textarea[data-editor]")) {
  sections.push(new Section(source, showTotal));
}
showTotal();

document.addEventListener("submit", beforeSubmit);
document.addEventListener("click", beforeLink);
addEventListener("beforeunload", (event) => {
  if (!leaving && unsent().length > 0) event.preventDefault();
});

// How far what is typed is on its way, the worst first.
const WORST_FIRST = ["conflict", "failed", "offline", "unsaved", "saving", "saved"];

// What a page says of all its parts at once: each with its `kind`, its words (`told`) and when they were said
// (`toldAt`). Of equally bad ones the latest: it carries the time of the last save. With no part, `otherwise`.
export function showWorst(parts, otherwise) {
  const order = (a, b) => WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind) || b.toldAt - a.toldAt;
  const worst = [...parts].sort(order)[0] ?? otherwise;
  if (!worst) return;
  for (const line of document.querySelectorAll("[data-save-state]")) {
    line.textContent = worst.told;
    line.dataset.saveKind = worst.kind;
  }
}

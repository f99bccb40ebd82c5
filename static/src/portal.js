// Small comforts. Every page works without them.
import "./palette.js";

const typing = (target) => target.closest("input, textarea, select, [contenteditable='true']") !== null;

function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing only loses the preference.
  }
  return null;
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

function onEscape() {
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
}

function followRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  // Someone who marks text in a row wants to copy it, not to leave.
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey || event.button === 1) window.open(row.dataset.href, "_blank", "noopener");
  else if (event.button === 0) location.assign(row.dataset.href);
}

function pressKey(event) {
  if (event.key === "Escape") onEscape();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toUpperCase();
  if (!/^[A-Z]$/.test(key)) return;
  document.querySelector(`a[aria-keyshortcuts="${key}"]`)?.click();
}

function setDensity(compact) {
  if (compact) document.documentElement.dataset.density = "compact";
  else delete document.documentElement.dataset.density;
  for (const button of document.querySelectorAll("[data-density-switch]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(compact));
  }
}

function watchUnsaved(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// An address with ?year=&state= in it is ugly to send on: leave empty fields out.
function dropEmpty(form) {
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((field) => field.name && !field.value && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => empty.forEach((field) => (field.disabled = false)));
  });
}

function checkAll(master) {
  const boxes = () => [...document.querySelectorAll(`input[type="checkbox"][name="${master.dataset.checkAll}"]`)];
  const show = () => {
    const all = boxes();
    const on = all.filter((box) => box.checked).length;
    master.checked = on > 0 && on === all.length;
    master.indeterminate = on > 0 && on < all.length;
    for (const box of all) box.closest("tr")?.classList.toggle("is-selected", box.checked);
  };
  master.addEventListener("change", () => {
    const to = master.checked;
    boxes().forEach((box) => (box.checked = to));
    show();
  });
  document.addEventListener("change", (event) => event.target.name === master.dataset.checkAll && show());
  show();
}

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function showTimes() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "zh", { numeric: "auto" });
  for (const element of document.querySelectorAll("[data-time]")) {
    const seconds = (Date.parse(element.dataset.time) - Date.now()) / 1000;
    if (Number.isNaN(seconds)) continue;
    const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
    element.textContent = words.format(Math.trunc(seconds / size), unit);
  }
}

// A long job: what is live on its page is looked at again, until the job has ended.
async function follow(live) {
  const again = () => setTimeout(follow, Number(live.dataset.follow) * 1000, live);
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(live.id);
    if (fresh && !fresh.dataset.follow) location.reload();
    else if (fresh) live.replaceChildren(...fresh.childNodes);
  } catch {
    // Out of reach for a moment: the next look tells.
  }
  again();
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("click", followRow);
document.addEventListener("auxclick", followRow);
document.addEventListener("keydown", pressKey);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-density-switch]");
  if (!button) return;
  const compact = button.getAttribute("aria-pressed") !== "true";
  remember("portal:density", compact ? "compact" : "normal");
  setDensity(compact);
});

setDensity(remember("portal:density") === "compact");
document.querySelectorAll("form[data-unsaved]").forEach(watchUnsaved);
document.querySelectorAll("form[data-filters]").forEach(dropEmpty);
document.querySelectorAll("[data-check-all]").forEach(checkAll);
for (const live of document.querySelectorAll("[data-follow]")) setTimeout(follow, 2000, live);
document.querySelector("[data-focus]")?.focus();

// What stands beside the text on a wide screen would stand between the texts on a narrow one.
if (matchMedia("(max-width: 900px)").matches) {
  for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = false;
}
// On paper nothing is folded away.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = true;
});

const current = document.querySelector(".side a[aria-current]");
const strip = current?.closest("ul");
if (strip && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = current.offsetLeft - strip.clientWidth / 3;

showTimes();
setInterval(showTimes, 30000);

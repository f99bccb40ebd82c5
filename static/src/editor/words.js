// Words come from the <template>s of strings of a page, so that Django translates them.

const words = new Map();
for (const list of document.querySelectorAll("template[id$='-strings']")) {
  for (const item of list.content.querySelectorAll("[data-string]")) words.set(item.dataset.string, item.textContent);
}

export function say(key, values = {}) {
  return (words.get(key) ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// The portal's own time, wherever the browser stands: the same clock as on every page.
const ZONE = "Asia/Shanghai";

export function clock(moment) {
  const date = moment ? new Date(moment) : new Date();
  if (Number.isNaN(date.getTime())) return "";
  const day = (when) => when.toLocaleDateString("en", { timeZone: ZONE });
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE };
  if (day(date) !== day(new Date())) Object.assign(style, { month: "numeric", day: "numeric" });
  return new Intl.DateTimeFormat(document.documentElement.lang || "zh", style).format(date);
}

// The search over everything, at Ctrl-K or ⌘K. Without this file the link in the top bar leads to the page of the search.

const WAIT = 120;
const dialog = document.getElementById("palette");

function make(tag, name, text, attributes = {}) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

class Palette {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("[role='combobox']");
    this.list = root.querySelector("[role='listbox']");
    this.said = root.querySelector("[role='status']");
    this.words = {};
    for (const span of root.querySelector("[data-palette-words]").content.querySelectorAll("[data-string]")) {
      this.words[span.dataset.string] = span.textContent;
    }
    this.asked = null;
    this.timer = 0;
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.press(event));
    root.querySelector("[data-palette-close]").addEventListener("click", () => root.close());
    // A press beside the box, on the backdrop, is on the dialog itself.
    root.addEventListener("click", (event) => event.target === root && root.close());
    root.addEventListener("close", () => this.leave());
  }

  open() {
    // Another dialog may ask something: it comes first.
    if (document.querySelector("dialog[open]")) return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
    this.root.showModal();
    this.input.focus();
    this.input.select();
    this.find();
  }

  leave() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.show([]);
    this.say("");
  }

  soon() {
    clearTimeout(this.timer);
    // What stands there was found for other words: it is not to be opened by Enter.
    this.choose(null);
    this.timer = setTimeout(() => this.find(), WAIT);
  }

  async find() {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    const text = this.input.value.trim();
    this.say(this.words.searching);
    try {
      const address = text ? `${this.root.dataset.api}?${new URLSearchParams({ q: text })}` : this.root.dataset.api;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asked.signal });
      const body = await answer.json();
      if (this.asked !== asked || !this.root.open) return;
      if (answer.ok) this.tell(body);
      else this.fail(answer.status === 401 ? this.words.signed_out : body.detail || this.words.failed);
    } catch (error) {
      if (error.name !== "AbortError" && this.asked === asked) this.fail(this.words.failed);
    }
  }

  tell(body) {
    this.show(body.groups);
    if (body.count === 0) this.say(this.words.none);
    else this.say(body.count === 1 ? this.words.one : this.words.many.replace("{count}", body.count));
  }

  fail(text) {
    this.show([]);
    this.say(text, true);
  }

  say(text, bad = false) {
    this.said.textContent = text;
    this.said.classList.toggle("palette-bad", bad);
  }

  show(groups) {
    this.list.replaceChildren(...groups.map((group, number) => this.group(group, number)));
    this.input.setAttribute("aria-expanded", String(groups.length > 0));
    this.choose(null);
  }

  group(group, number) {
    const label = `palette-kind-${number}`;
    const box = make("div", "palette-group", "", { role: "group", "aria-labelledby": label });
    box.append(make("div", "palette-kind", group.kind_label, { id: label, role: "presentation" }));
    group.hits.forEach((hit, position) => {
      const option = make("a", "palette-hit", "", {
        role: "option", href: hit.url, id: `palette-hit-${number}-${position}`, tabindex: "-1", "aria-selected": "false",
      });
      option.append(make("span", "palette-title", hit.title));
      if (hit.note) option.append(make("span", "palette-note", hit.note));
      box.append(option);
    });
    return box;
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  get chosen() {
    return this.list.querySelector("[aria-selected='true']");
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    const options = this.options;
    if (options.length === 0) return;
    const now = options.indexOf(this.chosen);
    const next = now < 0 && by < 0 ? options.length - 1 : (now + by + options.length) % options.length;
    this.choose(options[next]);
  }

  press(event) {
    // While Chinese is being composed, arrows and Enter belong to the input method.
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.chosen) {
      event.preventDefault();
      this.chosen.click();
    }
  }
}

if (dialog) {
  const palette = new Palette(dialog);
  const isMac = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform);
  for (const key of document.querySelectorAll("[data-palette-key]")) key.textContent = isMac ? "⌘K" : "Ctrl-K";
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.shiftKey || event.ctrlKey === event.metaKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else palette.open();
  });
  document.addEventListener("click", (event) => {
    // With a key held, the link opens its page in another window as any link does.
    if (!event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    palette.open();
  });
}

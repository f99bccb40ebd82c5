// Makes <form data-grid> a grid: keyboard, blocks from a spreadsheet, rows that save themselves. Without it the plain
// form works.
import { element, panel } from "./editor/box.js";
import { saveBeforeLeaving } from "./editor/leaving.js";
import { clock, say } from "./editor/words.js";
import { showWorst } from "./editor/worst.js";
import { pasting } from "./grid/block.js";
import { keyboard } from "./grid/keys.js";
import { Row } from "./grid/row.js";
import { RowsSave } from "./grid/saving.js";

class Grid {
  constructor(form) {
    this.form = form;
    this.rows = [...form.querySelectorAll("[data-row]")].map((line) => new Row(line, (row, now) => this.edited(now)));
    this.save = new RowsSave({
      url: form.dataset.saveUrl,
      user: form.dataset.user ?? "",
      token: form.querySelector("[name='csrfmiddlewaretoken']")?.value ?? "",
      rows: this.rows,
      onState: (kind, text) => this.showTotal(kind, text),
      onHeard: (body) => this.heard(body),
    });
    const table = form.querySelector("table");
    keyboard(table, this.rows);
    pasting(table, this.rows, form.dataset.columns.split(" "), (count, lost) => this.pasted(count, lost));
    // A row left behind is finished: it need not wait for the pause.
    table.addEventListener("focusout", (event) => this.left(event));
    for (const button of form.querySelectorAll("[data-plain-only]")) button.hidden = true;
    this.offerKept();
  }

  edited(now) {
    this.save.changed();
    this.showTotal();
    if (now) this.save.save();
  }

  left({ target, relatedTarget }) {
    const row = this.rows.find((one) => one.line.contains(target));
    if (row && !row.line.contains(relatedTarget) && row.isReady) this.save.save();
  }

  pasted(count, lost) {
    const line = document.querySelector("[data-paste-state]");
    line.textContent = lost ? say("pasted_lost", { count }) : say("pasted", { count });
    this.save.keep();
    this.save.save();
  }

  // Values, checks and counts as the server sees them now.
  heard(body) {
    const rows = new Map(this.rows.map((row) => [row.key, row]));
    for (const found of body.grid) {
      const row = rows.get(found.key);
      if (!row) continue;
      const shown = row.line.querySelector("[data-shown]");
      if (shown) shown.textContent = found.shown;
      row.showChecks(found.checks);
    }
    for (const place of document.querySelectorAll("[data-figures-count]")) place.textContent = body.count;
    for (const place of document.querySelectorAll("[data-figures-problems]")) {
      place.textContent = body.problems ? `! ${body.problems}` : "";
    }
  }

  showTotal(kind, text) {
    const otherwise = { kind: kind ?? "saved", told: text || say("saved", { time: clock() }) };
    showWorst(this.rows.filter((row) => row.isDirty || row.theirs), otherwise);
  }

  async sendAll() {
    await this.save.save();
    const left = this.rows.find((row) => row.isDirty);
    left?.line.scrollIntoView({ block: "center" });
    return left === undefined;
  }

  // What never reached the server: offered again where the row is as it was, else the two stand side by side.
  offerKept() {
    const kept = this.save.kept();
    if (!kept) return;
    const found = kept.rows
      .map((one) => ({ ...one, row: this.rows.find((row) => row.key === one.key) }))
      .filter(({ row, content }) => row && JSON.stringify({ ...row.content(), ...content }) !== row.text());
    const others = kept.rows.some((one) => !this.rows.some((row) => row.key === one.key));
    if (found.length === 0) {
      if (!others) this.save.shelf.drop();
      return;
    }
    const names = element("p", "", found.map(({ row }) => row.line.querySelector("[data-name]").textContent).join("；"));
    const box = panel(say("restore_title", { time: clock(kept.at) }), names, [
      [say("restore_take"), true, () => this.restore(found)],
      [say("restore_drop"), false, () => this.save.shelf.drop()],
    ]);
    this.form.before(box);
  }

  restore(found) {
    for (const { row, revision, content } of found) {
      const server = { revision: row.revision, content: row.content(), by: "", at: "" };
      row.put(content);
      if (revision !== server.revision) row.clash(server, () => this.save.save());
    }
    this.save.keep();
    this.save.save();
  }
}

for (const form of document.querySelectorAll("form[data-grid]")) {
  const grid = new Grid(form);
  saveBeforeLeaving({
    unsent: () => grid.save.dirty,
    sendAll: () => grid.sendAll(),
    isOwnForm: () => false,
  });
  // Pressed although it is hidden (a second Enter, a tool): the rows go their own way.
  form.addEventListener("submit", (event) => event.preventDefault());
}

import { element, panel } from "../editor/box.js";
import { clock, say } from "../editor/words.js";

// One row of figures: its cells, what the server has of it, and how far it is on its way there.
// A row that is refused, or that somebody else changed too, waits for the person; the others go on without it.
export class Row {
  constructor(line, onEdit) {
    this.line = line;
    this.notes = document.getElementById(line.dataset.notes);
    this.key = line.dataset.row;
    this.revision = Number(line.dataset.revision);
    this.onEdit = onEdit;
    this.kind = "saved";
    this.refused = null;
    this.theirs = null;
    this.stored = this.text();
    for (const part of [line, this.notes]) {
      part.addEventListener("input", (event) => this.edited(event.target));
      part.addEventListener("change", (event) => this.edited(event.target));
      part.addEventListener("click", (event) => this.pressed(event));
    }
    this.showReason();
  }

  cell(name) {
    return this.line.querySelector(`[data-cell="${name}"]`);
  }

  get cells() {
    return [...this.line.querySelectorAll("[data-cell]")];
  }

  content() {
    const [division, indicator] = this.key.split(":");
    const found = { division, indicator };
    for (const cell of this.cells) found[cell.dataset.cell] = cell.value;
    const answers = [...this.notes.querySelectorAll("[data-answer]")].filter((field) => field.value.trim());
    found.answers = Object.fromEntries(answers.map((field) => [field.dataset.answer, field.value]));
    return found;
  }

  text() {
    return JSON.stringify(this.content());
  }

  get isDirty() {
    return this.text() !== this.stored;
  }

  get isReady() {
    return this.isDirty && !this.theirs && this.text() !== this.refused;
  }

  edited(field) {
    if (field.dataset.cell) this.clear(field);
    if (field.dataset.cell === "absence") this.showReason();
    if (this.theirs) this.tell("conflict", say("conflict_waiting"));
    else if (this.isDirty) this.tell("unsaved", say("unsaved"));
    else if (this.kind === "unsaved") this.tell("saved", "");
    this.onEdit(this);
  }

  // A reason belongs to a figure that is missing; elsewhere its field would only be in the way.
  showReason() {
    const reason = this.cell("reason");
    if (reason) reason.hidden = !this.cell("absence")?.value && !reason.value;
  }

  pressed(event) {
    const offer = event.target.closest("[data-offer]");
    if (!offer) return;
    event.preventDefault();
    this.put(JSON.parse(offer.dataset.offer));
    this.onEdit(this, true);
    (this.cell("value") ?? this.cells[0]).focus();
  }

  put(content) {
    for (const cell of this.cells) {
      if (content[cell.dataset.cell] === undefined) continue;
      cell.value = content[cell.dataset.cell];
      this.clear(cell);
    }
    for (const field of this.notes.querySelectorAll("[data-answer]")) {
      if (content.answers?.[field.dataset.answer] !== undefined) field.value = content.answers[field.dataset.answer];
    }
    this.showReason();
    if (this.isDirty) this.tell("unsaved", say("unsaved"));
  }

  tell(kind, text) {
    this.kind = kind;
    this.told = text;
    this.toldAt = performance.now();
    const line = this.line.querySelector("[data-row-state]");
    line.textContent = text;
    line.dataset.saveKind = kind;
  }

  settle(sent, revision, savedAt) {
    this.revision = revision;
    this.stored = sent;
    this.refused = null;
    for (const cell of this.cells) this.clear(cell);
    if (this.isDirty) return;
    this.tell("saved", say("saved", { time: clock(savedAt) }));
  }

  // What is wrong with a cell stands under it, and what was typed stays in it.
  mark(name, message) {
    const cell = this.cell(name) ?? this.cell("value") ?? this.cells[0];
    const id = `${cell.id}-why`;
    let why = document.getElementById(id);
    if (!why) {
      why = element("p", "cell-why");
      why.id = id;
      why.setAttribute("role", "alert");
      cell.after(why);
    }
    why.textContent = message;
    cell.setAttribute("aria-invalid", "true");
    cell.setAttribute("aria-describedby", id);
  }

  clear(cell) {
    document.getElementById(`${cell.id}-why`)?.remove();
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
  }

  refuse(sent, findings) {
    this.refused = sent;
    for (const { field, message } of findings) this.mark(field, message);
    this.tell("failed", say("row_refused"));
  }

  // Of the two rows, the cells in which they differ.
  clash(theirs, save) {
    if (JSON.stringify({ ...this.content(), ...theirs.content }) === this.text()) {
      this.revision = theirs.revision;
      this.stored = this.text();
      this.tell("saved", say("saved", { time: clock(theirs.at) }));
      return;
    }
    this.theirs = theirs;
    this.tell("conflict", say("conflict_waiting"));
    const name = theirs.by || say("conflict_unknown");
    const choose = (mine) => {
      this.theirs = null;
      this.revision = theirs.revision;
      if (!mine) this.put(theirs.content);
      this.stored = mine ? "" : this.text();
      if (!mine) this.tell("saved", say("saved", { time: clock(theirs.at) }));
      save();
    };
    const box = panel(say("row_conflict_title", { name, time: clock(theirs.at) }), this.difference(theirs.content), [
      [say("conflict_keep_mine"), true, () => choose(true)],
      [say("conflict_take_theirs"), false, () => choose(false)],
    ]);
    this.showNote(box);
  }

  showNote(box) {
    const place = this.notes.querySelector("[data-notes]");
    place.prepend(box);
    this.notes.hidden = false;
    // Choosing closes the box; a row of notes with nothing in it goes with it.
    box.addEventListener("click", () => queueMicrotask(() => (this.notes.hidden = place.children.length === 0)));
  }

  difference(content) {
    const list = element("dl", "figure-two");
    for (const cell of this.cells) {
      const theirs = content[cell.dataset.cell];
      if (theirs === undefined || theirs === cell.value) continue;
      const label = cell.getAttribute("aria-label") ?? cell.dataset.cell;
      const line = (title, value) => element("span", "", `${title} `, element("strong", "num", this.shown(cell, value)));
      const both = element("dd", "row", line(say("row_mine"), cell.value), line(say("row_theirs"), theirs));
      list.append(element("dt", "", label), both);
    }
    return list;
  }

  shown(cell, value) {
    const option = [...(cell.options ?? [])].find((one) => one.value === value);
    return option?.textContent || value || "—";
  }

  // The checks speak again after each save. A field somebody writes in is not taken away.
  showChecks(html) {
    const place = this.notes.querySelector("[data-checks]");
    if (place.contains(document.activeElement) && place.innerHTML !== "" && this.isDirty) return;
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    const before = place.dataset.html ?? place.innerHTML;
    if (before === html) return;
    const wasClean = !this.isDirty;
    place.dataset.html = html;
    place.innerHTML = html;
    if (focused) document.getElementById(focused)?.focus();
    if (wasClean) this.stored = this.text();
    this.notes.hidden = this.notes.querySelector("[data-notes]").children.length === 0 && !html.trim() && !this.hasOffers;
  }

  get hasOffers() {
    return this.notes.querySelector("[data-offer]") !== null;
  }
}

import { Courier } from "../editor/courier.js";
import { Shelf } from "../editor/shelf.js";
import { say } from "../editor/words.js";

// The rows' way to the server: all that are ready go together. Those refused or in conflict are held back, and the
// rest is sent again without them, so that one bad cell does not stop a pasted block.
export class RowsSave extends Courier {
  constructor({ url, user, token, rows, onState, onHeard }) {
    super({ url, token, onState });
    Object.assign(this, { rows, onHeard });
    this.shelf = new Shelf(url, user);
  }

  get dirty() {
    return this.rows.some((row) => row.isDirty);
  }

  get pending() {
    return this.rows.some((row) => row.isReady);
  }

  changed() {
    this.keep();
    this.later();
  }

  keep() {
    const waiting = this.rows.filter((row) => row.isDirty);
    if (waiting.length === 0) return this.shelf.drop();
    const kept = waiting.map((row) => ({ key: row.key, revision: row.revision, content: row.content() }));
    return this.shelf.keep(JSON.stringify(kept), "");
  }

  kept() {
    try {
      const found = this.shelf.read();
      return found ? { at: found.at, rows: JSON.parse(found.content) } : null;
    } catch {
      return null;
    }
  }

  read() {
    const ready = this.rows.filter((row) => row.isReady);
    for (const row of ready) row.tell("saving", say("saving"));
    return ready.map((row) => ({ row, text: row.text(), revision: row.revision }));
  }

  parts(sent) {
    return { rows: JSON.stringify(sent.map(({ text, revision }) => ({ ...JSON.parse(text), revision }))) };
  }

  heard(response, body, sent) {
    if (response.ok && body?.rows) return this.succeed(body, sent);
    if (response.status === 409 && body?.rows) return this.again(this.clash(body, sent), response, body);
    if (response.status === 400 && body?.findings) return this.again(this.mark(body, sent), response, body);
    return this.refuse(response, body);
  }

  succeed(body, sent) {
    this.arrived();
    const revisions = new Map(body.rows.map((row) => [row.key, row.revision]));
    for (const { row, text } of sent) row.settle(text, revisions.get(row.key) ?? row.revision, body.saved_at);
    this.onHeard(body);
    this.keep();
    if (this.pending) this.later();
    this.onState("saved", "");
    return !this.dirty;
  }

  clash(body, sent) {
    const theirs = new Map(body.rows.map((row) => [row.key, row]));
    const found = sent.filter(({ row }) => theirs.has(row.key));
    for (const { row } of found) row.clash(theirs.get(row.key), () => this.save());
    return found.length;
  }

  mark(body, sent) {
    let count = 0;
    for (const { row, text } of sent) {
      const start = `figure:${row.key}:`;
      const found = body.findings.filter((finding) => finding.target.startsWith(start));
      if (found.length === 0) continue;
      row.refuse(text, found.map(({ target, message }) => ({ field: target.slice(start.length), message })));
      count += 1;
    }
    return count;
  }

  // Each round holds back one row at least: it ends.
  again(count, response, body) {
    if (count === 0) return this.refuse(response, body);
    this.keep();
    if (this.pending) return this.send(false);
    this.onState("failed", "");
    return false;
  }

  fail(message) {
    this.tellWaiting("failed", message);
    return super.fail(message);
  }

  retry(kind, message) {
    this.tellWaiting(kind, message);
    return super.retry(kind, message);
  }

  tellWaiting(kind, message) {
    for (const row of this.rows) if (row.isReady) row.tell(kind, message);
  }
}

import { Shelf } from "./shelf.js";
import { clock, say } from "./words.js";

const PAUSE = 1500;
const LONGEST_WAIT = 60000;
// Browsers refuse a keepalive request with a larger body.
const KEEPALIVE_LIMIT = 60000;

// One section's way to the server. It knows nothing of the editor but `read()`.
export class Autosave {
  constructor({ url, user, revision, token, read, onState, onConflict, onSaved }) {
    Object.assign(this, { url, revision, token, read, onState, onConflict, onSaved });
    this.shelf = new Shelf(url, user);
    this.dirty = false;
    this.conflict = false;
    this.running = null;
    this.wait = PAUSE;
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  changed() {
    this.dirty = true;
    this.shelf.keep(this.read(), this.revision);
    if (this.conflict) return;
    this.onState("unsaved", say("unsaved"));
    this.later(PAUSE);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  flush() {
    if (this.dirty && !this.conflict && !this.running) this.save(true);
  }

  // Two requests of one section never overlap: the second would carry a revision already spent.
  async save(leaving = false) {
    clearTimeout(this.timer);
    if (this.conflict) return false;
    if (this.running) await this.running;
    if (!this.dirty) return true;
    this.running = this.send(leaving);
    try {
      return await this.running;
    } finally {
      this.running = null;
    }
  }

  async send(leaving) {
    const html = this.read();
    this.onState("saving", say("saving"));
    let response;
    try {
      response = await fetch(this.url, this.request(html, leaving));
    } catch {
      return this.retry("offline", say("offline"));
    }
    const body = await response.json().catch(() => null);
    if (response.ok && body?.revision !== undefined) return this.succeed(html, body);
    if (response.status === 409 && body?.theirs_html !== undefined) return this.clash(body);
    return this.refuse(response, body);
  }

  request(html, leaving) {
    const body = new URLSearchParams({ html, revision: this.revision });
    return {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": this.token, "X-Requested-With": "fetch" },
      body,
      credentials: "same-origin",
      keepalive: leaving && body.toString().length < KEEPALIVE_LIMIT,
    };
  }

  succeed(html, body) {
    this.revision = body.revision;
    this.wait = PAUSE;
    this.dirty = this.read() !== html;
    this.onSaved(body);
    if (this.dirty) {
      this.shelf.keep(this.read(), this.revision);
      this.later(PAUSE);
    } else {
      this.shelf.drop();
    }
    this.onState("saved", say("saved", { time: clock(body.saved_at) }));
    return true;
  }

  clash(theirs) {
    this.conflict = true;
    this.shelf.keep(this.read(), this.revision);
    this.onState("conflict", say("conflict_waiting"));
    this.onConflict(theirs);
    return false;
  }

  refuse(response, body) {
    // Without JSON it was a sign-in page or a proxy's page.
    if (response.status === 401 || (response.redirected && !body)) return this.fail(say("signed_out"));
    if (response.status >= 500 || response.status === 429 || !body) return this.retry("failed", say("unknown_error"));
    return this.fail(say("failed", { message: body.detail || body.title || response.status }));
  }

  fail(message) {
    this.shelf.keep(this.read(), this.revision);
    this.onState("failed", message);
    return false;
  }

  retry(kind, message) {
    this.shelf.keep(this.read(), this.revision);
    this.onState(kind, message);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.later(this.wait);
    return false;
  }

  // The person has chosen: what the editor holds now goes out on top of the other's revision.
  settle(revision, dirty) {
    this.conflict = false;
    this.revision = revision;
    this.dirty = dirty;
    if (dirty) return this.save();
    this.shelf.drop();
    this.onSaved({ revision });
    this.onState("saved", say("saved", { time: clock() }));
    return true;
  }
}

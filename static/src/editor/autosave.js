import { Courier } from "./courier.js";
import { Shelf } from "./shelf.js";
import { clock, say } from "./words.js";

// One section's way to the server. It knows nothing of the editor but `read()`.
export class Autosave extends Courier {
  constructor({ url, user, revision, token, read, onState, onConflict, onSaved }) {
    super({ url, token, onState });
    Object.assign(this, { revision, read, onConflict, onSaved });
    this.shelf = new Shelf(url, user);
    this.dirty = false;
    this.conflict = false;
  }

  get pending() {
    return this.dirty && !this.conflict;
  }

  parts(html) {
    return { html, revision: this.revision };
  }

  keep() {
    this.shelf.keep(this.read(), this.revision);
  }

  changed() {
    this.dirty = true;
    this.keep();
    if (this.conflict) return;
    this.onState("unsaved", say("unsaved"));
    this.later();
  }

  heard(response, body, html) {
    if (response.ok && body?.revision !== undefined) return this.succeed(html, body);
    if (response.status === 409 && body?.theirs_html !== undefined) return this.clash(body);
    return this.refuse(response, body);
  }

  succeed(html, body) {
    this.revision = body.revision;
    this.arrived();
    this.dirty = this.read() !== html;
    this.onSaved(body);
    if (this.dirty) {
      this.keep();
      this.later();
    } else {
      this.shelf.drop();
    }
    this.onState("saved", say("saved", { time: clock(body.saved_at) }));
    return true;
  }

  clash(theirs) {
    this.conflict = true;
    this.keep();
    this.onState("conflict", say("conflict_waiting"));
    this.onConflict(theirs);
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

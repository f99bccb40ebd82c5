import { say } from "./words.js";

const PAUSE = 1500;
const LONGEST_WAIT = 60000;
// Browsers refuse a keepalive request with a larger body.
const KEEPALIVE_LIMIT = 60000;

// The way of something typed to the server: it waits for a pause, outlives a lost network, keeps what has not arrived.
// Who extends it says what is `dirty`, whether any of that can go now (`pending`), what to send (`read`, `parts`),
// how to `keep` it meanwhile, and what an answer means (`heard`).
export class Courier {
  constructor({ url, token, onState }) {
    Object.assign(this, { url, token, onState });
    this.running = null;
    this.wait = PAUSE;
    addEventListener("online", () => this.pending && this.save());
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  later(wait = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  flush() {
    if (this.pending && !this.running) this.save(true);
  }

  // Two requests never overlap: the second would carry a revision already spent.
  async save(leaving = false) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.pending) return !this.dirty;
    this.running = this.send(leaving);
    try {
      return await this.running;
    } finally {
      this.running = null;
    }
  }

  async send(leaving) {
    const content = this.read();
    this.onState("saving", say("saving"));
    let response;
    try {
      response = await fetch(this.url, this.request(content, leaving));
    } catch {
      return this.retry("offline", say("offline"));
    }
    const body = await response.json().catch(() => null);
    return this.heard(response, body, content);
  }

  request(content, leaving) {
    const body = new URLSearchParams(this.parts(content));
    return {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": this.token, "X-Requested-With": "fetch" },
      body,
      credentials: "same-origin",
      keepalive: leaving && body.toString().length < KEEPALIVE_LIMIT,
    };
  }

  // The next try after a lost network waits as long as the first again.
  arrived() {
    this.wait = PAUSE;
  }

  refuse(response, body) {
    // Without JSON it was a sign-in page or a proxy's page.
    if (response.status === 401 || (response.redirected && !body)) return this.fail(say("signed_out"));
    if (response.status >= 500 || response.status === 429 || !body) return this.retry("failed", say("unknown_error"));
    return this.fail(say("failed", { message: body.detail || body.title || response.status }));
  }

  fail(message) {
    this.keep();
    this.onState("failed", message);
    return false;
  }

  retry(kind, message) {
    this.keep();
    this.onState(kind, message);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.later(this.wait);
    return false;
  }
}

// What the server has not got yet is kept in the browser, one entry per person and section.

export class Shelf {
  constructor(url, user) {
    this.key = `portal:text:${user}:${url}`;
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return typeof kept?.html === "string" ? kept : null;
    } catch {
      return null;
    }
  }

  keep(html, revision) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ html, revision, at: new Date().toISOString() }));
      return true;
    } catch {
      // Full or forbidden: the page still holds the text and warns before it is left.
      return false;
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept, so nothing has to go.
    }
  }
}

// What the server has not got yet is kept in the browser, one entry per person and section.

export class Shelf {
  constructor(url, user) {
    this.key = `portal:text:${user}:${url}`;
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      // `html`: as it is called in an entry kept by an older script of this page.
      const content = kept?.content ?? kept?.html;
      return typeof content === "string" ? { content, revision: kept.revision, at: kept.at } : null;
    } catch {
      return null;
    }
  }

  keep(content, revision) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ content, revision, at: new Date().toISOString() }));
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

import { Editor } from "@tiptap/core";

import { Autosave } from "./autosave.js";
import { conflictPanel, restorePanel, textOf } from "./panel.js";
import { cleanPaste } from "./paste.js";
import { extensions } from "./schema.js";
import { toolbar } from "./toolbar.js";
import { say } from "./words.js";

const BLANK_END = /(<p><\/p>)+$/;

// One section: the textarea, the editor over it, and its way to the server.
export class Section {
  constructor(source, onState) {
    this.source = source;
    this.code = source.dataset.section;
    this.onState = onState;
    this.kind = "saved";
    this.build();
    this.connect();
    this.offerKept();
    this.count();
  }

  build() {
    const label = this.source.labels?.[0];
    this.frame = document.createElement("div");
    this.frame.className = "editor";
    this.place = document.createElement("div");
    this.foot = document.createElement("div");
    this.foot.className = "editor-foot";
    const attributes = { class: "prose", role: "textbox", "aria-multiline": "true" };
    if (label?.id) attributes["aria-labelledby"] = label.id;
    const help = this.source.getAttribute("aria-describedby");
    if (help) attributes["aria-describedby"] = help;
    this.editor = new Editor({
      element: this.place,
      extensions,
      content: this.source.dataset.html ?? "",
      injectCSS: false,
      editorProps: { attributes, transformPastedHTML: cleanPaste },
      onUpdate: () => this.edited(),
    });
    this.frame.append(toolbar(this.editor, label?.textContent ?? ""), this.place, this.foot);
    this.source.hidden = true;
    this.source.after(this.frame);
    label?.addEventListener("click", () => this.editor.commands.focus());
  }

  connect() {
    const form = this.source.form;
    this.save = new Autosave({
      url: this.source.dataset.saveUrl,
      user: this.source.dataset.user ?? "",
      revision: this.source.dataset.revision,
      token: form?.querySelector("[name='csrfmiddlewaretoken']")?.value ?? "",
      read: () => this.read(),
      onState: (kind, text) => this.tell(kind, text),
      onConflict: (theirs) => this.choose(theirs),
      onSaved: (body) => this.saved(body),
    });
    // The plain field is for pages without JavaScript; here the text goes by autosave.
    form?.addEventListener("formdata", (event) => event.formData.delete(this.source.name));
  }

  // An empty editor and the blank line kept after a table are no text.
  read() {
    return this.editor.isEmpty ? "" : this.editor.getHTML().replace(BLANK_END, "");
  }

  edited() {
    this.count();
    this.save.changed();
  }

  count() {
    const limit = Number(this.source.dataset.limit ?? 0);
    const count = this.editor.state.doc.textContent.length;
    this.foot.textContent = say(limit ? "characters_limit" : "characters", { count, limit });
    this.foot.classList.toggle("is-over", limit > 0 && count > limit);
  }

  tell(kind, text) {
    this.kind = kind;
    this.told = text;
    this.toldAt = performance.now();
    const line = document.querySelector(`[data-editor-state="${this.code}"]`);
    if (line) {
      line.textContent = text;
      line.dataset.saveKind = kind;
    }
    this.onState();
  }

  saved(body) {
    this.source.dataset.revision = body.revision;
    const hidden = document.querySelector(`[data-revision-for="${this.code}"]`);
    if (hidden) hidden.value = body.revision;
    const sign = document.querySelector(`[data-section-state="${this.code}"]`);
    if (!sign) return;
    const written = sign.dataset.state === "done" ? "done" : "started";
    sign.dataset.state = body.state ?? (this.read() ? written : "empty");
    sign.textContent = sign.dataset[{ done: "signDone", started: "signStarted", empty: "signEmpty" }[sign.dataset.state]] ?? "";
  }

  // emitUpdate is off: the caller decides whether the new text is still to be sent. Undo brings the old one back.
  put(html) {
    this.editor.commands.setContent(html, { emitUpdate: false });
    this.count();
  }

  choose(theirs) {
    const revision = theirs.revision;
    // Our own words, sent while the page was being left, come back as "theirs": nothing to choose.
    if (textOf(theirs.theirs_html, this.editor.schema).innerHTML.replace(BLANK_END, "") === this.read()) {
      this.save.settle(revision, false);
      return;
    }
    this.frame.before(
      conflictPanel({
        theirs,
        mine: this.read(),
        schema: this.editor.schema,
        keepMine: () => this.save.settle(revision, true),
        takeTheirs: () => {
          this.put(theirs.theirs_html);
          this.save.settle(revision, false);
        },
        merge: () => {
          this.put(this.read() + theirs.theirs_html);
          this.save.settle(revision, true);
          this.editor.commands.focus("end");
        },
      }),
    );
  }

  offerKept() {
    const kept = this.save.shelf.read();
    if (!kept) return;
    const server = this.read();
    if (kept.content === server) {
      this.save.shelf.drop();
    } else if (String(kept.revision) === String(this.save.revision)) {
      this.frame.before(
        restorePanel({
          kept,
          schema: this.editor.schema,
          take: () => {
            this.put(kept.content);
            this.edited();
          },
          drop: () => this.save.shelf.drop(),
        }),
      );
    } else {
      // The server's text moved on meanwhile: the kept one may not go over it unasked.
      this.put(kept.content);
      this.save.dirty = true;
      this.save.clash({ theirs_html: server, theirs_by: "", theirs_at: "", revision: this.save.revision });
    }
  }
}

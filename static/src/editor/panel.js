import { DOMParser as ModelParser, DOMSerializer } from "@tiptap/pm/model";

import { element, panel } from "./box.js";
import { clock, say } from "./words.js";

// Through the editor's schema, so that only what the editor itself could hold is ever shown.
export function textOf(html, schema) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const content = ModelParser.fromSchema(schema).parse(page.body).content;
  return element("div", "prose", DOMSerializer.fromSchema(schema).serializeFragment(content));
}

export function conflictPanel({ theirs, mine, schema, keepMine, takeTheirs, merge }) {
  const name = theirs.theirs_by || say("conflict_unknown");
  const side = (title, html) => element("section", "", element("h3", "compare-title", title), textOf(html, schema));
  const both = element("div", "compare", side(say("conflict_mine"), mine), side(say("conflict_theirs"), theirs.theirs_html));
  return panel(say("conflict_title", { name, time: clock(theirs.theirs_at) }), both, [
    [say("conflict_merge"), true, merge],
    [say("conflict_keep_mine"), false, keepMine],
    [say("conflict_take_theirs"), false, takeTheirs],
  ]);
}

export function restorePanel({ kept, schema, take, drop }) {
  const text = element("div", "compare", element("section", "", textOf(kept.content, schema)));
  return panel(say("restore_title", { time: clock(kept.at) }), text, [
    [say("restore_take"), true, take],
    [say("restore_drop"), false, drop],
  ]);
}

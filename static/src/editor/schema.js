import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";

// Tiptap writes column widths as style attributes, which the content security policy forbids.
const PlainTable = Table.extend({
  renderHTML() {
    return ["table", ["tbody", 0]];
  },
  addNodeView() {
    return null;
  },
});

// Paragraphs, bold, lists, tables: what a report needs and the server's sanitiser lets through.
export const extensions = [
  StarterKit.configure({
    heading: false,
    blockquote: false,
    code: false,
    codeBlock: false,
    horizontalRule: false,
    italic: false,
    strike: false,
    underline: false,
    link: false,
  }),
  PlainTable.configure({ resizable: false }),
  TableRow,
  TableHeader,
  TableCell,
];

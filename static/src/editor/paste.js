// Word and WPS write lists as paragraphs with a mso-list style; everything else the editor's schema drops.

const ORDERED = /^\s*[(（]?([0-9]+|[a-zA-Z]|[ivxIVX]+|[一二三四五六七八九十]+)[.、)）]/;

const listStyle = (element) => /mso-list:\s*(?!none)/i.test(element.getAttribute("data-word") ?? "");

function level(paragraph) {
  return Number(/level(\d+)/i.exec(paragraph.getAttribute("data-word") ?? "")?.[1] ?? 1);
}

function marker(paragraph) {
  const ignored = [...paragraph.querySelectorAll("span")].find((span) =>
    /mso-list:\s*ignore/i.test(span.getAttribute("data-word") ?? ""),
  );
  const text = ignored?.textContent ?? "";
  ignored?.remove();
  return text;
}

function itemOf(paragraph) {
  const item = paragraph.ownerDocument.createElement("li");
  const inner = paragraph.ownerDocument.createElement("p");
  inner.append(...paragraph.childNodes);
  item.append(inner);
  return item;
}

// `open` holds the lists we are inside of, outermost first.
function place(paragraph, open) {
  const depth = level(paragraph);
  const tag = ORDERED.test(marker(paragraph)) ? "ol" : "ul";
  while (open.length > depth) open.pop();
  const item = itemOf(paragraph);
  if (open.length > 0 && open.length === depth) {
    open.at(-1).append(item);
    paragraph.remove();
    return;
  }
  const list = paragraph.ownerDocument.createElement(tag);
  const parent = open.at(-1)?.lastElementChild;
  open.push(list);
  list.append(item);
  if (parent) {
    parent.append(list);
    paragraph.remove();
  } else {
    paragraph.replaceWith(list);
  }
}

// Parsing a style attribute, even to throw it away, breaks the content security policy.
function withoutStyles(html) {
  const tag = (text) => text.replace(/\sstyle\s*=/i, " data-word=").replace(/\son[a-z]+\s*=/gi, " data-no=");
  return html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, tag);
}

export function cleanPaste(html) {
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  for (const junk of page.querySelectorAll("style, script, meta, link, title, img, svg, object, xml, o\\:p:empty")) junk.remove();
  let open = [];
  for (const paragraph of [...page.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    if (!listStyle(paragraph)) {
      open = [];
      continue;
    }
    if (open.length && open[0].nextElementSibling !== paragraph) open = [];
    place(paragraph, open);
  }
  return page.body.innerHTML;
}

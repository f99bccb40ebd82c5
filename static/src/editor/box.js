// The frame in which a person is asked to choose.

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function choices(list, close) {
  const row = element("div", "row");
  for (const [label, primary, act] of list) {
    const button = element("button", primary ? "btn btn-sm btn-primary" : "btn btn-sm", label);
    button.type = "button";
    button.addEventListener("click", () => {
      close();
      act();
    });
    row.append(button);
  }
  return row;
}

export function panel(title, middle, list) {
  const box = element("div", "callout callout-warn editor-panel");
  box.setAttribute("role", "alert");
  const sign = element("span", "callout-sign", "!");
  sign.setAttribute("aria-hidden", "true");
  const body = element("div", "callout-body", element("p", "callout-title", title), middle);
  body.append(choices(list, () => box.remove()));
  box.append(sign, body);
  return box;
}

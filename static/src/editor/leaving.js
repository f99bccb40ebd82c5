// Before the page goes: signing, sending off and following a link must act on what is on the screen. Save first.

export function saveBeforeLeaving({ unsent, sendAll, isOwnForm }) {
  let leaving = false;

  async function beforeSubmit(event) {
    if (leaving || !unsent()) return;
    if (isOwnForm(event.target)) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (!(await sendAll())) return;
    event.target.requestSubmit(event.submitter);
  }

  async function beforeLink(event) {
    const link = event.target.closest("a[href]");
    if (!link || !unsent() || event.defaultPrevented) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
    if (link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return;
    event.preventDefault();
    if (await sendAll()) location.assign(link.href);
  }

  document.addEventListener("submit", beforeSubmit);
  document.addEventListener("click", beforeLink);
  addEventListener("beforeunload", (event) => {
    if (!leaving && unsent()) event.preventDefault();
  });
}

// What pages need beyond HTML: keys, copying, live dots, forms that send themselves. No state is kept here.

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
// When "g" was pressed. A page is younger than a second when keys come at once, so there is no "never" but this.
let afterG = -Infinity;

// Whether a key of this page has been pressed already: the page is on its way to the next one.
let pressed = false;
addEventListener("pageshow", () => { pressed = false; });

/** @param {number} step */
const moveRow = (step) => {
  const rows = [...document.querySelectorAll("table[data-rows] tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("row-here"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows[at]?.classList.remove("row-here");
  next?.classList.add("row-here");
  next?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.timeStamp - afterG < 1000) {
    afterG = -Infinity;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (own) {
    event.preventDefault();
    // Held down, or pressed again before the next page is here, it counts once.
    if (!event.repeat && !pressed) {
      pressed = own.tagName !== "A";
      own.click();
    }
    return;
  }
  const does = {
    "/": () => document.querySelector("[data-shortcut='/']")?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
    g: () => { afterG = event.timeStamp; },
    j: () => moveRow(1),
    k: () => moveRow(-1),
    Enter: () => document.querySelector("tr.row-here a")?.click(),
  }[event.key];
  if (!does) return;
  if (event.key !== "Enter") event.preventDefault();
  does();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1200);
  }
  for (const open of document.querySelectorAll("details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// A dot beside what is live: it turns grey as soon as the stream is lost, and back when it is there again.
const tellLive = (element, state) => {
  for (const dot of document.querySelectorAll(`[data-live="${CSS.escape(element.id)}"]`)) dot.dataset.state = state;
};
document.addEventListener("htmx:sse:after:connection", (event) => tellLive(event.target, "on"));
// The session is over, or what the page shows may no longer be seen: it must not stay on the screen.
const over = new Set([401, 403, 404]);
document.addEventListener("ingot:ended", () => location.reload());
document.addEventListener("htmx:sse:error", (event) => {
  tellLive(event.target, "off");
  if (over.has(event.detail.status)) location.reload();
});
document.addEventListener("htmx:sse:before:connection", (event) => {
  if (event.detail.connection.attempt > 0) tellLive(event.target, "off");
});
document.addEventListener("htmx:sse:close", (event) => tellLive(event.target, "off"));

// The fold of the menu is closed where the screen is narrow.
if (matchMedia("(max-width: 991px)").matches) document.querySelector(".sidebar-fold")?.removeAttribute("open");

// The server shows times in the zone of the browser.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`ingot_zone=${encodeURIComponent(zone)}`)) {
  document.cookie = `ingot_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

// Small improvements of pages that work without them: keys, the menu, "now", pictures, appearance.
// No dependency, nothing stored but two preferences (keys, appearance) on this device.

const stored = {
  get(name) {
    try {
      return localStorage.getItem(`concordat.${name}`);
    } catch {
      return null; // storage may be switched off; then a preference lasts for the page
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`concordat.${name}`, value);
    } catch {
      // as above
    }
  },
};

/* ---- Keys: n / ? and the keys of chips; off for good in one click; never while somebody types ---- */

const TYPING = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
let keysOn = stored.get("keys") !== "off";

function visible(element) {
  return element.getClientRects().length > 0 && !element.disabled;
}

function press(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
    return;
  }
  element.focus();
  element.click();
}

function bearer(key) {
  return [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && visible(each));
}

function sendKey(event) {
  const form = event.target.closest?.("form");
  const within = form && [...form.querySelectorAll('[data-key="ctrl-enter"]')].find(visible);
  const button = within ?? bearer("ctrl-enter");
  if (button) {
    event.preventDefault();
    button.click();
  }
}

function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    sendKey(event);
    return;
  }
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (!keysOn || modified || event.isComposing || event.key.length !== 1) return;
  if (event.target.closest?.(`${TYPING}, dialog, [role=application]`)) return;
  const found = bearer(event.key);
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
  } else if (found) {
    event.preventDefault();
    press(found);
  }
}

function words(element) {
  const label = element.labels?.[0] ?? element;
  const copy = label.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((key) => key.remove());
  return copy.textContent.trim() || element.getAttribute("aria-label") || "";
}

function keyRow(key, meaning) {
  const row = document.createElement("div");
  row.className = "facts__row";
  const name = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.textContent = key;
  name.append(cap);
  const text = document.createElement("dd");
  text.textContent = meaning;
  row.append(name, text);
  return row;
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const rows = [...document.querySelectorAll("[data-key]")]
    .filter(visible)
    .map((each) => keyRow(each.dataset.key === "ctrl-enter" ? "Ctrl Enter" : each.dataset.key, words(each)));
  dialog.querySelector("[data-keys-list]").replaceChildren(...rows, keyRow("?", "These keys"));
  dialog.querySelector("[data-keys-on]").checked = keysOn;
  const look = stored.get("theme") ?? "";
  dialog.querySelectorAll("[name=theme]").forEach((each) => (each.checked = each.value === look));
  dialog.showModal();
}

function setUpKeys() {
  const dialog = document.getElementById("keys");
  document.addEventListener("keydown", onKey);
  if (!dialog) return;
  document.body.classList.toggle("keys-off", !keysOn);
  dialog.querySelector("[data-keys-on]").addEventListener("change", (event) => {
    keysOn = event.target.checked;
    document.body.classList.toggle("keys-off", !keysOn);
    stored.set("keys", keysOn ? "on" : "off");
  });
  dialog.querySelectorAll("[name=theme]").forEach((each) =>
    each.addEventListener("change", () => {
      stored.set("theme", each.value);
      if (each.value) document.documentElement.dataset.theme = each.value;
      else delete document.documentElement.dataset.theme;
    }),
  );
  document.querySelectorAll(".keys-link").forEach((each) => (each.hidden = false));
  document.querySelectorAll("[data-show-keys]").forEach((each) => each.addEventListener("click", showKeys));
}

/* ---- Menu, errors, "now" ------------------------------------------------------------------------- */

function setUpMenu() {
  document.querySelectorAll("[data-menu]").forEach((button) =>
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
    }),
  );
}

function londonNow() {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/London",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date());
  const at = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return { day: `${at.year}-${at.month}-${at.day}`, time: `${at.hour}:${at.minute}:${at.second}` };
}

function setUpNow() {
  document.querySelectorAll("[data-now]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const { day, time } = londonNow();
      document.getElementById(button.dataset.now).value = time;
      const dayField = document.getElementById(button.dataset.nowDay);
      if (dayField) dayField.value = day;
    });
  });
}

/* ---- A form that is sent once: the back button fetches it anew, and it is the same form all the same ---- */

function setUpOnce() {
  const once = document.querySelector("input[type=hidden][name=once]");
  if (!once) return;
  const fields = [once, ...once.form.querySelectorAll("input[type=date], input[type=time]")];
  const drawn = history.state?.drawn;
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!back || !drawn) {
    history.replaceState({ drawn: fields.map((field) => field.defaultValue) }, "");
    return;
  }
  fields.forEach((field, n) => {
    // what somebody typed is put back by the browser
    if (field.value === field.defaultValue) field.value = drawn[n];
  });
}

/* ---- Pictures: paste, drop, look, and draw boxes ------------------------------------------------- */

function take(input, files) {
  const picture = [...files].find((file) => file.type.startsWith("image/"));
  if (!picture) return false;
  const carrier = new DataTransfer();
  carrier.items.add(picture);
  input.files = carrier.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/* A file that is larger than the portal takes would be sent in vain, and the page with it. */
function setUpMost(place, input) {
  const words = place.querySelector("[data-too-large]");
  input.addEventListener("change", () => {
    words.hidden = !(input.files[0]?.size > Number(input.dataset.most));
    if (!words.hidden) input.value = "";
  });
}

function setUpDrop(place) {
  const input = place.querySelector("input[type=file]");
  if (input.dataset.most) setUpMost(place, input);
  place.querySelector("[data-drop-words]").hidden = false;
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("drop--over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("drop--over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("drop--over");
    take(input, event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (take(input, event.clipboardData.files)) event.preventDefault();
  });
  const still = place.querySelector("[data-still]");
  if (!still) return;
  input.addEventListener("change", async () => {
    const { showStill } = await import("./still.js");
    await showStill(still, input.files[0]);
  });
}

setUpKeys();
setUpMenu();
setUpNow();
setUpOnce();
/* ---- Pages for paper, and files that are being made ------------------------------------------- */

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  document.querySelector("[data-print-words]").hidden = true;
  button.addEventListener("click", () => window.print());
});

if (document.querySelector("[data-waiting]")) {
  const look = setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    const page = answer?.ok ? await answer.text() : "data-waiting";
    if (!page.includes("data-waiting")) {
      clearInterval(look);
      location.reload();
    }
  }, 3000);
}

document.querySelectorAll("[data-drop]").forEach(setUpDrop);
document.querySelector("[data-focus]")?.focus();

// A chosen picture, drawn on a canvas (no address needed, so the strictest policy holds), and boxes on it.
// What is written into the hidden field: a JSON list of {kind, left, top, width, height, subject}, in whole
// pixels of the picture as it stands upright. kind is "face"; subject is true for at most one box.
//
// A finger scrolls and zooms the page on the picture as elsewhere. It draws only after "Draw a box" was pressed,
// and then one box: dragged across the face, or two of its corners tapped. A mouse drags at any time.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.01; // of the longer side: less was a tap, not a box
const DRAG = "Drag across the face, or tap two opposite corners of it.";
const SECOND = "Now tap the opposite corner.";

export async function showStill(place, file) {
  const boxes = new Boxes(place);
  boxes.clear();
  place.hidden = true;
  if (!file) return;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return; // not a picture that this browser reads; the server says so in words
  }
  const canvas = place.querySelector("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  boxes.fit(canvas.width, canvas.height);
  place.hidden = false;
}

class Boxes {
  constructor(place) {
    this.svg = fresh(place, "svg.still__boxes");
    this.list = fresh(place, "[data-boxes-list]");
    this.draws = fresh(place, "[data-boxes-draw]");
    this.still = place.querySelector(".still");
    this.still.querySelectorAll(".still__number").forEach((number) => number.remove());
    this.field = document.getElementById(place.dataset.boxes);
    this.count = place.querySelector("[data-boxes-count]");
    this.told = place.querySelector("[data-boxes-told]");
    this.spot = document.createElementNS(SVG, "circle");
    this.spot.setAttribute("class", "still__spot");
    this.boxes = [];
    this.chosen = null;
    this.svg.addEventListener("pointerdown", (event) => this.begin(event));
    this.svg.addEventListener("click", (event) => this.choose(event.target));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.draws.addEventListener("click", () => this.setDrawing(!this.drawing));
    this.setDrawing(false);
  }

  clear() {
    this.field.value = "[]";
    this.count.textContent = "";
  }

  setDrawing(drawing) {
    this.drawing = drawing;
    this.corner = null;
    this.spot.remove();
    this.draws.setAttribute("aria-pressed", drawing);
    this.still.classList.toggle("still--drawing", drawing);
    this.told.textContent = drawing ? DRAG : "";
  }

  fit(width, height) {
    this.width = width;
    this.height = height;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  point(event) {
    const area = this.svg.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return {
      x: within(((event.clientX - area.left) / area.width) * this.width, this.width),
      y: within(((event.clientY - area.top) / area.height) * this.height, this.height),
    };
  }

  choose(node) {
    const under = this.boxes.find((box) => box.node === node);
    if (!under || this.drawing) return;
    this.chosen = under;
    this.draw();
  }

  begin(event) {
    if (!event.isPrimary || event.button > 0 || !(this.drawing || event.pointerType === "mouse")) return;
    if (!this.drawing && event.target !== this.svg) return; // on a box: the click that follows chooses it
    event.preventDefault();
    this.svg.focus({ preventScroll: true });
    const start = this.corner ?? this.point(event);
    const box = this.add(start.x, start.y, 0, 0);
    const listening = new AbortController();
    const hear = (name, answer) => this.svg.addEventListener(name, answer, { signal: listening.signal });
    const span = (moved) => {
      const end = this.point(moved);
      box.left = Math.min(start.x, end.x);
      box.top = Math.min(start.y, end.y);
      box.width = Math.abs(end.x - start.x);
      box.height = Math.abs(end.y - start.y);
      this.draw();
    };
    const stop = (kept) => {
      listening.abort();
      const tapped = Math.min(box.width, box.height) < SMALLEST * Math.max(this.width, this.height);
      if (!kept || tapped) this.remove(box);
      if (kept && tapped && this.drawing) this.startAt(start);
      else if (kept) this.setDrawing(false);
      this.write();
    };
    this.svg.setPointerCapture(event.pointerId);
    span(event);
    hear("pointermove", (moved) => moved.isPrimary && span(moved));
    hear("pointerdown", (other) => other.isPrimary || stop(false)); // two fingers zoom, they draw nothing
    hear("pointerup", (lifted) => lifted.isPrimary && stop(true));
    hear("pointercancel", () => stop(false));
  }

  startAt(corner) {
    this.corner = corner;
    this.told.textContent = SECOND;
    this.spot.setAttribute("cx", corner.x);
    this.spot.setAttribute("cy", corner.y);
    this.spot.setAttribute("r", Math.max(this.width, this.height) / 80);
    this.svg.append(this.spot);
  }

  key(event) {
    const step = Math.max(1, Math.round(Math.max(this.width, this.height) / 100));
    const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.drawing) this.setDrawing(false);
    else if (event.key === "b") this.addInMiddle();
    else if (event.key === "Enter") this.next();
    else if (!this.chosen) return;
    else if (event.key in arrows) this.shift(arrows[event.key], event.shiftKey);
    else if (event.key === "s") this.markSubject(this.chosen);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(this.chosen);
    else return;
    event.preventDefault();
    this.draw();
    this.write();
  }

  add(left, top, width, height) {
    const node = document.createElementNS(SVG, "rect");
    const number = element("span", "still__number");
    number.ariaHidden = "true"; // the list says it
    const box = { left, top, width, height, subject: false, node, number, line: this.line(() => box) };
    this.svg.append(node);
    this.still.append(number);
    this.list.append(box.line.item);
    this.boxes.push(box);
    this.chosen = box;
    this.draw();
    return box;
  }

  line(box) {
    const item = element("li", "row still__line");
    const name = element("span", "grow");
    const [mark, remove] = [element("button", "button button--plain"), element("button", "button button--plain")];
    mark.type = remove.type = "button";
    item.append(name, mark, remove);
    item.addEventListener("focusin", () => this.choose(box().node));
    mark.addEventListener("click", () => {
      this.markSubject(box());
      this.draw();
      this.write();
    });
    remove.addEventListener("click", () => {
      const next = (item.nextElementSibling ?? item.previousElementSibling)?.lastElementChild ?? this.draws;
      this.remove(box());
      this.write();
      next.focus();
    });
    return { item, name, mark, remove };
  }

  addInMiddle() {
    const size = Math.round(Math.min(this.width, this.height) / 6);
    this.add(Math.round((this.width - size) / 2), Math.round((this.height - size) / 2), size, size);
  }

  next() {
    const place = this.boxes.indexOf(this.chosen);
    this.chosen = this.boxes[(place + 1) % this.boxes.length] ?? null;
  }

  shift([x, y], sizing) {
    const box = this.chosen;
    const within = (value, least, most) => Math.min(Math.max(value, least), most);
    if (sizing) {
      box.width = within(box.width + x, 4, this.width - box.left);
      box.height = within(box.height + y, 4, this.height - box.top);
    } else {
      box.left = within(box.left + x, 0, this.width - box.width);
      box.top = within(box.top + y, 0, this.height - box.height);
    }
  }

  markSubject(chosen) {
    const mark = !chosen.subject;
    this.boxes.forEach((box) => (box.subject = false));
    chosen.subject = mark;
  }

  remove(box) {
    for (const part of [box.node, box.number, box.line.item]) part.remove();
    this.boxes = this.boxes.filter((each) => each !== box);
    this.chosen = this.boxes.at(-1) ?? null;
    this.draw();
  }

  draw() {
    for (const [index, box] of this.boxes.entries()) {
      box.node.setAttribute("x", box.left);
      box.node.setAttribute("y", box.top);
      box.node.setAttribute("width", box.width);
      box.node.setAttribute("height", box.height);
      const subject = box.subject ? " still__box--subject" : "";
      const chosen = box === this.chosen ? " still__box--chosen" : "";
      box.node.setAttribute("class", `still__box${subject}${chosen}`);
      box.number.textContent = index + 1;
      box.number.style.left = `${(100 * box.left) / this.width}%`;
      box.number.style.top = `${(100 * box.top) / this.height}%`;
      this.say(box, index + 1);
    }
  }

  say({ subject, line }, number) {
    const said = `${number} ${subject}`;
    if (line.said === said) return; // words are not changed under a finger
    line.said = said;
    line.name.textContent = subject ? `Box ${number}, the subject` : `Box ${number}`;
    line.mark.textContent = subject ? "Not the subject" : "Mark as the subject";
    line.remove.textContent = "Remove";
    for (const button of [line.mark, line.remove]) button.ariaLabel = `${button.textContent}, box ${number}`;
  }

  write() {
    const plain = this.boxes.map(({ left, top, width, height, subject }) => ({
      kind: "face",
      left,
      top,
      width,
      height,
      subject,
    }));
    this.field.value = JSON.stringify(plain);
    const subject = plain.some((box) => box.subject) ? ", the subject marked" : "";
    this.count.textContent = plain.length === 1 ? `1 box${subject}.` : `${plain.length} boxes${subject}.`;
  }
}

function fresh(place, chosen) {
  const former = place.querySelector(chosen);
  const made = former.cloneNode(chosen === "[data-boxes-draw]"); // without the listeners of a picture chosen before
  former.replaceWith(made);
  return made;
}

function element(name, className = "") {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

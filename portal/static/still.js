// A chosen picture, drawn on a canvas (no address needed, so the strictest policy holds), and boxes on it.
// What is written into the hidden field: a JSON list of {kind, left, top, width, height, subject}, in whole
// pixels of the picture as it stands upright. kind is "face"; subject is true for at most one box.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.01; // of the longer side: less was a click, not a box

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
    const former = place.querySelector("svg.still__boxes");
    this.svg = former.cloneNode(false); // without the listeners of a picture chosen before
    former.replaceWith(this.svg);
    this.field = document.getElementById(place.dataset.boxes);
    this.count = place.querySelector("[data-boxes-count]");
    this.boxes = [];
    this.chosen = null;
    this.svg.addEventListener("pointerdown", (event) => this.begin(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  clear() {
    this.field.value = "[]";
    this.count.textContent = "";
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

  begin(event) {
    event.preventDefault();
    this.svg.focus();
    const start = this.point(event);
    const under = this.boxes.find((box) => box.node === event.target);
    if (under) {
      this.chosen = under;
      this.draw();
      return;
    }
    const box = this.add(start.x, start.y, 0, 0);
    this.svg.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const end = this.point(moved);
      box.left = Math.min(start.x, end.x);
      box.top = Math.min(start.y, end.y);
      box.width = Math.abs(end.x - start.x);
      box.height = Math.abs(end.y - start.y);
      this.draw();
    };
    const stop = () => {
      this.svg.removeEventListener("pointermove", move);
      if (Math.min(box.width, box.height) < SMALLEST * Math.max(this.width, this.height)) this.remove(box);
      this.write();
    };
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener("pointerup", stop, { once: true });
    this.svg.addEventListener("pointercancel", stop, { once: true });
  }

  key(event) {
    const step = Math.max(1, Math.round(Math.max(this.width, this.height) / 100));
    const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "b") this.addInMiddle();
    else if (event.key === "Enter") this.next();
    else if (!this.chosen) return;
    else if (event.key in arrows) this.shift(arrows[event.key], event.shiftKey);
    else if (event.key === "s") this.markSubject();
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(this.chosen);
    else return;
    event.preventDefault();
    this.draw();
    this.write();
  }

  add(left, top, width, height) {
    const node = document.createElementNS(SVG, "rect");
    const box = { left, top, width, height, subject: false, node };
    this.svg.append(node);
    this.boxes.push(box);
    this.chosen = box;
    this.draw();
    return box;
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

  markSubject() {
    const mark = !this.chosen.subject;
    this.boxes.forEach((box) => (box.subject = false));
    this.chosen.subject = mark;
  }

  remove(box) {
    box.node.remove();
    this.boxes = this.boxes.filter((each) => each !== box);
    this.chosen = this.boxes.at(-1) ?? null;
    this.draw();
  }

  draw() {
    for (const box of this.boxes) {
      box.node.setAttribute("x", box.left);
      box.node.setAttribute("y", box.top);
      box.node.setAttribute("width", box.width);
      box.node.setAttribute("height", box.height);
      const subject = box.subject ? " still__box--subject" : "";
      const chosen = box === this.chosen ? " still__box--chosen" : "";
      box.node.setAttribute("class", `still__box${subject}${chosen}`);
    }
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

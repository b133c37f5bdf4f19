"use strict";
// The replay of a recorded hour on a canvas of our own: packed frames in, dots out; see scenarios/recording.py.
(() => {
  const parts = (window.schouw_parts = window.schouw_parts || {});
  const SPEEDS = [1, 10, 60, 300];
  const INK = "#10191c", FLOOR = "#1f2b30", WALL = "#6d7f85", PALE = "#b7c4c6";
  const LOW = "#f2936a", MIDDLE = "#f3ead0", HIGH = "#7fc4cf", GUARD = "#ffd75e", TRAIN = "#46606a", RUST = "#ee8f66";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const tag = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...inside.filter((x) => x !== null));
    return element;
  };

  const SIGNS = {play: "M4 2v12l10-6z", pause: "M4 2h3v12H4zM9 2h3v12H9z", before: "M3 2h2v12H3zM13 2v12L6 8z", next: "M11 2h2v12h-2zM3 2v12l7-6z", close: "M3 4l1-1 4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4z"};
  const signs = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true"})) svg.setAttribute(key, value);
    path.setAttribute("d", SIGNS[name]); path.setAttribute("fill", "currentColor");
    svg.append(path);
    return svg;
  };

  class Player {
    constructor(root, props) {
      this.root = root; this.props = props; this.texts = props.texts;
      this.playing = false; this.speed = 10; this.chosen = null; this.event = null; this.trails = true; this.cones = true;
      this.last = 0; this.frame = 0; this.gone = false; this.drawn = 0; this.since = performance.now();
      root.replaceChildren(tag("p", {class: "loading", role: "status"}, this.texts.loading));
      this.load().catch(() => root.replaceChildren(tag("p", {class: "empty"}, this.texts.missing)));
    }

    async load() {
      const base = this.props.source;
      const [about, plan, bytes] = await Promise.all([
        fetch(`${base}/about`).then((a) => a.json()),
        fetch(`${base}/plan?${this.props.query}`).then((a) => a.json()),
        fetch(`${base}/frames`).then((a) => a.arrayBuffer()),
      ]);
      if (this.gone) return;
      this.about = about; this.plan = plan; this.view = new DataView(bytes);
      this.offsets = [];
      let at = 0;
      for (let k = 0; k < about.frames; k += 1) {
        const people = this.view.getUint16(at, true), guards = this.view.getUint16(at + 2, true);
        this.offsets.push({at: at + 4, people, guards});
        at += 4 + 8 * (people + guards);
      }
      this.tiles = plan.tiles.map((tile) => ({...tile, path: new Path2D(tile.outline)}));
      this.second = Math.min(Math.max(this.props.start || about.start_s, about.start_s), about.end_s);
      this.build();
      this.tick = this.tick.bind(this);
      requestAnimationFrame(this.tick);
    }

    clock(second, withSeconds = true) {
      const s = Math.round(second) % 86400;
      const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, ...(withSeconds ? [s % 60] : [])];
      return parts.map((n) => String(n).padStart(2, "0")).join(this.texts.mark);
    }
    number(value, digits = 1, sign = false) {
      const text = new Intl.NumberFormat(this.texts.locale, {minimumFractionDigits: digits, maximumFractionDigits: digits,
        signDisplay: sign ? "exceptZero" : "auto"}).format(value);
      return text.replace("-", "\u2212");
    }

    build() {
      const t = this.texts;
      this.canvas = tag("canvas", {class: "stage", tabindex: "0", role: "img", "aria-label": t.stage,
        onclick: (e) => this.click(e), onkeydown: (e) => this.key(e)});
      const button = (sign, name, act) => tag("button", {type: "button", class: "button", "aria-label": name, title: name, onclick: act}, signs(sign));
      this.play = button("play", t.play, () => this.toggle());
      this.time = tag("b", {class: "now"});
      this.count = tag("span", {class: "count"});
      this.speeds = SPEEDS.map((s) => tag("button", {type: "button", "aria-pressed": String(s === this.speed), onclick: () => this.pace(s)}, `${s}\u00D7`));
      this.slider = tag("input", {type: "range", min: this.about.start_s, max: this.about.end_s, step: this.about.every_s,
        value: this.second, "aria-label": t.slider, oninput: (e) => this.seek(Number(e.target.value))});
      this.curve = tag("canvas", {class: "curve", "aria-hidden": "true"});
      const check = (text, on, act) => {
        const box = tag("input", {type: "checkbox", onchange: (e) => act(e.target.checked)});
        box.checked = on;
        return tag("label", {class: "check"}, box, " ", text);
      };
      this.panel = tag("div", {class: "card person", role: "region", "aria-label": t.person});
      this.list = tag("ol", {class: "findings events"});
      const legend = tag("ul", {class: "key on-dark"},
        ...[[LOW, t.low], [MIDDLE, t.middle], [HIGH, t.high], [GUARD, t.guard, 1], [RUST, t.incident, 2], [TRAIN, t.train, 1]].map(
          ([colour, text, shape]) => tag("li", {}, tag("i", {class: shape === 1 ? "small square" : shape === 2 ? "small up" : "small dot", style: `--c:${colour}`}), text)));
      this.root.replaceChildren(tag("div", {class: "watch"},
        tag("div", {class: "watch-left"},
          tag("div", {class: "stage-box"}, this.canvas, legend),
          tag("div", {class: "card controls-bar"},
            tag("div", {class: "bar-row"},
              button("before", t.before, () => this.jump(-1)), this.play, button("next", t.next, () => this.jump(1)),
              this.time, this.count,
              tag("span", {class: "switches"}, check(t.trails, this.trails, (on) => { this.trails = on; }), check(t.cones, this.cones, (on) => { this.cones = on; })),
              tag("span", {class: "speeds", role: "group", "aria-label": t.speed}, ...this.speeds)),
            this.curve, this.slider)),
        tag("div", {class: "watch-right"}, this.panel,
          tag("div", {class: "card item"}, tag("h2", {}, t.events_title.replace("{n}", this.about.events.length)), this.list))));
      this.about.events.forEach((event, k) => {
        const text = `${this.clock(event.begin_s, false)} ${t.kinds[event.kind] || event.kind}, ${this.place(event.zone)}`;
        this.list.append(tag("li", {}, tag("button", {type: "button", class: "finding", onclick: () => this.showEvent(k)}, text)));
      });
      if (!this.about.events.length) this.list.append(tag("li", {}, t.no_events));
      this.showNobody();
      this.resize();
      new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
    }

    resize() {
      const width = this.canvas.parentElement.clientWidth, gap = 3;
      const wide = Math.max(...this.tiles.map((tile) => tile.width));
      this.scale = (width - 32) / wide;
      let top = 16;
      for (const tile of this.tiles) { tile.left = 16; tile.top = top; top += tile.height * this.scale + 8 * gap; }
      const ratio = devicePixelRatio || 1;
      this.canvas.width = width * ratio; this.canvas.height = top * ratio;
      this.canvas.style.height = `${top}px`;
      this.pen = this.canvas.getContext("2d");
      this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.floor = null;
      this.drawCurve();
      this.draw();
    }

    // metres on the sheet -> pixels of the canvas; null off all levels
    spot(x, y) {
      for (const tile of this.tiles) {
        if (x < tile.x0 || y < tile.y0) continue;
        const across = tile.turned ? tile.y0 + tile.width - y : x - tile.x0;
        const down = tile.turned ? tile.x0 + tile.height - x : tile.y0 + tile.height - y;
        if (across >= 0 && down >= 0 && across <= tile.width && down <= tile.height) return [tile.left + across * this.scale, tile.top + down * this.scale];
      }
      return null;
    }

    drawFloor() {
      const made = document.createElement("canvas");
      made.width = this.canvas.width; made.height = this.canvas.height;
      const pen = made.getContext("2d"), ratio = devicePixelRatio || 1;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.fillStyle = INK; pen.fillRect(0, 0, made.width, made.height);
      for (const tile of this.tiles) {
        pen.save(); pen.translate(tile.left, tile.top); pen.scale(this.scale, this.scale);
        pen.fillStyle = FLOOR;
        for (const zone of tile.zones) { pen.beginPath(); zone.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y))); pen.fill(); }
        pen.strokeStyle = WALL; pen.lineWidth = 0.8 / this.scale; pen.stroke(tile.path);
        pen.restore();
        if (this.tiles.length > 1) { pen.fillStyle = PALE; pen.font = "12px 'Source Sans 3'"; pen.fillText(tile.name, tile.left, tile.top + tile.height * this.scale + 12); }
      }
      pen.globalCompositeOperation = "lighter";
      for (const [x, y, reach] of this.plan.lamps) {
        const at = this.spot(x, y);
        if (!at) continue;
        const r = Math.max(4, Math.min(reach, 8) * this.scale), glow = pen.createRadialGradient(...at, 0, ...at, r);
        glow.addColorStop(0, "rgba(255,226,150,.30)"); glow.addColorStop(1, "rgba(255,226,150,0)");
        pen.fillStyle = glow; pen.beginPath(); pen.arc(...at, r, 0, 7); pen.fill();
      }
      this.floor = made;
    }

    entries(frame) {
      const {at, people, guards} = this.offsets[frame], v = this.view, a = this.about, found = new Map(), units = new Map();
      for (let k = 0; k < people + guards; k += 1) {
        const p = at + 8 * k;
        const one = {x: a.x0 + v.getUint16(p + 2, true) * a.scale_m, y: a.y0 + v.getUint16(p + 4, true) * a.scale_m, score: v.getUint8(p + 6) / a.score_steps, doing: v.getUint8(p + 7)};
        (k < people ? found : units).set(v.getUint16(p, true), one);
      }
      return {people: found, guards: units};
    }

    around() {
      const frame = Math.min(Math.floor((this.second - this.about.start_s) / this.about.every_s), this.about.frames - 1);
      if (!this.held || this.held.frame !== frame) {
        const next = Math.min(frame + 1, this.about.frames - 1);
        this.held = {frame, a: this.held && this.held.frame + 1 === frame ? this.held.b : this.entries(frame), b: this.entries(next)};
      }
      const share = (this.second - this.about.start_s) / this.about.every_s - frame;
      return {...this.held, share: Math.min(1, Math.max(0, share))};
    }

    draw() {
      if (!this.pen || !this.about || !this.canvas.width || !this.canvas.height) return; // nothing to draw on yet, or no longer
      if (!this.floor) this.drawFloor();
      const pen = this.pen, now = this.around();
      pen.save(); pen.setTransform(1, 0, 0, 1, 0, 0); pen.drawImage(this.floor, 0, 0); pen.restore();
      if (this.cones) this.drawCones(pen);
      for (const train of this.about.trains) if (train.come_s <= this.second && this.second <= train.go_s) this.drawTrain(pen, train);
      const between = (a, b) => (b && Math.hypot(b.x - a.x, b.y - a.y) < 8 ? {x: a.x + (b.x - a.x) * now.share, y: a.y + (b.y - a.y) * now.share} : a);
      const groups = [[], [], []];
      this.places = [];
      for (const [who, one] of now.a.people) {
        const place = between(one, now.b.people.get(who)), at = this.spot(place.x, place.y);
        if (!at) continue;
        groups[one.score < 5.5 ? 0 : one.score < 6.5 ? 1 : 2].push(at);
        this.places.push([who, at[0], at[1], one]);
      }
      const r = this.scale > 4 ? 3 : 2.2;
      [LOW, MIDDLE, HIGH].forEach((colour, k) => {
        pen.fillStyle = colour; pen.beginPath();
        for (const [x, y] of groups[k]) { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 7); }
        pen.fill();
      });
      pen.fillStyle = GUARD;
      for (const [who, one] of now.a.guards) {
        const place = between(one, now.b.guards.get(who)), at = this.spot(place.x, place.y);
        if (at) pen.fillRect(at[0] - 4, at[1] - 4, 8, 8);
      }
      this.drawEvents(pen);
      this.drawChosen(pen);
      this.time.textContent = this.clock(this.second);
      this.count.textContent = this.texts.people.replace("{n}", this.number(now.a.people.size, 0));
      if (document.activeElement !== this.slider) this.slider.value = this.second;
      this.slider.setAttribute("aria-valuetext", this.clock(this.second));
    }

    drawCones(pen) {
      pen.fillStyle = "rgba(255,255,255,.12)";
      for (const [x, y, bearing, fov] of this.plan.cameras) {
        const at = this.spot(x, y);
        if (!at) continue;
        const reach = 10, points = [at];
        if (fov < 359) for (let k = -4; k <= 4; k += 1) {
          const turn = ((bearing + (k / 8) * fov) * Math.PI) / 180, p = this.spot(x + reach * Math.cos(turn), y + reach * Math.sin(turn));
          if (p) points.push(p);
        }
        pen.beginPath();
        if (points.length < 3) pen.arc(...at, 4 * this.scale, 0, 7);
        else points.forEach(([px, py], k) => (k ? pen.lineTo(px, py) : pen.moveTo(px, py)));
        pen.fill();
      }
    }

    drawTrain(pen, train) {
      const [a, b] = train.edge.map(([x, y]) => this.spot(x, y));
      if (!a || !b) return;
      pen.strokeStyle = TRAIN; pen.lineWidth = Math.max(3, 2.8 * this.scale); pen.lineCap = "butt";
      pen.beginPath(); pen.moveTo(...a); pen.lineTo(...b); pen.stroke();
    }

    drawEvents(pen) {
      this.about.events.forEach((event, k) => {
        const on = event.begin_s <= this.second && this.second <= Math.max(event.end_s, event.begin_s + 60);
        if (!on && k !== this.event) return;
        const at = this.spot(event.x, event.y);
        if (!at) return;
        pen.fillStyle = RUST; pen.strokeStyle = "#fff"; pen.lineWidth = k === this.event ? 2 : 0;
        pen.beginPath(); pen.moveTo(at[0], at[1] - 8); pen.lineTo(at[0] + 8, at[1] + 6); pen.lineTo(at[0] - 8, at[1] + 6); pen.closePath(); pen.fill();
        if (k === this.event) pen.stroke();
      });
    }

    drawChosen(pen) {
      if (this.chosen === null) return;
      const here = this.places.find(([who]) => who === this.chosen);
      if (this.trails) {
        const frame = this.held.frame, step = 5;
        pen.strokeStyle = "rgba(255,255,255,.5)"; pen.lineWidth = 1.5; pen.beginPath();
        let pend = null;
        for (let k = Math.max(0, frame - 60); k <= frame; k += step) {
          const one = this.find(k, this.chosen), at = one && this.spot(one.x, one.y);
          if (at) { if (pend && Math.hypot(at[0] - pend[0], at[1] - pend[1]) < 60 * this.scale) pen.lineTo(...at); else pen.moveTo(...at); pend = at; }
        }
        pen.stroke();
      }
      if (here) { pen.strokeStyle = "#fff"; pen.lineWidth = 2; pen.beginPath(); pen.arc(here[1], here[2], 9, 0, 7); pen.stroke(); }
    }

    find(frame, who) {
      const {at, people} = this.offsets[frame], v = this.view, a = this.about;
      for (let k = 0; k < people; k += 1) {
        const p = at + 8 * k;
        if (v.getUint16(p, true) === who) return {x: a.x0 + v.getUint16(p + 2, true) * a.scale_m, y: a.y0 + v.getUint16(p + 4, true) * a.scale_m, score: v.getUint8(p + 6) / a.score_steps, doing: v.getUint8(p + 7)};
      }
      return null;
    }

    drawCurve() {
      const width = this.curve.parentElement.clientWidth - 32, height = 44, ratio = devicePixelRatio || 1;
      this.curve.width = width * ratio; this.curve.height = height * ratio; this.curve.style.height = `${height}px`; this.curve.style.width = `${width}px`;
      const pen = this.curve.getContext("2d"), counts = this.about.counts, most = Math.max(1, ...counts);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.fillStyle = "#7fa9b2"; pen.beginPath(); pen.moveTo(0, height);
      counts.forEach((n, k) => pen.lineTo((k / (counts.length - 1)) * width, height - (n / most) * (height - 12)));
      pen.lineTo(width, height); pen.fill();
      pen.fillStyle = "#99390f";
      for (const event of this.about.events) {
        const x = ((event.begin_s - this.about.start_s) / (this.about.end_s - this.about.start_s)) * width;
        pen.beginPath(); pen.moveTo(x, 0); pen.lineTo(x + 5, 9); pen.lineTo(x - 5, 9); pen.fill();
      }
    }

    tick(now) {
      if (this.gone) return;
      const gone = this.last ? (now - this.last) / 1000 : 0;
      this.last = now;
      if (this.playing) {
        this.second += Math.min(gone, 0.25) * this.speed;
        if (this.second >= this.about.end_s) { this.second = this.about.end_s; this.toggle(); }
        this.draw();
        this.drawn += 1;
        if (this.chosen !== null && Math.floor(now / 500) !== this.told) { this.told = Math.floor(now / 500); this.showPerson(); }
        if (now - this.since > 1000) { this.root.dataset.fps = Math.round((1000 * this.drawn) / (now - this.since)); this.drawn = 0; this.since = now; }
      }
      requestAnimationFrame(this.tick);
    }

    toggle() {
      if (!this.playing && calm.matches) { this.seek(this.second + 10); return; }
      if (!this.playing && this.second >= this.about.end_s) this.second = this.about.start_s;
      this.playing = !this.playing;
      this.drawn = 0; this.since = performance.now();
      this.play.replaceChildren(signs(this.playing ? "pause" : "play"));
      this.play.setAttribute("aria-label", this.playing ? this.texts.pause : this.texts.play);
    }
    pace(speed) {
      this.speed = speed;
      this.speeds.forEach((b, k) => b.setAttribute("aria-pressed", String(SPEEDS[k] === speed)));
    }
    seek(second) {
      this.second = Math.min(Math.max(second, this.about.start_s), this.about.end_s);
      this.draw();
      if (this.chosen !== null) this.showPerson();
    }
    jump(way) {
      const starts = this.about.events.map((e, k) => [e.begin_s, k]).filter(([s]) => (way > 0 ? s > this.second + 1 : s < this.second - 5));
      if (starts.length) this.showEvent(way > 0 ? starts[0][1] : starts[starts.length - 1][1]);
    }
    key(event) {
      const keys = {" ": () => this.toggle(), ArrowRight: () => this.seek(this.second + (event.shiftKey ? 300 : 10)), ArrowLeft: () => this.seek(this.second - (event.shiftKey ? 300 : 10)),
        ".": () => this.jump(1), Home: () => this.seek(this.about.start_s), End: () => this.seek(this.about.end_s), Enter: () => this.nextPerson(1)};
      if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
    }
    nextPerson(step) {
      const here = this.places.map(([who]) => who).sort((a, b) => a - b);
      if (!here.length) return;
      const at = here.indexOf(this.chosen);
      this.choose(here[(at + step + here.length) % here.length]);
    }
    click(event) {
      const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      const near = (px, py) => Math.hypot(px - x, py - y);
      const hit = this.about.events.findIndex((e) => { const at = this.spot(e.x, e.y); return at && e.begin_s <= this.second && this.second <= Math.max(e.end_s, e.begin_s + 60) && near(...at) < 10; });
      if (hit >= 0) { this.showEvent(hit, false); return; }
      const found = this.places.map(([who, px, py]) => [near(px, py), who]).sort((a, b) => a[0] - b[0])[0];
      if (found && found[0] < 14) this.choose(found[1]);
    }

    async choose(who) {
      this.chosen = who; this.event = null; this.why = null;
      this.draw(); this.showPerson();
      this.why = await fetch(`${this.props.source}/why/${who}`).then((a) => (a.ok ? a.json() : [])).catch(() => []);
      if (this.chosen === who) this.showPerson();
    }

    showNobody() {
      this.panel.replaceChildren(tag("h2", {}, this.texts.nobody), tag("p", {class: "says"}, this.texts.nobody_sub),
        tag("button", {type: "button", class: "button", onclick: () => this.nextPerson(1)}, this.texts.somebody), tag("p", {class: "one-draw"}, this.texts.one_draw));
    }

    showPerson() {
      const t = this.texts, about = this.about.people[this.chosen], now = this.find(this.held.frame, this.chosen);
      const who = [t.genders[about.gender], t.age.replace("{n}", about.age), about.group > 1 ? t.group.replace("{n}", about.group) : t.alone, about.regular ? t.regular : t.sporadic].join(", ");
      const head = tag("div", {class: "person-head"}, tag("h2", {}, t.traveller.replace("{n}", this.chosen + 1)),
        tag("button", {type: "button", class: "button", "aria-label": t.close, onclick: () => { this.chosen = null; this.showNobody(); this.draw(); }}, signs("close")));
      const inside = [head, tag("p", {class: "sub"}, `${who} \u00B7 ${now ? t.doing[now.doing] || "" : t.gone}`)];
      if (now) inside.push(tag("p", {class: "score-now"}, tag("b", {}, this.number(now.score)), " ", t.feels), ...[this.history()].filter(Boolean));
      const row = this.why && [...this.why].reverse().find(([moment]) => this.about.start_s + moment * this.about.why_every_s <= this.second);
      if (now && row) inside.push(...this.reasons(row[1]));
      inside.push(...this.happened(), tag("p", {class: "one-draw"}, t.one_draw));
      this.panel.replaceChildren(...inside);
    }

    place(zone) {
      const name = this.about.zones[zone];
      return this.texts.places[name] || name;
    }

    reasons(points) {
      const t = this.texts, name = (term, p) => t.terms[`${term}.${p > 0 ? "up" : "down"}`] || t.terms[term] || term;
      const named = points.map((p, k) => [name(this.about.terms[k], p), p]).filter(([, p]) => Math.abs(p) >= 0.05);
      named.sort((a, b) => a[1] - b[1]);
      const kept = named.length > 8 ? [...named.slice(0, 5), ...named.slice(-3)] : named;
      const rest = named.filter((n) => !kept.includes(n)).reduce((sum, [, p]) => sum + p, 0);
      if (Math.abs(rest) >= 0.05) kept.push([t.rest, rest]);
      const most = Math.max(0.5, ...kept.map(([, p]) => Math.abs(p)));
      const rows = kept.map(([name, p]) => tag("tr", {}, tag("th", {scope: "row"}, name),
        tag("td", {class: "why-bar"}, tag("i", {class: p < 0 ? "down" : "up", style: `width:${(50 * Math.abs(p)) / most}%`})), tag("td", {class: "num"}, this.number(p, 1, true))));
      return [tag("h3", {}, t.why), tag("p", {class: "sub"}, t.why_sub), tag("table", {class: "why-table"}, tag("tbody", {}, ...rows))];
    }

    history() {
      const frame = this.held.frame, from = Math.max(0, frame - 300), scores = [];
      for (let k = from; k <= frame; k += 5) { const one = this.find(k, this.chosen); if (one) scores.push([k, one.score]); }
      if (scores.length < 2) return null;
      const low = Math.min(5, ...scores.map(([, s]) => s)), high = Math.max(7, ...scores.map(([, s]) => s));
      const points = scores.map(([k, s]) => `${(300 * (k - from)) / Math.max(1, frame - from)},${56 - (50 * (s - low)) / (high - low)}`).join(" ");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", "0 0 300 62"); svg.setAttribute("class", "history"); svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", this.texts.history);
      const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      line.setAttribute("points", points); line.setAttribute("fill", "none"); line.setAttribute("stroke", "#5b3a8e"); line.setAttribute("stroke-width", "2");
      svg.append(line);
      return tag("div", {}, svg, tag("p", {class: "history-ends"}, tag("span", {}, this.clock(this.about.start_s + from * this.about.every_s, false)), tag("span", {}, this.clock(this.second, false))));
    }

    // incidents that began within 30 m of the person in the last ten minutes
    happened() {
      const t = this.texts, found = [];
      for (const event of this.about.events) {
        if (event.begin_s > this.second || event.begin_s < this.second - 600) continue;
        const frame = Math.floor((event.begin_s - this.about.start_s) / this.about.every_s), then = frame >= 0 && this.find(Math.min(frame, this.about.frames - 1), this.chosen);
        if (then && Math.hypot(then.x - event.x, then.y - event.y) < 30) found.push(tag("li", {}, tag("b", {}, this.clock(event.begin_s, false)), ` ${t.kinds[event.kind]}, ${Math.round(Math.hypot(then.x - event.x, then.y - event.y))} m`));
      }
      return found.length ? [tag("h3", {}, t.nearby), tag("ul", {class: "findings"}, ...found)] : [];
    }

    showEvent(k, move = true) {
      const t = this.texts, event = this.about.events[k];
      this.event = k; this.chosen = null;
      if (move) this.second = Math.max(this.about.start_s, event.begin_s - 20);
      const line = (name, text) => [tag("dt", {}, name), tag("dd", {}, text)];
      const watcher = (who) => t.watchers[who] || who;
      const facts = [
        ...line(t.event.where, this.place(event.zone)),
        ...(event.gender in Object.values(t.genders) ? line(t.event.whom, Object.values(t.genders)[event.gender]) : []),
        ...line(t.event.bystanders, String(event.bystanders)),
        ...line(t.event.helped, event.helped ? t.yes : t.no),
        ...line(t.event.seen, event.seen_by ? `${watcher(event.seen_by)}, ${this.clock(event.seen_s)}` : t.event.unseen),
        ...line(t.event.called, event.called_s >= 0 ? this.clock(event.called_s) : t.event.uncalled),
        ...line(t.event.came, event.came ? `${watcher(event.came)}, ${this.clock(event.came_s)}` : t.event.nobody),
        ...line(t.event.outcome, t.outcomes[event.outcome] || event.outcome),
        ...line(t.event.recorded, event.recorded ? t.yes : t.no), ...line(t.event.reported, event.reported ? t.yes : t.no),
      ];
      this.panel.replaceChildren(tag("h2", {}, `${t.kinds[event.kind]}, ${this.clock(event.begin_s)}`),
        tag("p", {class: "sub"}, t.event.lasted.replace("{n}", Math.max(0, event.end_s - event.begin_s))),
        tag("dl", {class: "facts-list"}, ...facts), tag("p", {class: "one-draw"}, t.one_draw));
      this.draw();
      window.schouw_say?.(`${t.kinds[event.kind]} ${this.clock(event.begin_s)}`);
    }

    end() { this.gone = true; }
  }

  parts.Replay = (props) => {
    const ref = React.useRef(null);
    React.useEffect(() => {
      const player = new Player(ref.current, props);
      ref.current.player = player;
      return () => player.end();
    }, [props.source, JSON.stringify(props.texts), props.query, props.start]);
    return React.createElement("div", {ref, className: "replay"});
  };
})();

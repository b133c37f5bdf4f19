"use strict";
// The browser half of dashboard/parts.py: drawings of ours, and what their buttons do.
(() => {
  const parts = (window.schouw_parts = window.schouw_parts || {});
  const say = (text) => {
    const status = document.getElementById("status");
    if (status) { status.textContent = ""; requestAnimationFrame(() => { status.textContent = text; }); }
  };
  window.schouw_say = say;
  const texts = () => JSON.parse(document.getElementById("screen")?.dataset.texts || "{}");

  // where on the sheet of the station a click on its plan lies, in metres
  const onSheet = (svg, event) => {
    const [turned, x0, y0, width, height] = svg.dataset.sheet.split(",").map(Number);
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const [x, y] = turned ? [x0 + height - at.y, y0 + width - at.x] : [x0 + at.x, y0 + height - at.y];
    return x.toFixed(1) + "," + y.toFixed(1);
  };

  let clicks = 0;
  parts.Drawing = (props) => {
    const told = (event) => {
      const mark = event.target.closest("[data-set]");
      if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
      const sheet = event.type === "click" ? event.target.closest("svg[data-sheet]") : null;
      if (sheet && props.setProps && !(mark && mark.classList.contains("asset"))) {
        clicks += 1;
        props.setProps({clicked: {set: "at", value: onSheet(sheet, event), also: mark ? mark.dataset.value : "", n: clicks}});
        return;
      }
      if (!mark || !props.setProps) return;
      event.preventDefault();
      clicks += 1;
      props.setProps({clicked: {set: mark.dataset.set, value: mark.dataset.value, n: clicks}});
    };
    return React.createElement("div", {
      className: props.className, onClick: told, onKeyDown: told,
      id: typeof props.id === "string" ? props.id : undefined,
      dangerouslySetInnerHTML: {__html: props.html || ""},
    });
  };

  // numbers of the table of parameters, as the language of the page writes them
  window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  window.dashAgGridFunctions.localNumber = (value) => (value === null || value === undefined ? ""
    : value.toLocaleString(document.documentElement.lang || "en", {maximumSignificantDigits: 6}).replace("-", "\u2212"));

  // what a card offers ------------------------------------------------------------------------------------------
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  let font = null;
  const fontFace = async () => {
    if (font === null) {
      const bytes = new Uint8Array(await (await fetch("/font.woff2")).arrayBuffer());
      let text = "";
      for (const byte of bytes) text += String.fromCharCode(byte);
      font = `@font-face{font-family:"Source Sans 3";src:url(data:font/woff2;base64,${btoa(text)}) format("woff2");font-weight:200 900}`;
    }
    return font;
  };

  const styles = () => [...document.styleSheets]
    .filter((sheet) => sheet.href && /figures\.css|page\.css/.test(sheet.href))
    .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
    .filter((rule) => !rule.startsWith("@font-face")).join("\n");

  // the card as it stands, without its foot, as one SVG that needs no other file
  const picture = async (card) => {
    const box = card.getBoundingClientRect(), hidden = card.querySelector(".numbers");
    const copy = card.cloneNode(true);
    copy.querySelectorAll(".numbers, footer .acts, .switch").forEach((part) => part.remove());
    const symbols = document.querySelector("svg.symbols");
    if (symbols && !copy.querySelector("svg.symbols")) copy.prepend(symbols.cloneNode(true));
    copy.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
    const letter = "font:400 15px/20px 'Source Sans 3',system-ui,sans-serif;font-variant-numeric:lining-nums tabular-nums;color:#16262b";
    copy.setAttribute("style", `margin:0;border:0;${letter};width:${Math.ceil(box.width)}px`);
    const width = Math.ceil(box.width), height = Math.ceil(box.height - (hidden ? hidden.offsetHeight : 0));
    const style = `<style>${(await fontFace()).concat(styles()).replace(/&/g, "&amp;").replace(/</g, "&lt;")}</style>`;
    const body = new XMLSerializer().serializeToString(copy);
    return {
      width, height,
      text: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
        + `<rect width="100%" height="100%" fill="#fff"/><foreignObject width="100%" height="100%">${body.replace(">", ">" + style)}`
        + "</foreignObject></svg>",
    };
  };

  const asPng = (made) => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * made.width;
      canvas.height = 2 * made.height;
      const pen = canvas.getContext("2d");
      pen.scale(2, 2);
      pen.drawImage(image, 0, 0);
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png");
    };
    image.onerror = fail;
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(made.text);
  });

  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };

  // whether there is something to undo or redo, as far as the browser tells
  const can = (act) => !window.navigation || navigation[act === "undo" ? "canGoBack" : "canGoForward"];
  const showTurns = () => document.querySelectorAll("[data-act=undo],[data-act=redo]").forEach((button) => {
    button.setAttribute("aria-disabled", String(!can(button.dataset.act)));
  });
  window.navigation?.addEventListener("currententrychange", showTurns);

  const acts = {
    undo: () => can("undo") && history.back(),
    redo: () => can("redo") && history.forward(),
    link: async (button) => {
      const address = new URL(location.href);
      address.hash = button.dataset.card ? "title-" + button.dataset.card : "";
      say((await copyText(address.href)) ? texts().copied : address.href);
    },
    table: (button) => {
      const numbers = document.getElementById(button.getAttribute("aria-controls"));
      numbers.hidden = !numbers.hidden;
      button.setAttribute("aria-expanded", String(!numbers.hidden));
    },
    svg: async (button) => {
      const card = button.closest(".card");
      save(new Blob([(await picture(card)).text], {type: "image/svg+xml"}), name(card) + ".svg");
    },
    png: async (button) => {
      const card = button.closest(".card");
      save(await asPng(await picture(card)), name(card) + ".png");
    },
    panel: (button) => {
      const box = button.closest(".figure");
      box.querySelector(".switched").dataset.shown = button.dataset.panel;
      box.querySelectorAll("[data-act=panel]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    },
  };
  const name = (card) => (card.getAttribute("aria-labelledby") || "card").replace("title-", "schouw-");

  // back to a page whose script this document never read: it is opened as a document of its own
  window.addEventListener("popstate", (event) => {
    const there = [...document.querySelectorAll("a[data-needs]")].find((link) => link.pathname === location.pathname);
    if (there && !(there.dataset.needs in window)) {
      event.stopImmediatePropagation();
      location.reload();
    }
  });

  // a download is of what is chosen now
  let query = "";
  ["pointerdown", "focusin", "click"].forEach((kind) => document.addEventListener(kind, (event) => {
    const link = event.target.closest("a[data-query]");
    if (link) link.href = `${link.dataset.query}?${query}`;
  }, true));
  document.addEventListener("click", (event) => {
    const told = event.target.closest("[data-said]");
    if (told) say(told.dataset.said);
    const button = event.target.closest("[data-act]");
    if (button && acts[button.dataset.act]) {
      event.preventDefault();
      button.closest("details.menu")?.removeAttribute("open");
      acts[button.dataset.act](button);
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest(".menu-items")) menu.removeAttribute("open");
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  // the list of keys
  const keys = () => document.getElementById("keys");
  acts.keys = () => keys()?.showModal();
  acts.unkeys = () => keys()?.close();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]");
    if (event.key === "?" && !typing && !event.ctrlKey && !event.metaKey && !keys()?.open) acts.keys();
  });

  // the three maps are read together: what they say at the place under the pointer, by the steps of their legends
  const pens = new WeakMap();
  const penOf = (image) => {
    if (!pens.has(image)) {
      const canvas = document.createElement("canvas"), source = new Image();
      pens.set(image, null);
      source.onload = () => {
        canvas.width = source.naturalWidth;
        canvas.height = source.naturalHeight;
        const pen = canvas.getContext("2d", {willReadFrequently: true});
        pen.drawImage(source, 0, 0);
        pens.set(image, pen);
      };
      source.src = image.getAttribute("href");
    }
    return pens.get(image);
  };
  const stepAt = (panel, image, across, down, legend) => {
    const pen = image && penOf(image);
    if (!pen || !legend) return null;
    const [r, g, b, a] = pen.getImageData(Math.floor(across * pen.canvas.width), Math.floor(down * pen.canvas.height), 1, 1).data;
    if (a < 128) return "–";
    const colour = "#" + [r, g, b].map((one) => one.toString(16).padStart(2, "0")).join("");
    const at = [...legend.querySelectorAll(".steps rect")].findIndex((one) => one.getAttribute("fill").toLowerCase() === colour);
    const limits = [...legend.querySelectorAll(".steps text")].map((one) => one.textContent);
    if (at < 0 || !limits.length) return null;
    if (at === 0) return "< " + limits[0];
    return at === limits.length ? "≥ " + limits[at - 1] : `${limits[at - 1]} … ${limits[at]}`;
  };
  const unread = () => document.querySelectorAll(".map-read, .map-mark").forEach((one) => one.remove());
  document.addEventListener("pointermove", (event) => {
    const floor = event.target.closest?.(".trio .floor-box"), trio = floor?.closest(".trio");
    unread();
    if (!trio) return;
    const panels = [...trio.querySelectorAll(".panel")], box = floor.getBoundingClientRect();
    const number = [...floor.closest(".sheet").querySelectorAll(".floor-box")].indexOf(floor);
    const across = (event.clientX - box.left) / box.width, down = (event.clientY - box.top) / box.height;
    if (across < 0 || across >= 1 || down < 0 || down >= 1) return;
    const first = trio.querySelector(".legend");
    const lines = panels.map((panel, k) => {
      const there = panel.querySelectorAll(".floor-box")[number];
      const told = stepAt(panel, there?.querySelector("image"), across, down, panel.querySelector(".legend") || first);
      if (told !== null && there) {
        const mark = Object.assign(document.createElement("span"), {className: "map-mark"});
        mark.style.left = 100 * across + "%";
        mark.style.top = 100 * down + "%";
        there.append(mark);
      }
      return [panel.querySelector(".panel-title")?.textContent || "", told];
    });
    if (lines.every(([, told]) => told === null)) { unread(); return; }
    const read = Object.assign(document.createElement("div"), {className: "map-read"});
    read.setAttribute("aria-hidden", "true");
    lines.forEach(([name, told]) => {
      const row = document.createElement("p");
      row.append(Object.assign(document.createElement("b"), {textContent: told ?? "–"}), " " + name);
      read.append(row);
    });
    read.style.left = Math.min(event.clientX + 14, innerWidth - 260) + "px";
    read.style.top = Math.min(event.clientY + 14, innerHeight - 90) + "px";
    document.body.append(read);
  });

  // a page that is drawn anew keeps the focus where it was: on the same control, link or button
  let focused = null;
  const placeOf = (element) => {
    const root = element.closest('[id^="{"]');
    if (root) return {root: root.id, tag: element.tagName, at: [...root.querySelectorAll(element.tagName)].indexOf(element), radio: element.type === "radio"};
    if (element.id) return {root: element.id, tag: element.tagName, at: -1};
    return element.getAttribute("href") ? {href: element.getAttribute("href")} : null;
  };
  document.addEventListener("focusin", (event) => { focused = placeOf(event.target); });
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest("a,button,input,[tabindex]")) focused = null; });
  const refocus = () => {
    if (!focused || (document.activeElement && document.activeElement !== document.body)) return;
    const root = focused.root ? document.getElementById(focused.root) : document.querySelector(`a[href="${CSS.escape(focused.href)}"]`);
    if (!root) return;
    const inside = [...root.querySelectorAll(focused.tag || "a")];
    const found = focused.radio ? inside.find((one) => one.checked) : focused.at >= 0 ? inside[focused.at] : root;
    (found || root).focus({preventScroll: true});
  };

  // a page that is drawn anew keeps open what was opened
  const open = new Set();
  document.addEventListener("toggle", ({target}) => {
    if (target.dataset?.fold && target.isConnected) open[target.open ? "add" : "delete"](target.dataset.fold);
  }, true);
  const unfold = () => document.querySelectorAll("details[data-fold]:not([open])").forEach((fold) => {
    if (open.has(fold.dataset.fold)) fold.open = true;
  });

  // while something runs the page asks again, so long after an answer has come: a slow one is waited for
  const RETRY_MS = 5000;
  let beat = 0, next = null;
  const askAgain = (ms) => {
    clearTimeout(next);
    next = ms ? setTimeout(() => window.dash_clientside.set_props("tick", {data: Date.now()}), ms) : null;
  };

  // when the server does not answer, the reader is told
  const ask = window.fetch.bind(window);
  let lost = null;
  const refound = () => {
    if (lost === null) return;
    clearInterval(lost);
    lost = null;
    document.body.classList.remove("lost");
    say(texts().back || "");
    // what was chosen meanwhile stands in the address: the page is drawn anew as that says
    window.dash_clientside.set_props("shown", {data: null});
    askAgain(1);
  };
  const lose = () => {
    if (lost !== null) return;
    document.body.dataset.told = texts().lost || "";
    document.body.classList.add("lost");
    say(texts().lost || "");
    lost = setInterval(() => ask("/health").then((answer) => { if (answer.ok) refound(); }, () => {}), 2000);
  };
  window.fetch = async (...what) => {
    try {
      const answer = await ask(...what);
      refound();
      if (!answer.ok && beat) askAgain(RETRY_MS);
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") lose();
      throw error;
    }
  };

  // the first visit: five steps, told once, never in the way; asked for again in the rail
  const STEPS = [".station", ".tray .measure", "#title-estimate, #title-strip, #title-best", "#run-now", 'a[href^="/compare"]'];
  const TOUR = "schouw-tour";
  let step = -1;
  const remembered = () => { try { return localStorage.getItem(TOUR); } catch { return "no"; } };
  const remember = () => { try { localStorage.setItem(TOUR, "seen"); } catch { /* nothing is kept: it comes again */ } };
  const endTour = () => {
    if (step < 0) return;
    step = -1;
    remember();
    document.querySelectorAll(".tour-target").forEach((one) => one.classList.remove("tour-target"));
    document.getElementById("tour")?.remove();
  };
  const tourStep = (next) => {
    const told = texts().tour || [];
    if (next >= STEPS.length || !told.length) { endTour(); return; }
    step = next;
    document.querySelectorAll(".tour-target").forEach((one) => one.classList.remove("tour-target"));
    const target = document.querySelector(STEPS[step]);
    (target?.closest(".card") && step === 2 ? target.closest(".card") : target)?.classList.add("tour-target");
    let box = document.getElementById("tour");
    if (!box) {
      box = document.createElement("div");
      box.id = "tour";
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-labelledby", "tour-text");
      box.setAttribute("aria-live", "polite");
      document.body.append(box);
    }
    const part = (tag, text, props) => Object.assign(document.createElement(tag), {textContent: text}, props);
    box.replaceChildren(
      part("p", `${step + 1} / ${STEPS.length}`, {className: "tour-count"}),
      part("p", told[step], {id: "tour-text"}),
      part("button", texts().tour_next[step === STEPS.length - 1 ? 1 : 0], {className: "button main", type: "button", onclick: () => tourStep(step + 1)}),
      part("button", texts().tour_skip, {className: "button", type: "button", onclick: endTour}),
    );

  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") endTour(); });
  acts.tour = () => tourStep(0);
  const maybeTour = () => {
    if (step >= 0 && !location.pathname.match(/^\/(explore)?$/)) endTour();
    else if (step >= 0) tourStep(step);
    else if (!remembered() && location.pathname.match(/^\/(explore)?$/) && !location.search.includes("on_")) tourStep(0);
  };

  // what controls say goes into the address. It is done here, at once: while a server answers the first of two quick
  // choices the second would be told with the address from before both. `asked` is what was chosen and not yet drawn.
  const asked = new Map();
  const written = (query, kind, key, value) => {
    if (kind === "study" || kind === "station") return new URLSearchParams({lang: query.get("lang") || document.documentElement.lang, [kind]: value});
    const pairs = {[key]: value ?? ""};
    if (key === "at") Object.assign(pairs, {at: "", px: value.split(",")[0], py: value.split(",")[1]}); // where the next thing goes
    if (kind === "turn") pairs[key] = value ? "1" : "0";
    if (kind === "list") pairs[key] = (value || []).join(".");
    Object.entries(pairs).forEach(([name, text]) => (text === "" ? query.delete(name) : query.set(name, text)));
    return query;
  };
  const movedOf = (controls) => window.dash_clientside.callback_context.triggered.flatMap(({prop_id, value}) => {
    const [kind, key] = Object.entries(JSON.parse(prop_id.slice(0, prop_id.lastIndexOf("."))))[0];
    if (kind === "card") {
      if (typeof value?.set !== "string") return [];
      return [["set", value.set, value.value], ...(value.also ? [["set", "item", value.also]] : [])];
    }
    const name = `${kind} ${key}`, same = JSON.stringify(asked.has(name) ? asked.get(name) : controls[name]) === JSON.stringify(value);
    if (!same) asked.set(name, value);
    return same ? [] : [[kind, key, value]];
  });
  const choose = (...values) => {
    const [shown, search] = values.slice(-2), before = search || "";
    if (!shown) return window.dash_clientside.no_update;
    const moved = movedOf(shown.controls || {});
    const query = moved.reduce((into, [kind, key, value]) => written(into, kind, key, value), new URLSearchParams(before));
    const pairs = [...query].sort(([a], [b]) => (a === "lang" ? -1 : b === "lang" ? 1 : a < b ? -1 : 1));
    return moved.length ? `?${new URLSearchParams(pairs)}` : window.dash_clientside.no_update;
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.schouw = {
    tell: (told) => {
      if (!told) return null;
      asked.clear();
      beat = told.poll;
      askAgain(beat);
      (told.parts || []).forEach((part) => window.dash_clientside.set_props(part.id, part.props));
      document.documentElement.lang = told.lang;
      document.title = told.title;
      const screen = document.getElementById("screen");
      screen.dataset.texts = JSON.stringify(told.texts || {});
      const label = () => document.querySelectorAll(".upload input[type=file]").forEach((one) => one.setAttribute("aria-label", texts().upload || ""));
      requestAnimationFrame(label);
      query = told.query || "";
      setTimeout(label, 300);
      setTimeout(maybeTour, 200);
      screen.dataset.drawn = String(Number(screen.dataset.drawn || 0) + 1);
      requestAnimationFrame(() => { unfold(); showTurns(); requestAnimationFrame(refocus); });
      setTimeout(refocus, 150);
      if (location.hash && !screen.dataset.jumped) {
        screen.dataset.jumped = "1";
        requestAnimationFrame(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
      }
      return null;
    },
    choose,
    menu: (opened, navbar) => ({...navbar, collapsed: {mobile: !opened}}),
  };
})();

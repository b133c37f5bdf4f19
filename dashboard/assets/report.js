"use strict";
(() => {
  const box = document.getElementById("explorer");
  const data = JSON.parse(document.getElementById("cells").textContent);
  const columns = 6, page = 100;
  const selects = [...box.querySelectorAll("select")];
  const body = box.querySelector("tbody"), count = box.querySelector(".count"), more = box.querySelector(".more");
  const locale = data.language === "nl" ? "nl-NL" : "en-GB";
  const formats = new Map();
  const write = (value, digits) => {
    const options = {minimumFractionDigits: digits, maximumFractionDigits: digits};
    if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat(locale, options));
    return formats.get(digits).format(value).replace(/^-(?=.*[1-9])/, "\u2212").replace(/^-/, "");
  };
  // two significant digits of the half-width, as everywhere in the report
  const digitsOf = (half, most) => half > 0 ? Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(half)))) : 2;
  const percent = (value) => value === null ? "" : write(100 * value, 1) + "%";
  const to = data.language === "nl" ? " tot " : " to ";
  const span = (low, high, as) => low === null || high === null ? "" : as(low) + (low < 0 || high < 0 ? to : "\u2013") + as(high);
  const start = ["", "perceived_safety", "", "", "", "all"];
  let limit = page;

  selects.forEach((select, column) => {
    const any = new Option(data.words.all, "");
    select.add(any);
    data.keys[column].forEach((key, index) => {
      if (key !== "") select.add(new Option(data.labels[column][index], String(index)));
    });
    const wanted = data.keys[column].indexOf(start[column]);
    select.value = start[column] && wanted >= 0 ? String(wanted) : "";
    select.addEventListener("change", () => { limit = page; show(); });
  });

  const texts = (row) => {
    const [base, value, difference, low, high, relative, rlow, rhigh, range0, range1, pairs] = row.slice(columns + 1);
    const half = low === null ? Math.abs(difference ?? 0) / 10 : (high - low) / 2;
    const digits = digitsOf(half, 5);
    const number = (value) => value === null ? "" : write(value, digits);
    return [
      ...row.slice(0, columns + 1).map((index, column) => data.labels[column][index]),
      number(base), number(value), number(difference), span(low, high, number),
      relative === null ? "" : span(rlow, rhigh, percent) || percent(relative),
      span(range0, range1, number), String(pairs),
    ];
  };

  const show = () => {
    const chosen = selects.map((select) => select.value);
    const rows = data.rows.filter((row) => chosen.every((value, column) => value === "" || row[column] === Number(value)));
    body.replaceChildren(...rows.slice(0, limit).map((row) => {
      const line = document.createElement("tr");
      texts(row).forEach((text, column) => {
        const cell = document.createElement("td");
        cell.textContent = text;
        if (column > columns) cell.className = "num";
        line.append(cell);
      });
      return line;
    }));
    count.textContent = rows.length === 0 ? data.words.empty
      : data.words.shown.replace("{shown}", write(Math.min(limit, rows.length), 0)).replace("{all}", write(rows.length, 0));
    more.hidden = rows.length <= limit;
  };
  more.addEventListener("click", () => { limit += page; show(); });
  box.addEventListener("toggle", () => { if (box.open && !body.children.length) show(); });
  if (box.open) show();
})();

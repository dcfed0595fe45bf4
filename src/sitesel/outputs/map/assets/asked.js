/* What is asked of networks and land over all plots, as sheets: demand, shared sources, the cost of rules. */
Sitesel.asked = ((page) => {
  const { site, pick, make, renew } = page;
  const told = site.asked;
  const cell = (columns) => ({ text, look, span, remarks }, i) => make(columns[i].names ? "th" : "td",
    { scope: columns[i].names ? "row" : null, colspan: span > 1 ? span : null, class: `${columns[i].side} ${look}` },
    pick(text), ...remarks.map((remark) => make("small", { class: remark.look, text: pick(remark.text) })));
  const table = ({ columns, rows }) => make("table", {},
    make("thead", {}, make("tr", {}, ...columns.map(({ head, side }) => make("th", { scope: "col", class: side, text: pick(head) })))),
    make("tbody", {}, ...rows.map(({ look, cells }) => make("tr", { class: look }, ...cells.map(cell(columns))))));
  const list = ({ columns, rows }) => make("ul", {}, ...rows.map(({ cells }) => make("li", {},
    ...cells.map(({ text, look }, i) => make(columns[i].names ? "b" : "p", { class: look, text: pick(text) })))));
  const body = (sheet) => [(sheet.columns.some(({ head }) => pick(head)) ? table : list)(sheet),
    ...sheet.notes.map((note) => make("p", { class: "detail", text: pick(note) }))];
  /* A sheet without a title goes on where the one before it ends. */
  const folded = () => told.sheets.reduce((folds, sheet) => {
    if (pick(sheet.title)) folds.push(make("details", {}, make("summary", { text: pick(sheet.title) })));
    folds[folds.length - 1].append(...body(sheet));
    return folds;
  }, []);
  const write = () => renew("asked", ...(told ? [...folded(), pick(told.rate) ? make("p", { class: "fine", text: pick(told.rate) }) : null] : []));
  return { write, body };
})(Sitesel);

/* What is asked of networks and land over all plots: demand, shared sources, the cost of rules. */
Sitesel.asked = ((page) => {
  const { site, pick, say, number, make, renew } = page;
  const told = site.asked;
  const figure = (value) => number(value, value !== null && value % 1 && value < 100 ? 1 : 0);
  const leading = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const cell = (value) => make("td", { class: "n", text: value });
  const head = (...cells) => make("thead", {}, make("tr", {}, ...cells.map(([text, kind]) => make("th", { scope: "col", class: kind, text }))));
  const folded = (title, ...children) => make("details", {}, make("summary", { text: title }), ...children);

  const towns = () => [...new Set(told.demand.map((row) => pick(row.town)))];
  const demand = () => (told.demand.length ? folded(say("demand.title"),
    make("table", {},
      head([say("demand.quantity"), "l"], ...["low", "mid", "high"].map((size) => [say(`demand.${size}`), "n"])),
      ...towns().map((town) => make("tbody", {},
        make("tr", {}, make("th", { scope: "rowgroup", colspan: "4", class: "group", text: town })),
        ...told.demand.filter((row) => pick(row.town) === town).map((row) => make("tr", {},
          make("th", { scope: "row" }, pick(row.quantity), make("small", { text: `, ${pick(row.unit)}` })), ...row.figures.map((one) => cell(figure(one)))))))),
    make("p", { class: "detail", text: say("demand.note") }),
    make("ul", { class: "bases" }, ...[...new Map(told.demand.map((row) => [pick(row.quantity), row])).values()].map((row) => make("li", {
      text: `${pick(row.quantity)}: ${[pick(row.basis), pick(row.source), say("connections.confidence", { confidence: pick(row.confidence) })].filter(Boolean).join(" · ")}` })))) : null);

  const seen = ({ views }) => (views.length > 1 ? "" : say(views[0] ? "shared.pessimistic" : "shared.optimistic"));
  const source = (row) => {
    const params = { asked: figure(row.asked), unit: pick(row.unit), capacity: figure(row.capacity), served: figure(row.served) };
    const sentence = row.capacity === null ? say("shared.unknown", params) : say(row.short ? "shared.short" : "shared.enough", params);
    return make("li", { class: row.short ? "short" : null },
      make("b", { text: `${pick(row.network)}: ${pick(row.source)}` }),
      make("p", { text: row.plots.map(pick).join(" + ") }),
      make("p", { text: [sentence, seen(row)].filter(Boolean).join(" ") }));
  };
  const shared = () => (told.shared.length ? folded(say("shared.title", { count: number(told.shared.length) }),
    make("p", { class: "detail", text: say("shared.note") }), make("ul", { class: "shared-sources" }, ...told.shared.map(source))) : null);

  const cost = (row) => make("tr", { class: row.rule === null ? "all" : null },
    make("th", { scope: "row" }, row.rule === null ? say("rules.all") : leading(pick(row.rule)),
      row.rule === null ? null : make("small", { text: say(row.mode === "exclude" ? "rules.mode.exclude" : "rules.mode.flag") }),
      row.by ? make("small", { text: row.by }) : null,
      row.open ? make("small", { class: "soft", text: say("rules.cost.open", { count: number(row.open) }) }) : null),
    ...(row.unchecked && !row.plots[0] ? [make("td", { class: "n soft", colspan: "2", text: say("rules.cost.unchecked", { count: number(row.unchecked) }) })]
      : [0, 1].map((place) => (row.plots[place] === null ? cell("") : make("td", { class: "n" }, number(row.plots[place]),
        make("small", { text: say("hectares", { figure: number(row.hectares[place]) }) }))))));
  const rules = () => (told.costs.length ? folded(say("rules.title"),
    make("p", { class: "detail", text: say("rules.cost.note") }),
    make("table", { class: "rules" }, head([say("rules.rule"), "l"], [say("rules.alone"), "n"], [say("rules.more"), "n"]),
      make("tbody", {}, ...told.costs.map(cost)))) : null);
  const unchecked = () => (told.unchecked.length ? folded(say("rules.unchecked.title", { count: number(told.unchecked.length) }),
    make("p", { class: "detail", text: say("rules.unchecked.note") }),
    make("ul", { class: "bases" }, ...told.unchecked.map((row) => make("li", {}, make("b", { text: leading(pick(row.rule)) }), `: ${pick(row.reason)}`)))) : null);
  const rate = () => (told.exchange ? make("p", { class: "fine", text: say("connections.rate", {
    rate: number(told.exchange.rate, 2), date: told.exchange.date, source: pick(told.exchange.source) }) }) : null);

  const write = () => renew("asked", ...(told ? [demand(), shared(), rules(), unchecked(), rate()] : []));
  return { write };
})(Sitesel);

/* Two or three pinned plots side by side, the best of each row marked. */
Sitesel.compare = ((page) => {
  const { study, decided, state, site, workers, named, pick, say, number, few, figure, make, renew, badge, standing, ranked, townOf, criterionColour } = page;
  const MOST = 3;
  const catchments = named(workers.labour);
  const grounds = site.land ? named(site.land.ground) : [];

  /* Places of the best of figures; none where they are alike or but one is known. */
  const best = (figures, lowest = false) => {
    const known = figures.filter((value) => value !== null && value !== undefined);
    const top = lowest ? Math.min(...known) : Math.max(...known);
    return known.length < 2 || known.every((value) => value === top) ? [] : figures.flatMap((value, i) => (value === top ? [i] : []));
  };
  const toggled = (pins, plot) => (pins.includes(plot) ? pins.filter((one) => one !== plot) : [...pins, plot].slice(-MOST));

  const measure = (indicator, i) => ({ label: pick(indicator.label), colour: i, figures: (plot) => (indicator.weighs || study.plots[plot].measures[i] !== null ? study.plots[plot].worth[i] : null),
    text: (plot) => (study.plots[plot].measures[i] === null ? say("unknown") : `${number(study.plots[plot].measures[i], indicator.decimals)} ${pick(indicator.unit)}`),
    more: (plot) => !indicator.weighs ? say("told") : say("made.of", { points: number(study.plots[plot].brings[i] || 0), most: number(indicator.weight) }) });
  const money = (plot) => site.connections?.plots[plot]?.totals[0] ?? null;
  const unchecked = (plot) => site.land?.rulings[plot]?.unchecked.length ?? null;
  const rows = () => [
    { label: say("score"), figures: (plot) => standing(plot).score, text: (plot) => figure(standing(plot), "score") },
    { label: say("compare.rank"), figures: () => null, text: (plot) => (standing(plot).rank === null ? "–"
      : say("rank.of", { rank: standing(plot).rank, ranked: number(ranked(townOf[plot])), town: pick(study.towns[townOf[plot]].name) })) },
    { label: say("card.sure"), figures: (plot) => decided[plot].first, text: (plot) => (decided[plot].first === null ? "–" : say("first", { share: few(decided[plot].first) })), more: page.card.rangeSaid },
    ...study.indicators.map(measure),
    catchments.length ? { label: say("labour.per_job"), figures: (plot) => catchments[plot]?.per_job[1] ?? null, text: (plot) => (catchments[plot] ? number(catchments[plot].per_job[1], 1) : "–") } : null,
    grounds.length ? { label: say("ground.usable"), figures: (plot) => grounds[plot]?.usable_ha ?? null,
      text: (plot) => (grounds[plot] && grounds[plot].usable_ha !== null ? say("hectares", { figure: figure(grounds[plot], "usable_ha") }) : say("unknown")) } : null,
    site.connections ? { label: `${say("connections.title")}, ${say("connections.unit")}`, lowest: true, figures: (plot) => money(plot)?.usd_mid ?? null,
      text: (plot) => (money(plot) && money(plot).usd_mid !== null ? page.connections.total(money(plot)) : "–") } : null,
    site.land ? { label: say("rules.unchecked"), lowest: true, figures: unchecked, text: (plot) => (unchecked(plot) === null ? "–" : number(unchecked(plot))) } : null,
  ].filter(Boolean);
  const line = ({ label, figures, text, more, lowest, colour }) => {
    const texts = state.pins.map(text);
    const alike = texts.every((one) => one === texts[0]);
    const leaders = alike ? [] : best(state.pins.map(figures), lowest);
    return make("tr", { class: alike ? "alike" : null, role: "row" },
      make("th", { scope: "row", role: "rowheader" }, colour === undefined ? null : make("i", { class: `swatch tex${study.indicators[colour].criterion % 6}`, style: { "background-color": criterionColour(study.indicators[colour].criterion) } }), label),
      ...state.pins.map((plot, i) => make("td", { class: leaders.includes(i) ? "best" : null, role: "cell" },
        leaders.includes(i) ? make("span", { class: "mark", text: "▲" }) : null, make("b", { text: texts[i] }),
        leaders.includes(i) ? make("span", { class: "said", text: say("compare.best") }) : null,
        more ? make("small", { text: more(plot) }) : null)));
  };
  /* Roles are said in full: on a phone the rows are laid out as grids, and some browsers then forget that this is a table. */
  const head = (plot, act) => make("th", { scope: "col", role: "columnheader" }, badge(plot),
    make("button", { type: "button", class: "link", text: pick(study.plots[plot].name), on: { click: () => act.open(plot) } }),
    make("small", { text: pick(study.towns[townOf[plot]].name) }));

  const write = (act) => {
    const tray = renew("tray", ...(state.pins.length ? [
      ...state.pins.map((plot) => make("span", { class: "pinned" }, badge(plot), make("span", { class: "name", text: pick(study.plots[plot].name) }),
        make("button", { type: "button", class: "unpin", "aria-label": say("compare.unpin", { plot: pick(study.plots[plot].name) }), text: "×", on: { click: () => act.pin(plot) } }))),
      state.pins.length > 1 ? make("button", { type: "button", class: "small go", text: say("compare.open", { count: number(state.pins.length) }), on: { click: () => act.show(true) } })
        : make("span", { class: "detail", text: say("compare.more") })] : []));
    tray.hidden = state.pins.length === 0;
    tray.setAttribute("aria-label", say("compare.title"));
    const open = state.comparing && state.pins.length > 1;
    const sheet = renew("compare", ...(open ? [
      make("button", { type: "button", class: "back", on: { click: () => act.show(false) } }, make("span", { "aria-hidden": "true", text: "←" }), say("back")),
      make("h2", { id: "compare-title", tabindex: "-1", text: say("compare.title") }),
      make("p", { class: "detail", text: say("compare.note") }),
      make("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": "compare-title" }, make("table", { role: "table", style: { "--pins": state.pins.length } },
        make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, make("td", { role: "cell" }), ...state.pins.map((plot) => head(plot, act)))),
        make("tbody", { role: "rowgroup" }, ...rows().map(line))))] : []));
    sheet.hidden = !open;
    document.getElementById("view").classList.toggle("comparing", open);
  };
  return { best, toggled, write };
})(Sitesel);

/* A plot's card: rank and score, where they come from, what is missing, and how sure each figure is. */
Sitesel.card = ((page) => {
  const { study, state, pick, say, number, figure, make, renew, badge, criterionColour, ranked } = page;

  const total = (plot, criterion) => study.indicators.reduce((sum, indicator, i) =>
    indicator.criterion === criterion && plot.brings[i] !== null ? sum + plot.brings[i] : sum, 0);

  /* The score as one bar, 100 points wide, a part a criterion. */
  const bar = (plot) => make("span", { class: "bar", "aria-hidden": "true" },
    ...study.criteria.map((_criterion, i) => make("i", { style: {
      width: `${Math.max(0, total(plot, i))}%`, background: criterionColour(i) } })));

  const text = (place) => (place === null ? "" : pick(study.texts[place]));
  const pair = (term, value) => (value ? make("div", {}, make("dt", { text: term }), make("dd", { text: value })) : null);

  const curve = (indicator) => indicator.curve.map(([x, points]) =>
    say("curve.point", { x: number(x, x % 1 ? 1 : 0), points: number(points, points % 1 ? 1 : 0) })).join(" · ");

  const behind = (indicator) => make("details", {},
    make("summary", { text: say("behind") }),
    make("dl", {},
      pair(say("weight"), say("percent", { figure: figure(indicator, "weight") })),
      pair(say("curve"), `${curve(indicator)} (${pick(indicator.unit)})`),
      pair(say("source"), pick(indicator.source)),
      pair(say("confidence"), pick(indicator.confidence))));

  const measured = (plot, i) => {
    const indicator = study.indicators[i];
    const detail = text(plot.details[i]);
    return make("li", {},
      make("div", { class: "measure" },
        make("span", { class: "label", text: pick(indicator.label) }),
        make("b", {}, number(plot.measures[i], indicator.decimals), "\u00a0", make("small", { text: pick(indicator.unit) }))),
      detail ? make("p", { class: "detail", text: detail }) : null,
      make("div", { class: "worth" },
        make("span", { class: "gauge", "aria-hidden": "true" }, make("i", { style: {
          width: `${plot.points[i]}%`, background: criterionColour(indicator.criterion) } })),
        make("span", { text: say("worth", {
          points: number(plot.points[i]), weight: figure(indicator, "weight"), brings: number(plot.brings[i], 1) }) })),
      behind(indicator));
  };
  const missing = (plot, i) => {
    const indicator = study.indicators[i];
    return make("li", { class: "missing" },
      make("div", { class: "measure" },
        make("span", { class: "label", text: pick(indicator.label) }),
        make("b", { text: say("unknown") })),
      make("p", { class: "detail", text: text(plot.reasons[i]) || say("unknown.why") }),
      make("p", { class: "detail", text: say("unknown.weight", { weight: figure(indicator, "weight") }) }),
      behind(indicator));
  };

  const criterion = (plot, c) => make("section", { class: "criterion" },
    make("h3", {},
      make("i", { class: "swatch", style: { background: criterionColour(c) } }),
      make("span", { text: pick(study.criteria[c].name) }),
      make("small", { text: say("brings", {
        brings: number(total(plot, c), 1), weight: number(study.criteria[c].weight, study.criteria[c].weight % 1 ? 1 : 0) }) })),
    make("ul", {}, ...study.indicators.map((indicator, i) => (indicator.criterion !== c ? null
      : plot.measures[i] === null || plot.points[i] === null ? missing(plot, i) : measured(plot, i)))));

  const head = (plot, place, town) => make("header", {},
    badge(place),
    make("div", {},
      make("h2", { id: "card-title", tabindex: "-1", text: pick(plot.name) }),
      make("p", { text: plot.rank === null ? page.land.unranked(place)
        : say("rank.of", { rank: plot.rank, ranked: number(ranked(town)), town: pick(study.towns[town].name) }) })),
    make("p", { class: "score" }, make("b", { text: figure(plot, "score") }), make("small", { text: say("of.100") })));

  const land = (plot, town) => {
    const area = say("hectares", { figure: figure(plot, "area_ha") });
    return study.towns[town].area_need_ha === null ? area
      : say("area.need", { area, need: say("hectares", { figure: figure(study.towns[town], "area_need_ha") }) });
  };
  const caution = (plot) => {
    const notes = [];
    if (plot.outline === "indicative") notes.push(plot.precision_km === null ? say("outline.indicative")
      : say("outline.indicative.km", { figure: number(plot.precision_km, plot.precision_km % 1 ? 1 : 0) }));
    if (study.atlas) notes.push(say("screening"));
    return !notes.length ? null : make("div", { class: "caution" }, ...notes.map((note) => make("p", { text: note })));
  };

  const write = (place, town, close) => {
    const plot = study.plots[place];
    const card = renew("card",
      make("button", { class: "back", type: "button", on: { click: close } },
        make("span", { "aria-hidden": "true", text: "←" }), say(state.together ? "programme.back" : "back")),
      head(plot, place, town),
      bar(plot),
      page.land.alarm(place),
      make("p", { class: "known", text: plot.known === 100 ? say("known.all")
        : say("known.share", { share: number(plot.known) }) }),
      make("dl", { class: "facts" }, pair(say("area"), land(plot, town)), pair(say("note"), text(plot.note))),
      caution(plot),
      page.labour.section(place),
      page.connections.section(place),
      page.land.section(place),
      ...study.criteria.map((_, c) => criterion(plot, c)),
      make("dl", { class: "facts origin" },
        pair(say("source.plot"), text(plot.source)),
        pair(say("confidence"), text(plot.confidence)),
        pair(say("id"), plot.id),
        pair(say("place"), say("place.value", { lat: number(plot.at[1], 3), lon: number(plot.at[0], 3) }))));
    card.hidden = false;
    card.scrollTop = 0;
    return card;
  };
  return { write, bar };
})(Sitesel);

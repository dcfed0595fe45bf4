/* The header, the towns' tabs, the ranking and what is said of the method: all that surrounds the map. */
Sitesel.panel = ((page) => {
  const { words, study, state, pick, say, number, figure, make, draw, renew, badge, criterionColour, ranked, palette } = page;

  const heading = (speak) => {
    renew("title", pick(study.title));
    document.title = pick(study.title);
    renew("stamp", pick(study.stamp));
    renew("sure", pick(study.sure));
    const group = renew("languages", ...study.languages.map((lang) => make("button", {
      type: "button", lang, "aria-pressed": String(lang === state.lang), title: words[lang]["language.own"],
      "aria-label": words[lang]["language.own"], text: lang.toUpperCase(), on: { click: () => speak(lang) } })));
    group.setAttribute("aria-label", say("language"));
  };

  const towns = (visit) => {
    const titles = study.towns.map((town) => pick(town.name));
    if (page.together.told) titles.push(say("programme.tab"));
    const open = state.together ? study.towns.length : state.town;
    const list = renew("towns", ...titles.map((text, i) => make("button", {
      type: "button", role: "tab", id: `tab-${i}`, "aria-selected": String(i === open), "aria-controls": "view",
      tabindex: i === open ? "0" : "-1", text, on: { click: () => visit(i) } })));
    list.setAttribute("aria-label", say("towns"));
    list.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (open + step + titles.length) % titles.length;
      visit(next);
      document.getElementById(`tab-${next}`).focus();
    };
    document.getElementById("view").setAttribute("aria-labelledby", `tab-${open}`);
  };

  const townFacts = () => {
    const town = study.towns[state.town];
    const facts = town.facts.map((fact) => make("div", {},
      make("dt", { text: pick(fact.label) }),
      make("dd", {}, pick(fact.figure), fact.assumed ? make("abbr", { title: say("assumed"), text: say("assumed.short") }) : null)));
    const missing = town.plots.length - ranked(state.town);
    renew("town",
      make("dl", { class: "figures" }, ...facts),
      make("p", { class: "count", text: missing
        ? say("count.some", { ranked: number(ranked(state.town)), missing: number(missing) })
        : say("count.all", { ranked: number(ranked(state.town)) }) }),
      make("ul", { class: "criteria", "aria-label": say("weights") }, ...study.criteria.map((criterion, i) => make("li", {},
        make("i", { class: "swatch", style: { background: criterionColour(i) } }),
        say("weight.of", { name: pick(criterion.name), percent: number(criterion.weight, criterion.weight % 1 ? 1 : 0) })))));
  };

  const row = (place, choose) => {
    const plot = study.plots[place];
    return make("li", {}, make("button", {
      type: "button", class: place === state.plot ? "plot chosen" : "plot", "data-plot": plot.id, on: { click: () => choose(place) } },
      badge(place),
      make("span", { class: "name", text: pick(plot.name) }),
      make("span", { class: "points", text: figure(plot, "score") }),
      page.card.bar(plot),
      make("span", { class: "share", text: plot.known === 100 ? say("known.all.short")
        : say("known.share.short", { share: number(plot.known) }) }),
      page.land.alarm(place, "span")));
  };
  const lists = (choose) => {
    const { plots } = study.towns[state.town];
    const isRanked = (place) => study.plots[place].rank !== null;
    renew("ranking", ...plots.filter(isRanked).map((place) => row(place, choose)))
      .setAttribute("aria-label", say("ranking"));
    const others = plots.filter((place) => !isRanked(place));
    const part = (title, why, places) => (places.length ? [make("h3", { text: say(title) }), make("p", { text: say(why) }),
      make("ol", {}, ...places.map((place) => row(place, choose)))] : []);
    const section = renew("unranked",
      ...part("unranked", "unranked.why", others.filter((place) => !page.out(place))),
      ...part("excluded", "excluded.why", others.filter(page.out)));
    section.hidden = others.length === 0 || state.together;
    for (const id of ["town", "ranking"]) document.getElementById(id).hidden = state.together;
    document.getElementById("together").hidden = !state.together;
  };

  const method = () => renew("method", make("details", {},
    make("summary", { text: say("method") }),
    make("p", { text: say("method.text") }),
    make("table", {},
      make("thead", {}, make("tr", {}, make("th", { scope: "col", text: say("indicator") }),
        make("th", { scope: "col", class: "n", text: say("weight") }), make("th", { scope: "col", text: say("confidence") }))),
      make("tbody", {}, ...study.indicators.map((indicator) => make("tr", {},
        make("th", { scope: "row" }, make("i", { class: "swatch", style: { background: criterionColour(indicator.criterion) } }),
          pick(indicator.label)),
        make("td", { class: "n", text: say("percent", { figure: figure(indicator, "weight") }) }),
        make("td", { text: pick(indicator.confidence) })))))));

  const footer = () => {
    const grade = (source) => make("span", { class: "quality" },
      make("i", { class: source.grade }), pick(source.quality));
    renew("footer",
      make("details", {},
        make("summary", { text: say("sources") }),
        make("ul", { class: "sources" }, ...study.sources.map((source) => make("li", {},
          make("h4", {}, pick(source.layer), grade(source)),
          make("p", { text: pick(source.source) }),
          make("p", { text: [source.licence, source.date].map(pick).filter(Boolean).join(" · ") }),
          ...source.why.map((why) => make("p", { text: pick(why) })))))),
      study.notices.length ? make("details", {},
        make("summary", { text: say("notices.count", { count: number(study.notices.length) }) }),
        make("ul", {}, ...study.notices.map((notice) => make("li", { text: pick(notice) })))) : null,
      make("p", { class: "fine", text: say("made.with", { version: study.version }) }));
  };

  /* The legend names every sign on the map, and switches the layers that may be switched. */
  const legend = (map, open) => {
    const { layers, symbol } = page.ground_map;
    const stroke = (colour, width, dashes) => draw("svg", { viewBox: "0 0 28 12", width: 28, height: 12, "aria-hidden": "true" },
      draw("line", { x1: 1, x2: 27, y1: 6, y2: 6, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }));
    const dot = () => draw("svg", { viewBox: "0 0 28 12", width: 28, height: 12, "aria-hidden": "true" },
      draw("circle", { cx: 14, cy: 6, r: 3.5, fill: palette.signs.places }));
    const signs = [
      ["main", stroke(palette.roads.motorway.colour, 3)], ["minor", stroke(palette.roads.minor.colour, 1.5)], ["assumed", stroke(palette.roads.assumed.colour, 1.4, "3 4")],
      ["border", stroke(palette.signs.border, 1.6, "8 4 2 4")], ["places", dot()],
      ["gateways", symbol("gateways", "border", 18)], ["utilities", symbol("utilities", "substation", 18)],
      ["utility_lines", stroke(palette.signs.power, 1.8, "10 3")], ["rivals", symbol("rivals", "park", 18)],
    ];
    const toggle = (name) => (event) => (event.target.checked ? layers[name].addTo(map) : layers[name].remove());
    const grades = ["green", "amber", "red"].map((grade) => make("span", { class: "quality" },
      make("i", { class: `grade ${grade}` }), say(`quality.${grade}`)));
    const box = make("details", { class: "legend", open },
      make("summary", { text: say("legend") }),
      make("div", { class: "ramp" }, make("span", { text: say("legend.best") }),
        ...palette.rank.ramp.map((background) => make("i", { style: { background } })),
        make("span", { text: say("legend.last") })),
      page.land.sign(),
      page.suitability.legend(),
      make("ul", {}, ...signs.map(([name, sign]) => make("li", {}, make("label", {},
        make("input", { type: "checkbox", checked: map.hasLayer(layers[name]), on: { change: toggle(name) } }),
        sign, make("span", { text: say(`legend.${name}`) }))))),
      make("p", { text: say("legend.note") }),
      make("p", { class: "grades" }, make("b", { text: say("quality") }), ...grades));
    return box;
  };

  return { heading, towns, townFacts, lists, method, footer, legend };
})(Sitesel);

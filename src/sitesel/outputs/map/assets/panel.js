/* The header, the towns' tabs, the ranking and what is said of the method: all that surrounds the map. */
Sitesel.panel = ((page) => {
  const { words, study, answer, decided, state, pick, say, number, few, figure, make, draw, renew, badge, criterionColour, scenario, standing, ranked, palette } = page;

  const entitle = () => {
    document.title = pick((scenario() || study).title);
    renew("title", document.title);
  };
  const heading = (speak) => {
    entitle();
    renew("stamp", pick(study.stamp));
    renew("sure", pick(study.sure));
    const offered = study.languages.filter((lang) => study.offered.includes(lang) || lang === state.lang);
    const group = renew("languages", ...offered.map((lang) => make("button", {
      type: "button", lang, "aria-pressed": String(lang === state.lang), title: words[lang]["language.own"],
      "aria-label": words[lang]["language.own"], text: lang.toUpperCase(), on: { click: () => speak(lang) } })));
    group.setAttribute("aria-label", say("language"));
  };

  const towns = (visit) => {
    const titles = [say("answer.title"), ...study.towns.map((town) => pick(town.name))];
    const open = state.overview ? 0 : state.town + 1;
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

  /* What if: the same plots as they stand in a scenario. */
  const whatIf = (turn) => (!study.scenarios.length ? null : make("div", { class: "what-if" },
    make("label", {}, make("span", { text: say("scenarios.title") }),
      make("select", { id: "scenario", on: { change: (event) => turn(event.target.value === "" ? null : Number(event.target.value)) } },
        ...[["", say("scenarios.none")], ...study.scenarios.map(({ name }, i) => [String(i), pick(name)])].map(([value, text]) =>
          make("option", { value, text, selected: value === String(state.scenario ?? "") })))),
    scenario() ? make("p", { class: "caution", text: `${moved()} ${say("scenarios.note")}` }) : null));
  const moved = () => {
    const count = study.towns[state.town].plots.filter((place) => standing(place).rank !== study.plots[place].rank).length;
    return count ? say("scenarios.moved", { count: number(count) }) : say("scenarios.moved.none");
  };
  const townFacts = (turn) => {
    const town = study.towns[state.town];
    const facts = town.facts.map((fact) => make("div", {},
      make("dt", { text: pick(fact.label) }),
      make("dd", {}, pick(fact.figure), fact.assumed ? make("abbr", { title: say("assumed"), text: say("assumed.short") }) : null)));
    const missing = town.plots.length - ranked(state.town);
    const [verdict, ...others] = answer.towns[state.town].whole;
    renew("town",
      whatIf(turn),
      scenario() ? null : make("details", { class: "verdict" }, make("summary", { text: pick(verdict) }), ...others.map((text) => make("p", { text: pick(text) }))),
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
    const { first, gate } = decided[place];
    const now = standing(place);
    return make("li", {}, make("button", {
      type: "button", class: place === state.plot ? "plot chosen" : "plot", "data-plot": plot.id, on: { click: () => choose(place) } },
      badge(place),
      make("span", { class: "name", text: pick(plot.name) }),
      make("span", { class: "points", text: figure(now, "score") }),
      ...(scenario() ? [make("span", { class: "was", text: was(plot, now) })] : [
        page.card.bar(plot),
        make("span", { class: "share", text: first === null ? known(plot) : say("first", { share: few(first) }) }),
        plot.rank === null ? null : page.card.range(place),
        make("span", { class: "said", text: plot.rank === null ? "" : page.card.rangeSaid(place) })]),
      gate && !page.out(place) ? make("span", { class: "gate", text: pick(gate) }) : null,
      page.land.alarm(place, "span")));
  };
  const was = (plot, now) => (plot.rank === now.rank ? say("scenarios.same", { score: figure(plot, "score") })
    : say("scenarios.was", { rank: plot.rank ?? "–", score: figure(plot, "score") }));
  const known = (plot) => (plot.known === 100 ? say("known.all.short") : say("known.share.short", { share: number(plot.known) }));
  /* Neighbours in the ranking that cannot be told apart stand in one bracket. */
  const bracketed = (places, choose) => places.map((place, i) => {
    const same = (other) => !scenario() && places[other] !== undefined && decided[place].bracket !== null && decided[places[other]].bracket === decided[place].bracket;
    const [above, below] = [same(i - 1), same(i + 1)];
    const item = row(place, choose);
    if (above || below) {
      item.className = `joined${above ? "" : " from"}${below ? "" : " to"}`;
      item.firstChild.append(make("span", { class: "said", text: say("bracket.row") }));
    }
    return item;
  });
  const key = (items) => (scenario() ? [] : [decided.some(({ able, likely }) => able || likely) ? make("p", { text: say("range.key") }) : null,
    items.some((item) => item.className) ? make("p", { text: say("bracket") }) : null]);
  const isRanked = (place) => standing(place).rank !== null;

  /* A long list has rows of one height, of which only those in sight are there; it can be searched. */
  const LONG = 100;
  const ROW_PX = 112;
  const BEYOND = 8;
  const asked = { at: "", text: "", only: "all" };
  const kinds = { all: () => true, detailed: (place) => study.plots[place].details.length > 0, ranked: isRanked,
    unranked: (place) => !isRanked(place) && !page.out(place), excluded: page.out };
  let inSight = () => {};
  document.addEventListener("scroll", () => inSight(), { passive: true, capture: true });
  window.addEventListener("resize", () => inSight());
  const longList = (plots, choose) => {
    const called = (place) => `${pick(study.plots[place].name)} ${study.plots[place].id}`.toLocaleLowerCase();
    const text = asked.text.trim().toLocaleLowerCase();
    const found = plots.filter(kinds[asked.only]).filter((place) => called(place).includes(text));
    const list = document.getElementById("ranking");
    const gap = (rows) => make("li", { class: "gap", "aria-hidden": "true", style: { height: `${rows * ROW_PX}px` } });
    let shown = "";
    inSight = () => {
      const first = Math.min(found.length, Math.max(0, Math.floor(-list.getBoundingClientRect().top / ROW_PX) - BEYOND));
      const last = Math.min(found.length, first + Math.ceil(window.innerHeight / ROW_PX) + 2 * BEYOND);
      if (shown === `${first} ${last}`) return;
      shown = `${first} ${last}`;
      const focused = list.contains(document.activeElement) ? document.activeElement.dataset.plot : null;
      const items = bracketed(found.slice(first, last), choose);
      items.forEach((item, i) => {
        item.setAttribute("aria-setsize", found.length);
        item.setAttribute("aria-posinset", first + i + 1);
      });
      renew("ranking", gap(first), ...items, gap(found.length - last));
      const again = items.find((item) => item.firstChild.dataset.plot === focused);
      if (again) again.firstChild.focus({ preventScroll: true });
    };
    inSight();
    document.getElementById("found").textContent = say("find.count", { count: number(found.length), of: number(plots.length) });
  };
  /* The field stays as it is while one writes in it. */
  const find = (plots, choose) => {
    const at = `${state.town} ${state.lang}`;
    if (asked.at === at) return;
    if (asked.at.split(" ")[0] !== String(state.town)) Object.assign(asked, { text: "", only: "all" });
    asked.at = at;
    const turn = (name) => (event) => { asked[name] = event.target.value; longList(ordered(), choose); };
    const offered = Object.keys(kinds).filter((kind) => kind === "all" || plots.some(kinds[kind]));
    renew("find",
      make("input", { type: "search", value: asked.text, placeholder: say("find"), "aria-label": say("find"), on: { input: turn("text") } }),
      make("select", { "aria-label": say("find.only"), on: { change: turn("only") } }, ...offered.map((kind) =>
        make("option", { value: kind, text: say(`find.${kind}`), selected: kind === asked.only }))),
      make("p", { id: "found", "aria-live": "polite" }));
  };
  const ordered = () => [...study.towns[state.town].plots].sort((a, b) => (standing(a).rank ?? Infinity) - (standing(b).rank ?? Infinity) || 0);
  const lists = (choose) => {
    const plots = ordered();
    const long = plots.length > LONG;
    document.getElementById("ranking").classList.toggle("long", long);
    document.getElementById("find").hidden = !long || state.overview;
    for (const id of ["town", "key", "ranking"]) document.getElementById(id).hidden = state.overview;
    document.getElementById("answer").hidden = !state.overview;
    document.getElementById("together").hidden = !state.together;
    inSight = () => {};
    if (long) {
      document.getElementById("unranked").hidden = true;
      renew("unranked");
      renew("key", ...key([]));
      if (state.overview) return;
      find(plots, choose);
      longList(plots, choose);
      return;
    }
    const items = bracketed(plots.filter(isRanked), choose);
    renew("ranking", ...items).setAttribute("aria-label", say("ranking"));
    renew("key", ...key(items));
    const others = plots.filter((place) => !isRanked(place));
    const part = (title, why, places) => (places.length ? [make("h3", { text: say(title) }), make("p", { text: say(why) }),
      make("ol", {}, ...places.map((place) => row(place, choose)))] : []);
    const section = renew("unranked",
      ...part("unranked", "unranked.why", others.filter((place) => !page.out(place))),
      ...part("excluded", "excluded.why", others.filter(page.out)));
    section.hidden = others.length === 0 || state.overview;
  };

  const effects = () => {
    const { effects: sheet, idle } = answer.towns[state.town];
    return state.overview || !sheet ? null : make("details", { open: true }, make("summary", { text: pick(sheet.title) }),
      ...idle.map((text) => make("p", { class: "caution", text: pick(text) })), ...page.asked.body(sheet));
  };
  const method = () => renew("method", effects(), make("details", {},
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

  return { entitle, heading, towns, townFacts, lists, method, footer, legend };
})(Sitesel);

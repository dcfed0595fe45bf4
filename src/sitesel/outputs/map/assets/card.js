/* A plot's card: rank and score, where they come from, what is missing, and how sure each figure is. */
Sitesel.card = ((page) => {
  const { study, decided, palette, state, pick, say, number, few, figure, make, draw, renew, badge, criterionColour, scenario, otherwise, standing, ranked } = page;

  const total = (plot, criterion) => study.indicators.reduce((sum, indicator, i) =>
    indicator.criterion === criterion && plot.brings[i] !== null ? sum + plot.brings[i] : sum, 0);

  /* The score as one bar, 100 points wide, a part a criterion. */
  const bar = (plot) => make("span", { class: "bar", "aria-hidden": "true" },
    ...study.criteria.map((_criterion, i) => make("i", { class: `tex${i % 6}`, style: {
      width: `${Math.max(0, total(plot, i))}%`, "background-color": criterionColour(i) } })));

  /* Of 100 points: all that is possible, nine of ten draws, and the score. */
  const range = (place) => {
    const { able, likely } = decided[place];
    const line = (ends, width, stroke) => (ends ? draw("line", { x1: `${ends[0]}%`, x2: `${ends[1]}%`, y1: "50%", y2: "50%", stroke, "stroke-width": width }) : null);
    return !able && !likely ? null : draw("svg", { class: "range", "aria-hidden": "true", focusable: "false" },
      line([0, 100], 1, palette.gauge.track), line(able, 2, palette.gauge.possible), line(likely, 7, palette.gauge.likely),
      draw("circle", { cx: `${study.plots[place].score}%`, cy: "50%", r: 4.5, fill: palette.ink.dark, stroke: "#ffffff", "stroke-width": 1.5 }));
  };
  const ends = ([low, high]) => ({ low: number(low), high: number(high) });
  const rangeSaid = (place) => {
    const { able, likely } = decided[place];
    const score = figure(study.plots[place], "score");
    return likely ? say("range.said", { score, ...ends(likely) }) : able ? say("range.said.able", { score, ...ends(able) }) : "";
  };

  const text = (place) => (typeof place === "number" ? pick(study.texts[place]) : "");
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

  /* What has weight 0 brings nothing, and says so in words rather than as a zero among the reasons. */
  const toldAlone = ({ criterion: of }) => (study.criteria[of].weighs ? make("p", { class: "detail", text: say("told") }) : null);
  const between = (bounds, decimals) => say("measure.between", { low: number(bounds[0], decimals), high: number(bounds[1], decimals) });
  const measured = (plot, i) => {
    const indicator = study.indicators[i];
    const detail = text(plot.details[i]);
    const known = number(plot.measures[i], indicator.decimals);
    const bounds = decided[study.plots.indexOf(plot)].bounds[i];
    return make("li", {},
      make("div", { class: "measure" },
        make("span", { class: "label", text: pick(indicator.label) }),
        make("b", {}, bounds ? say("measure.about", { figure: known }) : known, "\u00a0", make("small", { text: pick(indicator.unit) }),
          bounds ? make("small", { class: "bounds", text: between(bounds, indicator.decimals) }) : null)),
      detail ? make("p", { class: "detail", text: detail }) : null,
      indicator.weighs ? make("div", { class: "worth" },
        make("span", { class: "gauge", "aria-hidden": "true" }, make("i", { class: `tex${indicator.criterion % 6}`, style: {
          width: `${100 * plot.worth[i]}%`, "background-color": criterionColour(indicator.criterion) } })),
        make("span", { text: say("worth", {
          points: number(100 * plot.worth[i]), weight: figure(indicator, "weight"), brings: number(plot.brings[i]) }) })) : toldAlone(indicator),
      behind(indicator));
  };
  const missing = (plot, i) => {
    const indicator = study.indicators[i];
    const bounds = decided[study.plots.indexOf(plot)].bounds[i];
    return make("li", { class: "missing" },
      make("div", { class: "measure" },
        make("span", { class: "label", text: pick(indicator.label) }),
        make("b", { text: say("unknown") }, indicator.weighs || !bounds ? null : make("small", { class: "bounds", text: `${between(bounds, indicator.decimals)} ${pick(indicator.unit)}` }))),
      make("p", { class: "detail", text: text(plot.reasons[i]) || say("unknown.why") }),
      indicator.weighs ? make("p", { class: "detail", text: say("unknown.weight", { weight: figure(indicator, "weight") }) }) : toldAlone(indicator),
      behind(indicator));
  };

  const criterion = (plot, c) => make("section", { class: "criterion" },
    make("h3", {},
      make("i", { class: `swatch tex${c % 6}`, style: { "background-color": criterionColour(c) } }),
      make("span", { text: pick(study.criteria[c].name) }),
      make("small", { text: !study.criteria[c].weighs ? say("told") : say("brings", {
        brings: number(total(plot, c)), weight: number(study.criteria[c].weight, study.criteria[c].weight % 1 ? 1 : 0) }) })),
    make("ul", {}, ...study.indicators.map((indicator, i) => (indicator.criterion !== c ? null
      : plot.measures[i] === null ? missing(plot, i) : measured(plot, i)))));

  const head = (plot, place, town) => make("header", {},
    badge(place, plot),
    make("div", {},
      make("h2", { id: "card-title", tabindex: "-1", text: pick(plot.name) }),
      make("p", { text: plot.rank === null ? pick(decided[place].gate)
        : say("rank.of", { rank: plot.rank, ranked: number(ranked(town)), town: pick(study.towns[town].name) }) })),
    make("p", { class: "score" }, make("b", { text: figure(plot, "score") }), make("small", { text: say("of.100") })));

  /* The card is the study's own; where the reader looks at a scenario, it says where the plot stands in that. */
  const inScenario = (place) => {
    if (!otherwise()) return null;
    const { rank } = standing(place);
    return make("p", { class: "caution", text: say("scenarios.here", { scenario: state.weights ? say("weights.yours") : pick(scenario().name), rank: rank ?? "–", score: figure(standing(place), "score") }) });
  };
  const land = (plot, town) => {
    const area = say("hectares", { figure: figure(plot, "area_ha") });
    return study.towns[town].area_need_ha === null ? area
      : say("area.need", { area, need: say("hectares", { figure: figure(study.towns[town], "area_need_ha") }) });
  };
  const caution = (plot) => {
    const notes = [];
    if (plot.outline === "indicative") notes.push(!plot.precision_km ? say("outline.indicative")
      : say("outline.indicative.km", { figure: number(plot.precision_km, plot.precision_km % 1 ? 1 : 0) }));
    if (study.atlas) notes.push(say("screening"));
    return !notes.length ? null : make("div", { class: "caution" }, ...notes.map((note) => make("p", { text: note })));
  };

  /* A label within a sentence. */
  const inner = (label) => pick(label).replace(/^./u, (letter) => letter.toLowerCase());
  /* The questions of a reader, in their order. */
  const part = (key, name, ...children) => make("section", { class: `criterion ${name}` }, make("h3", {}, make("span", { text: say(key) })), ...children);
  const line = (key, params) => make("p", { text: say(key, params) });
  const sure = (place, town) => {
    const { able, likely, first, bracket, central } = decided[place];
    const alike = study.towns[town].plots.filter((other) => other !== place && bracket !== null && decided[other].bracket === bracket);
    return able || likely ? part("card.sure", "sure-part", range(place),
      make("p", { class: "scale", "aria-hidden": "true" }, ...["0", "50", "100"].map((mark) => make("span", { text: mark }))),
      first === null ? null : line("card.first", { share: few(first) }), central === null ? null : make("p", { text: pick(central) }),
      likely ? line("card.draws", ends(likely)) : null, able ? line("card.able", ends(able)) : null,
      bracket === null ? null : alike.length ? line("card.alike", { names: alike.map((other) => pick(study.plots[other].name)).join("; ") }) : line("card.alike.none")) : null;
  };
  /* A stair of points: each measure's bar begins where the one before it ends, and the last step is the score. */
  const made = (plot) => {
    let before = 0;
    const aside = study.indicators.filter((indicator) => !indicator.weighs);
    return part("card.made", "made", make("table", {},
      make("tbody", {}, ...study.indicators.map((indicator, i) => {
        if (!indicator.weighs) return null;
        const points = plot.brings[i] || 0;
        const step = make("i", { class: `tex${indicator.criterion % 6}`, style: { "margin-left": `${before}%`, width: `${points}%`, "background-color": criterionColour(indicator.criterion) } });
        before += points;
        return make("tr", {}, make("th", { scope: "row", text: pick(indicator.label) }), make("td", {}, make("span", { class: "gauge", "aria-hidden": "true" }, step)),
          make("td", { class: "n", text: say("made.of", { points: number(points), most: number(indicator.weight) }) }));
      })),
      make("tfoot", {}, make("tr", {}, make("th", { scope: "row", colspan: "2", text: say("score") }), make("td", { class: "n", text: figure(plot, "score") })))),
    make("p", { class: "detail", text: say(plot.known === 100 ? "made.note" : "made.note.part", { score: figure(plot, "score"), known: number(plot.known) }) }),
    aside.length ? make("p", { class: "detail", text: say("told.named", { names: aside.map((indicator) => pick(indicator.label)).join("; ") }) }) : null);
  };
  const overturn = (plot, { change }) => {
    if (!change) return null;
    const called = (other) => pick(study.plots[other].name);
    const changes = (key, list) => list.map(([i, now, needed]) => {
      const { decimals, label, unit } = study.indicators[i];
      const digits = key === "overturn.change" ? decimals : 0;
      return say(key, { indicator: inner(label), unit: pick(unit), now: now === null ? say("unknown") : number(now, digits), needed: number(needed, digits) });
    });
    const name = called(change.who);
    return part("card.overturn", "overturn",
      change.better.length ? line("overturn.better", { name, changes: changes("overturn.change", change.better).join(say("overturn.or")) }) : line("overturn.better.none", { name }),
      change.weights ? line("overturn.weights", { name: called(change.by_weights), changes: changes("overturn.shift", change.weights).join(", ") })
        : change.behind !== null ? line("overturn.behind", { name, other: called(change.behind) })
          : line(plot.rank === 1 ? "overturn.firm.first" : "overturn.firm", { name }));
  };
  const open = (plot, { bounds }) => {
    const unknown = (indicator, i) => plot.measures[i] === null && (indicator.weighs || bounds[i]);
    const missing = study.indicators.map((indicator, i) => (!unknown(indicator, i) ? null : make("li", { text: bounds[i]
      ? say(indicator.weighs ? "open.counted" : "open.told", { indicator: pick(indicator.label), unit: pick(indicator.unit), low: number(bounds[i][0], indicator.decimals), high: number(bounds[i][1], indicator.decimals) })
      : say("open.unbounded", { indicator: pick(indicator.label) }) }))).filter(Boolean);
    return part("card.open", "open-part", ...(missing.length
      ? [make("ul", {}, ...missing), plot.known === 100 ? null : line("known.share", { share: number(plot.known) })] : [line("open.none")]));
  };

  /* All beyond the four questions is folded; what a reader opened stays open on the next card. */
  const unfolded = new Set();
  const fold = (section, name) => {
    if (!section) return null;
    const title = section.querySelector("h3");
    const box = make("details", { class: `fold ${section.className}`, open: unfolded.has(name),
      on: { toggle: () => { if (box.open) unfolded.add(name); else unfolded.delete(name); } } }, make("summary", {}, title), ...section.childNodes);
    return box;
  };

  const write = (place, town, { close, pin }) => {
    const plot = study.plots[place];
    const pinned = state.pins.includes(place);
    const card = renew("card",
      make("button", { class: "back", type: "button", on: { click: close } },
        make("span", { "aria-hidden": "true", text: "←" }), say(state.overview ? "answer.back" : "back")),
      head(plot, place, town),
      bar(plot),
      page.labour.signs(),
      make("p", { class: "doing" },
        make("button", { type: "button", id: "pin", class: "small", "aria-pressed": String(pinned), text: say(pinned ? "compare.pinned" : "compare.pin"), on: { click: () => pin(place) } }),
        make("button", { type: "button", class: "small", text: say("print.card"), on: { click: print } })),
      inScenario(place),
      page.land.alarm(place),
      plot.details.length ? null : make("p", { class: "caution", text: say("card.no_detail") }),
      sure(place, town),
      made(plot),
      overturn(plot, decided[place]),
      open(plot, decided[place]),
      make("dl", { class: "facts" }, pair(say("area"), land(plot, town)), pair(say("note"), text(plot.note))),
      caution(plot),
      fold(page.labour.section(place), "labour"),
      fold(page.connections.section(place), "connections"),
      fold(page.land.section(place), "land"),
      ...study.criteria.map((_, c) => fold(criterion(plot, c), c)),
      make("dl", { class: "facts origin" },
        pair(say("source.plot"), text(plot.source)),
        pair(say("confidence"), text(plot.confidence)),
        pair(say("id"), plot.id),
        pair(say("place"), say("place.value", { lat: number(plot.at[1], 3), lon: number(plot.at[0], 3) }))));
    card.hidden = false;
    card.scrollTop = 0;
    return card;
  };
  /* The open card alone on paper, with all its folds open. */
  const print = () => {
    const root = document.documentElement;
    const closed = [...document.querySelectorAll("#card details:not([open])")];
    for (const box of closed) box.open = true;
    root.classList.add("card-alone");
    window.addEventListener("afterprint", () => {
      root.classList.remove("card-alone");
      for (const box of closed) box.open = false;
    }, { once: true });
    window.print();
  };
  return { write, bar, range, rangeSaid };
})(Sitesel);

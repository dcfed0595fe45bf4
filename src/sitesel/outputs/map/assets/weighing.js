/* Other weights: the same plots scored and ranked in the page, by the study's own value model. */
Sitesel.weighing = ((page) => {
  const { study, state, pick, say, number, make, criterionColour } = page;
  const own = study.criteria.map(({ share }) => 100 * share);

  /* Weights of criteria, in any unit, as shares of the whole, and of the indicators. */
  const parted = (weights) => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / whole);
  };
  const shares = (weights) => {
    const parts = parted(weights);
    return study.indicators.map(({ criterion, within }) => parts[criterion] * within);
  };
  const scored = (weights) => {
    const parts = shares(weights);
    return study.plots.map(({ worth }) => 100 * parts.reduce((sum, part, i) => sum + part * worth[i], 0));
  };
  /* Plots of a town among one another; scores that differ by rounding alone share the better rank. */
  const ranked = (scores, weights) => {
    const parts = shares(weights);
    const able = study.plots.map((plot) => !plot.barred
      && parts.reduce((sum, part, i) => sum + (plot.measures[i] === null ? 0 : part), 0) >= study.rankable_from - 1e-9);
    const told = scores.map((score) => Math.round(score * 1e9));
    const ranks = scores.map(() => null);
    for (const { plots } of study.towns) {
      const order = plots.filter((plot) => able[plot]).sort((a, b) => told[b] - told[a]);
      order.forEach((plot, i) => { ranks[plot] = i && told[order[i - 1]] === told[plot] ? ranks[order[i - 1]] : i + 1; });
    }
    return ranks;
  };
  /* One weight set to whole percent; the others give or take in proportion, and none that counts falls below 1. */
  const shifted = (weights, at, percent) => {
    const others = weights.map((weight, i) => (i === at || weight === 0 ? 0 : weight));
    const count = others.filter(Boolean).length;
    const set = Math.max(1, Math.min(100 - count, percent));
    const sum = others.reduce((total, weight) => total + weight, 0);
    const spare = 100 - set - count;
    const exact = others.map((weight) => (weight ? 1 + spare * weight / sum : 0));
    const whole = exact.map(Math.floor);
    const cut = exact.map((value, i) => [value - whole[i], i]).filter(([, i]) => others[i]).sort((a, b) => b[0] - a[0]);
    let left = 100 - set - whole.reduce((total, weight) => total + weight, 0);
    for (const [, i] of cut) if (left > 0) { whole[i] += 1; left -= 1; }
    return whole.map((weight, i) => (i === at ? set : weight));
  };

  const set = (weights) => {
    state.weights = weights;
    if (!weights) { state.weighed = null; return; }
    const scores = scored(weights);
    state.weighed = { scores, ranks: ranked(scores, weights) };
    state.scenario = null;
  };
  const now = () => state.weights || own;
  const percent = (weight) => number(weight, weight % 1 > 0.001 && weight % 1 < 0.999 ? 1 : 0);
  const section = () => ["[weights]", ...parted(now()).flatMap((part, i) => (study.criteria[i].share === null ? [] : `${study.criteria[i].id} = ${+part.toFixed(4)}`))].join("\n");

  /* The sliders; what is moved stays under the finger, the others follow. */
  let open = false;
  const chips = () => study.criteria.flatMap((criterion, i) => (!criterion.weighs ? [] : make("span", { class: "chip" },
    make("i", { class: `swatch tex${i % 6}`, style: { "background-color": criterionColour(i) } }), say("weight.of", { name: pick(criterion.name), percent: percent(now()[i]) }))));
  const fold = (changed, copy) => {
    const head = make("summary", { "aria-label": say("weights.open") }, ...chips());
    const rows = study.criteria.map((criterion, i) => (own[i] === 0 ? null : make("label", {}, make("span", { text: pick(criterion.name) }),
      make("input", { type: "range", min: 1, max: 97, step: 1, value: Math.round(now()[i]), on: { input: (event) => move(i, Number(event.target.value)) } }),
      make("output", { text: say("percent", { figure: percent(now()[i]) }) }))));
    const follow = () => {
      head.replaceChildren(...chips());
      rows.forEach((row, i) => {
        if (!row) return;
        row.children[1].value = Math.round(now()[i]);
        row.children[2].textContent = say("percent", { figure: percent(now()[i]) });
      });
      changed();
    };
    const move = (i, value) => { set(shifted(now(), i, value)); follow(); };
    const box = make("details", { class: "weighing", open, on: { toggle: () => { open = box.open; } } }, head,
      make("div", { class: "sliders" }, make("p", { class: "detail", text: say("weights.note") }), ...rows,
        make("p", { class: "doing" },
          make("button", { type: "button", class: "small", text: say("weights.reset"), on: { click: () => { set(null); follow(); } } }),
          make("button", { type: "button", class: "small", text: say("weights.copy"), on: { click: () => copy(section(), say("weights.copied")) } }),
          make("button", { type: "button", class: "small done", text: say("weights.done"), on: { click: () => { box.open = false; head.focus(); } } }))));
    return box;
  };
  /* How many plots of a town stand elsewhere than in the study. */
  const moved = (town) => study.towns[town].plots.filter((plot) => state.weighed && state.weighed.ranks[plot] !== study.plots[plot].rank).length;
  return { scored, ranked, shifted, set, fold, moved };
})(Sitesel);

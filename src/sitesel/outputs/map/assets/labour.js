/* Who can come to work: a part of the card, and the ground within reach of the open plot as bands on the map. */
Sitesel.labour = ((page, map) => {
  const { palette, named, corners, study, state, workers, say, number, make, draw } = page;

  /* Figures: low, middle, high, on the scale of the town's best plot, so that cards can be compared. */
  const spread = ([low, , high], decimals) => say("labour.range", { low: number(low, decimals), high: number(high, decimals) });
  const track = ([low, middle, high], most) => {
    const x = (value) => 200 * value / most;
    return draw("svg", { class: "track", viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { x: 0, y: 5, width: 200, height: 6, fill: palette.gauge.track }),
      draw("rect", { x: 0, y: 5, width: x(low), height: 6, fill: palette.gauge.sure }),
      draw("rect", { x: x(low), y: 5, width: Math.max(0, x(high) - x(low)), height: 6, fill: palette.gauge.perhaps }),
      draw("rect", { x: Math.max(0, x(middle) - 1), y: 1, width: 2, height: 14, fill: palette.ink.dark }));
  };
  const row = (key, figures, most, decimals = 0, note = null) => make("li", {},
    make("div", { class: "measure" },
      make("span", { class: "label", text: say(key) }),
      make("b", {}, say("labour.about", { figure: number(figures[1], decimals) }))),
    most ? track(figures, most) : null,
    make("p", { class: "detail", text: [spread(figures, decimals), note].filter(Boolean).join(". ") }));
  const catchments = named(workers.labour);
  const section = (place) => {
    if (!catchments[place]) return null;
    const { reach, after, per_job: perJob } = catchments[place];
    const rivals = study.towns[state.town].plots.map((plot) => catchments[plot]).filter(Boolean);
    const alone = reach.every((figure, at) => figure === after[at]);
    const most = Math.max(1, ...rivals.map((other) => other.reach[2]));
    return make("section", { class: "criterion workers" },
      make("h3", {}, make("span", { text: say("labour.title") })),
      make("ul", {}, row("labour.reach", reach, most), row("labour.after", after, most, 0, say(alone ? "labour.no_rivals" : "labour.shared")),
        row("labour.per_job", perJob, null, perJob.some((figure) => figure % 1) ? 1 : 0)),
      make("p", { class: "detail", text: say("labour.note") }),
      workers.bands ? make("p", { class: "detail", text: say(workers.bands[study.plots[place].id] ? "bands.shown" : "bands.absent") }) : null);
  };

  /* Bands, the widest first; each is opaque, and the pane lets the ground show through them all. */
  const tones = (minutes) => palette.bands[minutes] || palette.bands.other;
  const pane = map.createPane("bands");
  Object.assign(pane.style, { zIndex: 220, pointerEvents: "none", mixBlendMode: "multiply" });
  const renderer = L.canvas({ pane: "bands", padding: 0.5 });
  const FINE = 1e4;
  let shown = null;
  const told = () => (state.plot === null || !workers.bands ? null : workers.bands[study.plots[state.plot].id] || null);
  const redraw = () => {
    if (shown) shown.remove();
    const areas = told();
    shown = areas && L.featureGroup(areas.map(([minutes, rings]) => L.polygon(rings.map((steps) => corners(steps, FINE)), {
      renderer, pane: "bands", interactive: false, fillColor: tones(minutes), fillOpacity: 1,
      color: palette.bands.edge, weight: 0.8, opacity: 0.75, smoothFactor: 1 }))).addTo(map);
  };
  const fit = () => { if (shown) page.furniture.fit(shown.getBounds(), 16, 8); };
  const tonesOf = (areas) => {
    const steps = areas.map(([minutes]) => minutes).reverse();
    return make("ul", {}, ...steps.map((minutes, i) => make("li", {},
      make("i", { class: "tone", style: { background: tones(minutes) } }),
      i ? say("bands.between", { least: steps[i - 1], minutes }) : say("bands.within", { minutes }))));
  };
  const legend = () => {
    const areas = told();
    return areas && make("div", { class: "bands-legend reach", role: "group", "aria-label": say("bands.title") },
      make("b", { text: say("bands.title") }), tonesOf(areas), make("small", { text: say("bands.waiting") }),
      make("button", { type: "button", class: "small", text: say("bands.fit"), on: { click: fit } }));
  };
  const signs = () => (told() ? make("div", { class: "on-plot bands" }, tonesOf(told())) : null);
  return { section, signs, redraw, legend, fit };
})(Sitesel, map_of_towns);

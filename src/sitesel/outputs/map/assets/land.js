/* What the open plot's ground allows and which rules strike it: a part of the card, and the usable part on the map. */
Sitesel.land = ((page, map) => {
  const { palette, named, study, state, site, pick, say, figure, make, draw, excluding, out } = page;
  const told = site.land;
  const text = (place) => (place === null ? "" : pick(told.texts[place]));
  const grounds = told ? named(told.ground) : [];
  const called = (rules) => rules.map((rule) => pick(told.rules[rule].name)).join(", ");
  const hectares = (record, name) => say("hectares", { figure: figure(record, name) });

  /* Rules: what strikes first, what nobody could look into always, and by name. */
  const struck = (ruling) => {
    const { rule, mode, reason } = ruling;
    const { name, date } = told.rules[rule];
    return make("li", { class: mode === "exclude" ? "ruling exclude" : "ruling flag" },
      make("b", { text: say(mode === "exclude" ? "rules.excluded" : "rules.flagged", { name: pick(name) }) }),
      make("p", { text: [text(reason), pick(date)].filter(Boolean).join(" · ") }),
      ruling.hectares ? make("p", { text: say("rules.hectares", { area: hectares(ruling, "hectares") }) }) : null);
  };
  const open = ({ rule, reason }) => make("li", { class: "ruling open" },
    make("b", { text: say("rules.open", { name: pick(told.rules[rule].name) }) }), make("p", { text: text(reason) }));
  const rulings = (place) => {
    const given = told.rulings[place];
    if (!given) return [];
    return [
      make("ul", { class: "rulings" }, ...given.struck.map(struck), ...given.open.map(open)),
      given.clear.length ? make("p", { class: "detail", text: say("rules.clear", { names: called(given.clear) }) }) : null,
      given.unchecked.length ? make("p", { class: "unchecked" }, make("b", { text: say("rules.unchecked") }),
        ` ${called(given.unchecked)}. `, make("span", { text: say("rules.unchecked.note") })) : null,
    ];
  };
  const alarm = (place, tag = "p") => {
    const rules = excluding(place);
    return rules.length ? make(tag, { class: "alarm", text: say("rules.alarm", { names: called(rules) }) }) : null;
  };

  /* Ground. */
  const row = (key, value, ...more) => make("li", {},
    make("div", { class: "measure" }, make("span", { class: "label", text: say(key) }),
      value === null ? make("b", { class: "unknown", text: say("unknown") }) : make("b", { text: value })),
    ...more.filter(Boolean).map((part) => (typeof part === "string" ? make("p", { class: "detail", text: part }) : part)));
  const slope = (ground) => row("ground.slope", ground.class === null ? null : say(`ground.slope.${ground.class}`),
    ...(ground.regional ? [make("p", { class: "detail regional", text: say("ground.regional", { mean: figure(ground, "slope_mean"), cell: figure(ground, "cell_m") }) })] : [
      ground.slope_mean === null ? "" : say("ground.slope.value", { mean: figure(ground, "slope_mean"), most: figure(ground, "slope_max") }),
      ground.over_8 === null ? "" : say("ground.slope.over", { over8: figure(ground, "over_8"), over15: figure(ground, "over_15") }),
      ground.cell_m === null ? "" : say("ground.cells", { cell: figure(ground, "cell_m") })]));
  const earthwork = (ground) => row("ground.cut", ground.cut_m3 === null ? null : say("ground.cut.value", { figure: figure(ground, "cut_m3") }),
    ground.cut_m3 === null ? text(ground.cut_reason) : say("ground.cut.note"));
  const room = (place, { usable_ha: usable, need_ha: need }) => {
    const whole = Math.max(study.plots[place].area_ha || 0, usable, need || 0, 0.1);
    const x = (area) => 200 * area / whole;
    return draw("svg", { class: "track", viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { x: 0, y: 5, width: x(study.plots[place].area_ha || 0), height: 6, fill: palette.gauge.whole }),
      draw("rect", { x: 0, y: 5, width: x(usable), height: 6, fill: palette.gauge.sure }),
      need === null ? null : draw("rect", { x: Math.max(0, x(need) - 2), y: 1, width: 2, height: 14, fill: palette.ink.dark }));
  };
  const usable = (place, ground) => row("ground.usable", ground.usable_ha === null ? null : hectares(ground, "usable_ha"),
    ground.usable_ha === null ? "" : room(place, ground),
    ground.usable_ha === null ? "" : say("ground.usable.of", { area: hectares(study.plots[place], "area_ha"), largest: hectares(ground, "largest_ha"),
      need: ground.need_ha === null ? say("unknown") : hectares(ground, "need_ha") }),
    text(ground.usable_reason));
  const fits = (ground) => row("ground.fits", ground.fits === null ? null : say(ground.fits ? "ground.fits.yes" : "ground.fits.no"),
    ground.rectangle_length_m === null ? "" : say("ground.rectangle", {
      length: figure(ground, "rectangle_length_m"), width: figure(ground, "rectangle_width_m") }));
  const shape = (ground) => row("ground.frontage", ground.frontage_m === null ? null
    : ground.frontage_m === 0 ? say("ground.frontage.none") : say("metres", { figure: figure(ground, "frontage_m") }),
  ground.compactness === null ? "" : say("ground.compact", { figure: figure(ground, "compactness") }));
  const factor = (key, ground) => (ground[`${key}_mid`] === null ? row(`ground.${key}`, null, text(ground[`${key}_reason`]))
    : row(`ground.${key}`, say("ground.factor", { figure: figure(ground, `${key}_mid`) }),
      say("ground.factor.range", { low: figure(ground, `${key}_low`), high: figure(ground, `${key}_high`) })));

  const section = (place) => {
    const ground = grounds[place];
    if (!ground && !told?.rulings[place]) return null;
    return make("section", { class: "criterion land" },
      make("h3", {}, make("span", { text: say("ground.title") })),
      outlines() ? make("button", { type: "button", class: "on-map", text: say("ground.fit"), on: { click: fit } }) : null,
      outlines() ? make("div", { class: "on-plot" }, signs(outlines())) : null,
      ...rulings(place),
      ground ? make("ul", {}, usable(place, ground), fits(ground), slope(ground)) : null,
      ground ? make("details", { class: "more" }, make("summary", { text: say("ground.more") }),
        make("ul", {}, earthwork(ground), shape(ground), factor("seismic", ground), factor("groundwater", ground))) : null);
  };

  /* On the map: the usable part and the largest rectangle of the open plot. */
  map.createPane("inside").style.zIndex = 440;
  map.getPane("inside").style.pointerEvents = "none";
  const renderer = L.svg({ pane: "inside", padding: 0.3 });
  const { latlngs } = page.ground_map;
  const outlines = () => (told && state.plot !== null ? told.outlines[study.plots[state.plot].id] || null : null);
  let shown = null;
  /* Dark strokes with a pale rim: they show on every colour of a plot, from the first rank's blue to white. */
  const hatch = () => {
    const old = document.getElementById("usable-hatch-defs");
    if (old) old.remove();
    const stroke = (colour, width) => draw("path", { d: "M-3 3 3-3M0 12 12 0M9 15 15 9", stroke: colour, "stroke-width": width, fill: "none" });
    return draw("defs", { id: "usable-hatch-defs" }, draw("pattern", { id: "usable-hatch", width: 12, height: 12, patternUnits: "userSpaceOnUse" },
      stroke("#ffffffb0", 3.4), stroke(palette.gauge.usable, 1.3)));
  };
  const polygon = (rings, style) => L.polygon(rings.map((ring) => ring.map(latlngs)), { renderer, pane: "inside", interactive: false, ...style });
  const redraw = () => {
    if (shown) shown.remove();
    const parts = outlines();
    shown = parts && L.layerGroup([
      polygon(parts.usable || [], { color: "#ffffff", weight: 4, fillColor: "url(#usable-hatch)", fillOpacity: 1 }),
      polygon(parts.usable || [], { color: palette.gauge.usable, weight: 1.6, fill: false }),
      polygon(parts.rectangle || [], { color: "#ffffff", weight: 4, fill: false }),
      polygon(parts.rectangle || [], { color: palette.ink.dark, weight: 2, dashArray: "6 4", fill: false }),
    ]).addTo(map);
    if (shown) renderer._container.prepend(hatch());
  };
  const signs = (parts) => make("ul", {},
    parts.usable ? make("li", {}, make("i", { class: "tone usable" }), say("ground.legend.usable")) : null,
    parts.rectangle ? make("li", {}, make("i", { class: "tone rectangle" }), say("ground.legend.rectangle")) : null);
  const fit = () => map.fitBounds(L.polygon(study.plots[state.plot].rings.map((rings) => rings.map(latlngs))).getBounds(),
    { padding: [90, 90], maxZoom: 16, animate: false });
  const legend = () => {
    const parts = outlines();
    if (!parts) return null;
    return make("div", { class: "bands-legend reach land-legend", role: "group", "aria-label": say("ground.legend") },
      make("b", { text: say("ground.legend") }), signs(parts));
  };
  /* The sign of excluded plots, for the map's legend. */
  const sign = () => (study.plots.some((_, place) => out(place)) ? make("p", { class: "out-sign" },
    make("span", { class: "badge none out", text: "×" }), say("legend.excluded")) : null);
  return { section, alarm, sign, redraw, legend };
})(Sitesel, map_of_towns);

/* Scores of the screened grid of the town that is open, as a picture over the relief. */
Sitesel.suitability = ((page, map) => {
  const { site, state, say, number, make } = page;
  const told = site.suitability;
  if (!told) return { legend: () => null, redraw: () => null };
  let wanted = true;
  map.createPane("suitability").style.zIndex = 230;
  map.getPane("suitability").style.pointerEvents = "none";
  const areas = told.map((area) => ({ ...area, layer: L.imageOverlay(area.href, area.corners,
    { pane: "suitability", interactive: false, opacity: 0.72, className: "suitability", alt: "" }) }));
  const here = ({ town }) => !state.overview && (town === null || town === state.town);
  let box = null;
  let note = null;
  /* A town without a screened grid has no sign of one in the legend either. */
  const redraw = () => {
    for (const area of areas) if (wanted && here(area)) area.layer.addTo(map); else area.layer.remove();
    const open = areas.find(here);
    if (!box) return;
    box.hidden = !open;
    if (open) note.textContent = say("suitability.note", { cell: number(open.cell_m) });
  };
  const parts = () => [
    make("label", {},
      make("input", { type: "checkbox", checked: wanted, on: { change: (event) => { wanted = event.target.checked; redraw(); } } }),
      make("b", { text: say("suitability.title") })),
    make("p", { class: "ramp" }, make("span", { text: say("suitability.worst") }),
      ...told[0].colours.map(([points, background]) => make("i", { style: { background }, title: say("suitability.points", { points: number(points) }) })),
      make("span", { text: say("suitability.best") })),
  ];
  const legend = () => {
    note = make("p");
    box = make("div", { class: "suitability-legend" }, ...parts(), note);
    redraw();
    return box;
  };
  return { legend, redraw };
})(Sitesel, map_of_towns);

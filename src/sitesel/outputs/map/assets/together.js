/* The towns' plots chosen together: who comes from where, on the map and in the panel. */
Sitesel.together = ((page, map) => {
  const { palette, named, inTurn, study, answer, state, workers, pick, say, number, make, draw, renew } = page;
  const { layers, symbol } = page.ground_map;
  const told = workers.together;
  const colour = (employer) => (employer < study.towns.length ? inTurn(palette.towns.colours, employer) : palette.towns.others);
  const rival = (employer) => told.rivals[employer - study.towns.length];
  /* Where workers live, the largest first, each with those who go from there. */
  const dwellings = told ? named(told.homes).map((home) => ({ ...home, at: [home.lat, home.lon], going: [] })) : [];
  if (told) named(told.going).forEach((one) => { dwellings[one.home].going.push(one); });
  const total = (home) => home.going.reduce((sum, { people }) => sum + people, 0);
  const swatch = (employer) => make("i", { class: "swatch round", "aria-hidden": "true", style: { background: colour(employer) } });
  let choose = () => {};

  /* On the map. */
  map.createPane("ways").style.zIndex = 425;
  map.getPane("ways").style.pointerEvents = "none";
  const renderer = L.canvas({ pane: "ways", padding: 0.3 });
  const group = L.layerGroup();
  const LARGEST = 26;
  const SMALLEST = 4;
  const FOCUSED = 60;
  const most = Math.max(1, ...dwellings.map(total));
  const radius = (people) => Math.max(SMALLEST, LARGEST * Math.sqrt(people / most));
  const going = ({ to: employer, people, minutes }) => {
    const params = { workers: number(people), minutes: number(minutes) };
    return employer < study.towns.length ? say("programme.going", { ...params, town: pick(study.towns[employer].name) })
      : say("programme.going.rival", { ...params, name: pick(rival(employer).name) });
  };
  const hint = (title, lines) => make("div", { class: "hint" }, make("b", { text: title }), ...lines.map((line) => make("span", { text: line })));
  const slice = (from, to, r) => {
    const at = (part) => `${r * Math.sin(2 * Math.PI * part)} ${-r * Math.cos(2 * Math.PI * part)}`;
    return `M0 0L${at(from)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
  };
  const disc = (home) => {
    const whole = total(home);
    const r = radius(whole);
    const half = Math.max(r + 2, 12);
    let from = 0;
    const parts = home.going.length === 1 ? [draw("circle", { r, fill: colour(home.going[0].to) })]
      : home.going.map(({ to, people }) => {
        const piece = draw("path", { d: slice(from, from + people / whole, r), fill: colour(to) });
        from += people / whole;
        return piece;
      });
    const face = draw("svg", { viewBox: `${-half} ${-half} ${2 * half} ${2 * half}`, width: 2 * half, height: 2 * half, "aria-hidden": "true", focusable: "false" },
      draw("g", { "fill-opacity": 0.78 }, ...parts), draw("circle", { r, fill: "none", stroke: "#ffffff", "stroke-width": 1.6 }));
    return L.divIcon({ className: "home", html: face, iconSize: [2 * half, 2 * half] });
  };
  const circle = (home, order) => {
    const marker = L.marker(home.at, { icon: disc(home), keyboard: dwellings.length <= FOCUSED, alt: "", zIndexOffset: -3000 + order });
    marker.bindTooltip(() => hint(pick(home.name), home.going.map(going)), { direction: "top", opacity: 1 });
    marker.addTo(group);
    marker.getElement().setAttribute("aria-label", [pick(home.name), ...home.going.map(going)].join(". "));
    return marker;
  };
  const workplace = (employer) => {
    if (employer >= study.towns.length) return rival(employer).at;
    const town = marked().find((one) => one.town === employer);
    return town ? study.plots[town.plot].at : null;
  };
  const ways = (home) => home.going.forEach(({ to: employer, people }) => {
    const to = workplace(employer);
    if (!to) return;
    L.polyline([home.at, [to[1], to[0]]], { renderer, pane: "ways", interactive: false, color: colour(employer),
      weight: 1.2 + 4 * Math.sqrt(people / most), opacity: 0.65, dashArray: employer < study.towns.length ? null : "5 4" }).addTo(group);
  });
  /* The towns with the plots that they take together, or each alone. */
  const marked = () => answer.towns.map((town, i) => ({ ...told?.towns.find((one) => one.town === i), town: i, plot: state.together ? town.together : town.plot }))
    .filter(({ plot }) => plot !== null);
  const mark = (town) => {
    const plot = study.plots[town.plot];
    const chosen = town.plot === state.plot;
    const face = draw("svg", { viewBox: "-17 -17 34 34", width: 34, height: 34, "aria-hidden": "true", focusable: "false" },
      draw("circle", { r: 14.5, fill: colour(town.town), stroke: chosen ? palette.ink.chosen : "#ffffff", "stroke-width": 3 }),
      draw("path", { d: "M0-9 2.600-3.200 9-2.600 4.200 1.700 5.600 8 0 4.700-5.600 8-4.200 1.700-9-2.600-2.600-3.200Z", fill: "#ffffff" }));
    const icon = L.divIcon({ className: "chosen-plot", html: face, iconSize: [34, 34] });
    const marker = L.marker([plot.at[1], plot.at[0]], { icon, keyboard: true, alt: "", zIndexOffset: 4000 });
    const lines = [state.together ? staffing(town) : page.card.rangeSaid(town.plot)];
    const title = say("programme.plot", { town: pick(study.towns[town.town].name), plot: pick(plot.name) });
    marker.on("click", () => choose(town.plot)).bindTooltip(() => hint(title, lines), { direction: "top", offset: [0, -12], opacity: 1 });
    marker.addTo(group);
    /* The town's name on the side away from the nearest other town. */
    const others = marked().filter((one) => one.town !== town.town).map((one) => study.plots[one.plot].at)
      .sort((a, b) => Math.hypot(a[0] - plot.at[0], a[1] - plot.at[1]) - Math.hypot(b[0] - plot.at[0], b[1] - plot.at[1]));
    const west = others.length && others[0][0] > plot.at[0];
    const name = L.tooltip({ permanent: true, interactive: false, direction: west ? "left" : "right", offset: [west ? -16 : 16, 0], className: "town-name", opacity: 1 })
      .setLatLng([plot.at[1], plot.at[0]]).setContent(make("b", { style: { color: colour(town.town) }, text: pick(study.towns[town.town].name) })).addTo(group);
    names.push({ name, west });
    const element = marker.getElement();
    element.setAttribute("aria-label", `${title}. ${lines[0]}`);
    element.dataset.plot = plot.id;
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(town.plot);
    });
  };
  const employer = (one) => {
    if (!one.at) return;
    const icon = L.divIcon({ className: "symbol employer", html: symbol("rivals", "park", 22), iconSize: [22, 22] });
    L.marker([one.at[1], one.at[0]], { icon, keyboard: false, zIndexOffset: 2000 })
      .bindTooltip(() => hint(pick(one.name), [say("programme.rival", { jobs: number(one.jobs), staffed: number(one.staffed) })]),
        { direction: "top", offset: [0, -8], opacity: 1 }).addTo(group);
  };
  const staffing = (town) => say("programme.staffing", {
    staffed: number(town.staffed), jobs: number(town.jobs), minutes: number(town.minutes) });
  const names = [];
  const redraw = () => {
    group.clearLayers();
    names.length = 0;
    if (!state.overview) {
      group.remove();
      return;
    }
    group.addTo(map);
    if (state.together) {
      dwellings.forEach(ways);
      dwellings.forEach(circle);
      told.rivals.forEach(employer);
    }
    marked().forEach(mark);
    settle();
    layers.places.redraw();
  };
  const pixels = ([lon, lat]) => map.latLngToLayerPoint([lat, lon]);
  /* The room that the towns' names take, as squares in a row. */
  const namesRoom = () => group.getLayers().filter((layer) => layer instanceof L.Tooltip).flatMap(({ _container: name }) => {
    const { x, y } = L.DomUtil.getPosition(name);
    return Array.from({ length: Math.ceil(name.offsetWidth / 24) }, (_, k) => [x + 12 + 24 * k, y + name.offsetHeight / 2, 14]);
  });
  const boxes = () => [
    ...namesRoom(),
    ...marked().map((town) => pixels(study.plots[town.plot].at)).map(({ x, y }) => [x, y, 16]),
    ...(state.together ? dwellings : []).map((home) => [pixels([home.lon, home.lat]).x, pixels([home.lon, home.lat]).y, radius(total(home)), `${home.lon},${home.lat}`]),
  ];
  /* Pixels that a settlement's circle takes around it, so that its name is written beside it. */
  const discs = new Map(dwellings.map((home) => [`${home.lon},${home.lat}`, radius(total(home))]));
  const discAt = (lon, lat) => (state.together && discs.get(`${lon},${lat}`)) || 0;
  const bounds = (town) => L.latLngBounds([
    ...marked().filter((one) => town === null || one.town === town).map((one) => study.plots[one.plot].at).map(([lon, lat]) => [lat, lon]),
    ...(state.together ? dwellings : []).filter((home) => home.going.some(({ to }) => (town === null ? to < study.towns.length : to === town))).map((home) => home.at),
  ]);
  const fit = (town = null) => {
    page.furniture.fit(bounds(town), 12, 48);
    settle();
  };
  /* Each town's name on a side where nothing else lies, the side away from the nearest other town first. */
  const settle = () => {
    const size = map.getSize();
    const taken = [...page.furniture.boxes(), ...marked().map(({ plot }) => {
      const { x, y } = map.latLngToContainerPoint([study.plots[plot].at[1], study.plots[plot].at[0]]);
      return { left: x - 16, top: y - 16, right: x + 16, bottom: y + 16 };
    })];
    const covered = (box) => taken.reduce((sum, other) => sum + Math.max(0, Math.min(box.right, other.right) - Math.max(box.left, other.left))
      * Math.max(0, Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top)), 0)
      + (box.left < 2 || box.top < 2 || box.right > size.x - 2 || box.bottom > size.y - 2 ? 1e6 : 0);
    for (const { name, west } of names) {
      name._container.hidden = false;
      const { x, y } = map.latLngToContainerPoint(name.getLatLng());
      const [wide, high] = [name._container.offsetWidth, name._container.offsetHeight];
      const at = { left: [x - 24 - wide, y - high / 2, -18, 0], right: [x + 24, y - high / 2, 18, 0], top: [x - wide / 2, y - 24 - high, 0, -18], bottom: [x - wide / 2, y + 24, 0, 18] };
      const ways = (west ? ["left", "top", "bottom", "right"] : ["right", "top", "bottom", "left"]).map((side) => {
        const [left, top] = at[side];
        const box = { left, top, right: left + wide, bottom: top + high };
        return { side, box, cost: covered(box) };
      });
      const { side, box, cost } = ways.find((way) => way.cost === 0) || ways.reduce((a, b) => (b.cost < a.cost ? b : a));
      Object.assign(name.options, { direction: side, offset: L.point(at[side][2], at[side][3]) });
      name.update();
      name._container.hidden = cost > 0; // the star's colour says it, too
      if (!cost) taken.push(box);
    }
  };
  map.on("moveend", () => { if (state.overview) settle(); });

  layers.places.besideDiscs(discAt);

  /* Beside the map. */
  const decimal = (value) => number(value, 1);
  const head = (...cells) => make("thead", {}, make("tr", {}, ...cells.map(([text, kind]) => make("th", { scope: "col", class: kind, text }))));
  const figure = (text) => make("td", { class: "n", text });
  const ownBest = (town) => (town.best === town.plot ? say("programme.own_best.same")
    : say("programme.own_best", { plot: pick(study.plots[town.best].name), score: decimal(town.best_score) }));
  const townRows = (town) => make("tbody", {},
    make("tr", {}, make("th", { scope: "rowgroup", colspan: "6" },
      make("div", { class: "town-head" }, swatch(town.town),
        make("span", {}, make("b", { text: pick(study.towns[town.town].name) }),
          make("button", { type: "button", class: "link", "data-plot": study.plots[town.plot].id,
            text: pick(study.plots[town.plot].name), on: { click: () => choose(town.plot) } })),
        make("button", { type: "button", class: "look", title: say("programme.look"),
          "aria-label": say("programme.look.town", { town: pick(study.towns[town.town].name) }), on: { click: () => fit(town.town) } },
          draw("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
            draw("circle", { cx: 8.5, cy: 8.5, r: 5.5, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
            draw("path", { d: "m12.800 12.800 5 5", fill: "none", stroke: "currentColor", "stroke-width": 2.2 })))))),
    make("tr", { class: town.staffed < town.jobs ? "unfilled" : null },
      ...told.figures.map(({ key, decimals }) => figure(number(town[key], decimals)))),
    make("tr", {}, make("td", { colspan: "6", class: "detail" }, ownBest(town),
      town.binding ? make("p", { class: "caution", text: pick(town.binding) }) : null)));
  const townTable = () => make("table", { class: "towns" },
    head(...told.figures.map((one) => [pick(one.head), "n"])),
    ...told.towns.map(townRows));

  const range = ([low, , high]) => say("labour.range", { low: number(low), high: number(high) });
  const poolFigures = () => make("dl", { class: "figures" }, ...["all", "town", "rival", "left"].map((part) => {
    const figures = told.pool[part];
    const middle = figures[Math.floor(figures.length / 2)];
    return make("div", {}, make("dt", { text: say(`programme.pool.${part}`) }), make("dd", { text: number(middle) }),
      figures.length === 3 && figures[0] !== figures[2] ? make("dd", { class: "range", text: range(figures) }) : null);
  }));

  const districtTable = () => make("table", { class: "districts" },
    head([say("programme.district"), "l"], [say("programme.workers"), "n"], [say("programme.share"), "n"]),
    ...told.towns.map((town, i) => make("tbody", {},
      make("tr", {}, make("th", { scope: "rowgroup", colspan: "3" }, swatch(town.town), pick(study.towns[town.town].name))),
      ...told.districts[i].map(({ name, workers: people, share }) => make("tr", {},
        make("td", { text: pick(name) || say("programme.district.others") }), figure(number(people)), figure(say("percent", { figure: number(share) })))))));

  const combination = ({ rank, plots, behind, short }) => make("tr", {},
    figure(number(rank)),
    make("td", {}, ...plots.map((plot, i) => (plot === told.combinations[0].plots[i] ? null
      : make("div", {}, swatch(told.towns[i].town), pick(study.plots[plot].name))))),
    figure(told.staffable ? `${behind ? "−" : ""}${decimal(behind)}` : number(short)));
  const combinations = () => (told.combinations.length < 2 ? [] : [
    make("h3", { text: say("programme.next") }),
    make("p", { class: "detail", text: say("programme.next.note") }),
    make("table", { class: "combinations" },
      head([say("rank.short"), "n"], [say("programme.instead"), "l"],
        [say(told.staffable ? "programme.behind" : "programme.unfilled"), "n"]),
      make("tbody", {}, ...told.combinations.slice(1).map(combination)))]);

  const homes = () => make("details", {},
    make("summary", { text: say("programme.homes", { count: number(dwellings.length) }) }),
    make("table", { class: "homes" },
      head([say("programme.settlement"), "l"], [say("programme.workers"), "n"], [say("programme.minutes"), "n"]),
      make("tbody", {}, ...dwellings.flatMap((home) => home.going.map(({ to, people, minutes }) => make("tr", {},
        make("th", { scope: "row" }, swatch(to), make("span", {}, pick(home.name),
          make("small", { text: to < study.towns.length ? pick(study.towns[to].name) : pick(rival(to).name) }))),
        figure(number(people)), figure(number(minutes))))))));

  const write = () => {
    if (!told) return;
    const [verdict, ...others] = told.sentences;
    renew("together",
      make("h2", { text: pick(told.title) }),
      make("div", { class: told.staffable ? "verdict" : "verdict caution" },
        make("p", {}, make("b", { text: pick(verdict) })), ...others.map((sentence) => make("p", { text: pick(sentence) }))),
      told.towns.length ? townTable() : null,
      make("p", { class: "detail", text: say("programme.note") }),
      make("h3", { text: say("programme.pool") }), poolFigures(),
      ...(told.towns.length ? [make("h3", { text: say("programme.from") }), districtTable(), homes()] : []),
      ...combinations());
  };
  const legend = () => {
    if (!told || !state.together) return null;
    const sizes = [most, most / 10].map((people) => Number(people.toPrecision(1)));
    const round = (people) => {
      const r = radius(people);
      const side = 2 * r + 2;
      return draw("svg", { viewBox: `${-r - 1} ${-r - 1} ${side} ${side}`, width: side, height: side, "aria-hidden": "true" },
        draw("circle", { r, fill: "#6b778055", stroke: "#55626c" }));
    };
    return make("div", { class: "bands-legend", role: "group", "aria-label": say("programme.legend") },
      make("b", { text: say("programme.legend") }),
      make("ul", {}, ...told.towns.map((town) => make("li", { class: "own" }, swatch(town.town), pick(study.towns[town.town].name))),
        told.rivals.length ? make("li", {}, swatch(study.towns.length), symbol("rivals", "park", 15), say("programme.legend.rivals")) : null),
      make("div", { class: "sizes" }, ...sizes.map((people) => make("span", {}, round(people), number(people)))));
  };
  return { told, redraw, write, fit, settle, boxes, legend, onChoose: (act) => { choose = act; } };
})(Sitesel, map_of_towns);

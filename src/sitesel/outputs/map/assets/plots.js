/* Plots on the map: their outlines, and numbers that stay readable however far one zooms out. */
Sitesel.plots_map = ((page, map) => {
  const { study, decided, state, pick, say, palette, standing, ranked, make, badge } = page;
  const { latlngs, layers } = page.ground_map;
  map.createPane("plots").style.zIndex = 430;
  map.createPane("leaders").style.zIndex = 590;
  map.getPane("leaders").style.pointerEvents = "none";
  const renderer = L.canvas({ pane: "plots", padding: 0.3, tolerance: 6 });
  const leaders = L.canvas({ pane: "leaders", padding: 0.3 });
  const MOST_NUMBERS = 60;
  let outlines = null;
  const numbers = L.layerGroup().addTo(map);
  let written = [];
  let choose = () => {};

  const town = () => study.towns[state.town];
  const points = () => town().plots.map((plot) => L.latLng(study.plots[plot].at[1], study.plots[plot].at[0]));
  const gate = (plot) => (decided[plot].gate ? pick(decided[plot].gate) : "");
  const label = (plot) => {
    const { name } = study.plots[plot];
    const { rank } = standing(plot);
    return rank === null ? [pick(name), gate(plot)].filter(Boolean).join(". ")
      : say("plot.label", { rank, name: pick(name), score: page.figure(standing(plot), "score") });
  };
  const hint = (plot) => make("div", { class: "hint" }, make("b", { text: pick(study.plots[plot].name) }),
    make("span", { text: standing(plot).rank === null ? gate(plot)
      : say("plot.hint", { rank: standing(plot).rank, score: page.figure(standing(plot), "score") }) }));

  const style = (plot) => {
    const { outline } = study.plots[plot];
    const { colours } = standing(plot);
    const chosen = plot === state.plot;
    const out = page.out(plot);
    return {
      renderer, pane: "plots", fillColor: out ? palette.rank.excluded : colours[0], fillOpacity: 0.9,
      color: chosen ? palette.ink.chosen : out ? palette.rank["excluded-ink"] : palette.ink.dark, weight: chosen || state.pins.includes(plot) ? 3 : 1.2, dashArray: outline === "indicative" ? "4 3" : null,
    };
  };
  const shape = (plot) => L.polygon(study.plots[plot].rings.map((rings) => rings.map(latlngs)), style(plot))
    .on("click", () => choose(plot)).bindTooltip(() => hint(plot), { sticky: true, opacity: 1 });

  /* Numbers part like people in a lift: each gives way a little until nobody overlaps. */
  const spread = (places, apart) => {
    const moved = places.map((p, i) => L.point(p.x + 1e-3 * Math.cos(2.4 * i), p.y + 1e-3 * Math.sin(2.4 * i)));
    for (let round = 0; round < 80; round += 1) {
      let calm = true;
      for (let i = 0; i < moved.length; i += 1) {
        for (let j = i + 1; j < moved.length; j += 1) {
          const gap = moved[i].subtract(moved[j]);
          const distance = Math.hypot(gap.x, gap.y);
          if (distance >= apart) continue;
          calm = false;
          const push = gap.multiplyBy((apart - distance) / distance / 2);
          moved[i] = moved[i].add(push);
          moved[j] = moved[j].subtract(push);
        }
      }
      if (calm) break;
    }
    return moved;
  };

  const writeNumber = (plot, at, to) => {
    const chosen = plot === state.plot;
    const face = badge(plot);
    if (chosen) face.classList.add("chosen");
    if (state.pins.includes(plot)) face.classList.add("pin");
    const icon = L.divIcon({ className: "plot-number", html: face, iconSize: [30, 30] });
    if (at.distanceTo(to) > 3) {
      const line = [map.layerPointToLatLng(at), map.layerPointToLatLng(to)];
      L.polyline(line, { renderer: leaders, interactive: false, color: palette.ink.dark, weight: 1.2 }).addTo(numbers);
    }
    const order = 1000 + (chosen ? 5000 : 0) + 10 * (ranked(state.town) - (standing(plot).rank || ranked(state.town) + 1));
    const marker = L.marker(map.layerPointToLatLng(to), { icon, keyboard: true, zIndexOffset: order, alt: "" });
    marker.on("click", () => choose(plot)).bindTooltip(() => hint(plot), { direction: "top", offset: [0, -14], opacity: 1 });
    marker.addTo(numbers);
    const element = marker.getElement();
    element.setAttribute("aria-label", label(plot));
    element.dataset.plot = study.plots[plot].id;
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      choose(plot);
    });
    written.push([to.x, to.y, 15]);
  };

  const pixel = (plot) => map.latLngToLayerPoint([study.plots[plot].at[1], study.plots[plot].at[0]]);
  /* Of many plots those are numbered that have room: the open one, then as they are ranked. */
  const fitting = (plots) => {
    const taken = [];
    return [...plots].sort((a, b) => (b === state.plot) - (a === state.plot)).filter((plot) => {
      const at = pixel(plot);
      if (taken.length >= MOST_NUMBERS || taken.some((other) => other.distanceTo(at) < 30)) return false;
      taken.push(at);
      return true;
    });
  };

  const renumber = () => {
    numbers.clearLayers();
    written = [];
    if (state.overview) return;
    const all = town().plots;
    const inView = map.getBounds().pad(0.3);
    const many = all.length > MOST_NUMBERS;
    const few = many ? fitting(all.filter((plot) => inView.contains([study.plots[plot].at[1], study.plots[plot].at[0]]))) : all;
    const places = few.map(pixel);
    const room = many ? places : spread(places, 30);
    few.forEach((plot, i) => { writeNumber(plot, places[i], places[i].distanceTo(room[i]) < 0.5 ? places[i] : room[i]); });
    layers.places.redraw();
  };
  layers.places.keepClear(() => (state.overview ? page.together.boxes() : written));

  const redraw = () => {
    if (outlines) outlines.remove();
    outlines = L.layerGroup(state.overview ? [] : town().plots.map(shape)).addTo(map);
    renumber();
  };
  const fit = () => page.furniture.fit(L.latLngBounds(points()), 12);
  /* The open plot is moved out from under what lies over the map. */
  const show = (plot) => {
    const [lon, lat] = study.plots[plot].at;
    map.panInside([lat, lon], page.furniture.padding(40));
  };
  map.on("zoomend", renumber);
  if (study.plots.length > MOST_NUMBERS) map.on("moveend", renumber);
  return { redraw, fit, show, onChoose: (act) => { choose = act; } };
})(Sitesel, map_of_towns);

/* All that lies over the map: zoom, scale, credits, and one legend of what is on the map now. What is fitted keeps clear of them. */
Sitesel.furniture = ((page, map) => {
  const { palette, ground, pick, say, number, make, draw, clearance, state } = page;
  const { layers, symbol } = page.ground_map;

  const boxes = () => {
    const origin = map.getContainer().getBoundingClientRect();
    return [...map.getContainer().querySelectorAll(".leaflet-control")].map((part) => part.getBoundingClientRect()).filter(({ width }) => width > 0)
      .map(({ left, top, right, bottom }) => ({ left: left - origin.left, top: top - origin.top, right: right - origin.left, bottom: bottom - origin.top }));
  };
  const padding = (extra) => {
    const { left, top, right, bottom } = clearance(map.getSize(), boxes());
    return { paddingTopLeft: [left + extra, top + extra], paddingBottomRight: [right + extra, bottom + extra] };
  };
  const fit = (bounds, maxZoom, extra = 24) => {
    if (!bounds.isValid()) return;
    const before = padding(extra);
    map.fitBounds(bounds, { ...before, maxZoom, animate: false });
    const after = padding(extra); // the legend holds what is in view, so it may have grown
    if (JSON.stringify(after) !== JSON.stringify(before)) map.fitBounds(bounds, { ...after, maxZoom, animate: false });
  };

  const Furniture = L.Control.extend({
    onAdd() {
      this._box = L.DomUtil.create("div", "furniture");
      L.DomEvent.disableClickPropagation(this._box);
      L.DomEvent.disableScrollPropagation(this._box);
      return this._box;
    },
    fill(...children) { this._box.replaceChildren(...children); },
  });
  const corner = new Furniture({ position: "topright" }).addTo(map);
  const home = new Furniture({ position: "topleft" }).addTo(map);
  const credit = new Furniture({ position: "bottomright" }).addTo(map);
  /* A scale bar that speaks the reader's language. */
  const Scale = L.Control.Scale.extend({
    _updateMetric(longest) {
      const metres = this._getRoundNum(longest);
      this._mScale.style.width = `${Math.round(this.options.maxWidth * metres / longest)}px`;
      this._mScale.textContent = metres < 1000 ? say("metres", { figure: number(metres) }) : say("km", { figure: number(metres / 1000) });
    },
  });
  const scale = new Scale({ imperial: false, maxWidth: 110, position: "bottomleft" }).addTo(map);

  /* The legend. */
  const stroke = (colour, width, dashes) => draw("svg", { viewBox: "0 0 28 12", width: 28, height: 12, "aria-hidden": "true" },
    draw("line", { x1: 1, x2: 27, y1: 6, y2: 6, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }));
  const dot = () => draw("svg", { viewBox: "0 0 28 12", width: 28, height: 12, "aria-hidden": "true" }, draw("circle", { cx: 14, cy: 6, r: 3.5, fill: palette.signs.places }));
  const pipes = () => draw("svg", { viewBox: "0 0 28 14", width: 28, height: 14, "aria-hidden": "true" },
    ...["power", "gas"].map((kind, i) => draw("line", { x1: 1, x2: 27, y1: 4 + 6 * i, y2: 4 + 6 * i, stroke: palette.signs[kind], "stroke-width": 1.8, "stroke-dasharray": "10 3" })));
  const signs = {
    main: () => stroke(palette.roads.motorway.colour, 3), minor: () => stroke(palette.roads.minor.colour, 1.5), assumed: () => stroke(palette.roads.assumed.colour, 1.4, "3 4"),
    border: () => stroke(palette.signs.border, 1.6, "8 4 2 4"), places: dot, gateways: () => symbol("gateways", "border", 18),
    utilities: () => symbol("utilities", "substation", 18), utility_lines: pipes, rivals: () => symbol("rivals", "park", 18),
  };
  const inView = (name) => {
    const view = map.getBounds();
    if (!map.hasLayer(layers[name])) return false;
    if (name === "places") return ground.settlements.some(([lon, lat]) => view.contains([lat, lon]));
    const seen = (bounds) => bounds.isValid() && view.intersects(bounds);
    return layers[name].getLayers().some((layer) => (layer.getBounds ? seen(layer.getBounds()) : view.contains(layer.getLatLng())));
  };
  let drawn = "";
  let parts = () => [];
  let open = !window.matchMedia("(max-width: 820px), (max-height: 500px)").matches;
  let more = false;
  const row = (name) => make("li", {}, make("label", {},
    make("input", { type: "checkbox", "data-layer": name, checked: map.hasLayer(layers[name]), on: { change: (event) => {
      if (event.target.checked) layers[name].addTo(map); else layers[name].remove();
      refresh();
    } } }), signs[name](), make("span", { text: say(`legend.${name}`) })));
  const write = () => {
    const held = document.activeElement?.dataset?.layer;
    const shown = Object.keys(signs).filter(inView);
    const others = Object.keys(signs).filter((name) => !shown.includes(name));
    const box = make("details", { class: "legend", open, on: { toggle: () => { open = box.open; if (state.overview) page.together.settle(); layers.places.redraw(); } } },
      make("summary", { text: say("legend") }),
      ...parts(),
      make("ul", {}, ...shown.map(row)),
      others.length ? make("details", { class: "more", open: more, on: { toggle: (event) => { more = event.target.open; } } },
        make("summary", { text: say("legend.more") }), make("ul", {}, ...others.map(row))) : null,
      page.online.rows(() => { owe(); write(); layers.places.redraw(); }));
    const { x, y } = map.getSize();
    map.getContainer().style.setProperty("--across", `${x - 150}px`); // the scale has the rest
    map.getContainer().style.setProperty("--room", `${Math.max(120, y - credit._box.offsetHeight - 34)}px`);
    const read = corner._box.firstChild?.scrollTop || 0;
    corner.fill(box);
    box.scrollTop = read;
    if (held) box.querySelector(`[data-layer="${held}"]`)?.focus({ preventScroll: true });
    drawn = shown.join();
  };
  const refresh = () => { if (drawn !== Object.keys(signs).filter(inView).join()) write(); };
  map.on("moveend", refresh).on("resize", () => write());

  const owe = () => {
    const online = page.online.credit();
    credit.fill(...(online ? [make("div", { class: "credit" }, online)] : []),
      make("details", { class: "credit" }, make("summary", { text: [say("data"), pick(ground.owed)].filter(Boolean).join(": ") }),
        make("p", { text: `${pick(ground.credit)}. Leaflet 1.9.4.` })));
  };
  const speak = (fitAll) => {
    home.fill(make("button", { type: "button", title: say("fit"), "aria-label": say("fit"), on: { click: fitAll } },
      draw("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, draw("path", {
        d: "M2 7V2h5M13 2h5v5M18 13v5h-5M7 18H2v-5M10 7v6M7 10h6", fill: "none", stroke: "currentColor", "stroke-width": 2 }))));
    owe();
    document.getElementById("stage").setAttribute("aria-label", say("map"));
    for (const [name, key] of [["in", "zoom.in"], ["out", "zoom.out"]]) {
      const button = document.querySelector(`.leaflet-control-zoom-${name}`);
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
    }
    scale._update();
    write();
    layers.places.redraw();
  };

  /* One finger scrolls the page, two move the map, where the map is a part of a page that scrolls. */
  const cooperate = () => {
    const shared = L.Browser.touch && window.matchMedia("(max-width: 820px)").matches;
    map.dragging[shared ? "disable" : "enable"]();
    map.getContainer().classList.toggle("shared", shared);
  };
  let fading = 0;
  map.getContainer().addEventListener("touchmove", (event) => {
    if (map.dragging.enabled() || event.touches.length > 1 || event.target.closest(".leaflet-control")) return;
    const stage = document.getElementById("stage");
    stage.dataset.hint = say("two.fingers");
    clearTimeout(fading);
    fading = setTimeout(() => { delete stage.dataset.hint; }, 1200);
  }, { passive: true });
  window.matchMedia("(max-width: 820px)").addEventListener("change", cooperate);
  cooperate();
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    map._zoomAnimated = false;
    map.options.inertia = false;
  }
  return { boxes, padding, fit, write, speak, fillWith: (given) => { parts = given; } };
})(Sitesel, map_of_towns);

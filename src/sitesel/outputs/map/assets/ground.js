/* The base map: relief, border, roads, places and utilities, all of them our own layers. */
Sitesel.ground_map = ((page, map) => {
  const { palette, ground, pick, say, number, make, draw, state } = page;
  const pane = (name, z) => {
    map.createPane(name).style.zIndex = z;
    map.getPane(name).style.pointerEvents = "none";
    return name;
  };
  pane("relief", 210);
  pane("lines", 310);
  pane("places", 420);
  const onLines = L.canvas({ pane: "lines", padding: 0.4 });
  const latlngs = (flat) => {
    const line = [];
    for (let i = 0; i < flat.length; i += 2) line.push([flat[i + 1], flat[i]]);
    return line;
  };

  for (const relief of ground.relief) {
    const href = document.getElementById(relief.id).getAttribute("href");
    L.imageOverlay(href, relief.corners, { pane: "relief", interactive: false, alt: "" }).addTo(map);
  }

  /* Roads: a pale casing under the great ones, so that they read on any relief. */
  const { minor: MINOR, assumed: ASSUMED, ...ROADS } = palette.roads;
  const greatness = (highway) => Object.keys(ROADS).length - Object.keys(ROADS).indexOf(highway.replace("_link", ""));
  const byGreatness = [...ground.roads].sort((a, b) => greatness(a.highway) - greatness(b.highway));
  const line = (flats, style) =>
    L.polyline(flats.map(latlngs), { renderer: onLines, interactive: false, smoothFactor: 1.2, ...style });
  const isGreat = (road) => road.highway.replace("_link", "") in ROADS && !road.assumed;
  const roadLines = (road) => {
    const { colour: color, screen: weight } = ROADS[road.highway.replace("_link", "")] || MINOR;
    return [line(road.lines, { color: palette.ink.casing, weight: weight + 2, opacity: 0.85 }), line(road.lines, { color, weight })];
  };
  const layers = {
    assumed: L.layerGroup(byGreatness.filter((road) => road.assumed)
      .map((road) => line(road.lines, { color: ASSUMED.colour, weight: ASSUMED.screen, dashArray: "3 4", opacity: 0.75 }))),
    minor: L.layerGroup(byGreatness.filter((road) => !road.assumed && !isGreat(road)).map((road) => line(road.lines, { color: MINOR.colour, weight: MINOR.screen }))),
    main: L.layerGroup([0, 1].flatMap((half) => byGreatness.filter((road) => isGreat(road)).sort((a, b) =>
      ROADS[a.highway.replace("_link", "")].screen - ROADS[b.highway.replace("_link", "")].screen).map((road) => roadLines(road)[half]))),
    border: L.layerGroup([
      line(ground.border.lines, { color: palette.ink.casing, weight: 4, opacity: 0.7 }),
      line(ground.border.lines, { color: palette.signs.border, weight: 1.4, dashArray: "8 4 2 4" }),
    ]),
    utility_lines: L.layerGroup(ground.utility_lines.map((pipe) =>
      line(pipe.lines, { color: /gas/.test(pipe.kind) ? palette.signs.gas : palette.signs.power, weight: 1.6, dashArray: "10 3" }))),
  };

  /* Symbols: a small square of our own for a gateway, a disc for a utility, a diamond for a rival. */
  const GLYPHS = {
    airport: "M8 1.5 9.2 6l5.3 3v1.4L9.2 9l-.4 3.2 1.7 1.200v1L8 13.800l-2.5.600v-1l1.7-1.200L6.8 9 1.5 10.400V9l5.3-3z",
    border: "M3 14V2.500h9.500l-2 2.8 2 2.800H4.200V14z",
    rail: "M4.2 2h1.300v2h5V2h1.300v2H13v1.300h-1.200v2H13v1.300h-1.200v2H13V12h-1.200v2h-1.300v-2h-5v2H4.200v-2H3v-1.400h1.200v-2H3V7.300h1.200v-2H3V4h1.200zM5.5 5.300v2h5v-2zm0 3.300v2h5v-2z",
    market: "M3 2.500h10L14.5 6v1H13v6.500H3V7H1.500V6zM4.5 7v5h3V8.500h3V12h1V7z",
    cargo: "M8 1.8 14 4.600v6.800L8 14.2 2 11.400V4.600zM8 3.3 4.6 4.9 8 6.500l3.4-1.600zM3.4 6v4.500l3.9 1.800V7.800zm9.2 0L8.7 7.800v4.500l3.9-1.800z",
    power: "M9 1 3.5 9H7l-1 6 6-8.500H8.300z",
    gas: "M8 1.200c2.6 3 4.3 5 4.3 7.800a4.3 4.3 0 0 1-8.6 0c0-1.6.7-2.8 1.9-3.9.2 1.3.7 1.9 1.3 2.100C6.7 5.3 7.1 3.2 8 1.200z",
    water: "M8 1.500c2.7 3.5 4.5 5.6 4.5 8a4.5 4.5 0 0 1-9 0c0-2.4 1.8-4.5 4.5-8z",
    works: "M2 14V7l4 2.500V7l4 2.500V3h3v11z",
  };
  const KINDS = [
    [/border/, "border"], [/rail/, "rail"], [/air/, "airport"], [/market/, "market"], [/gas/, "gas"],
    [/wwtp|sew|water/, "water"], [/substation|power|plant|line/, "power"], [/park|cluster|fez|works/, "works"],
  ];
  const glyph = (kind) => GLYPHS[(KINDS.find(([pattern]) => pattern.test(kind)) || [null, "cargo"])[1]];
  const SHAPES = {
    gateways: ["M3 0h14a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z", palette.signs.gateways],
    utilities: ["M10 0a10 10 0 1 1 0 20 10 10 0 0 1 0-20z", palette.signs.utilities],
    rivals: ["M10 0 20 10 10 20 0 10z", palette.signs.rivals],
  };
  const symbol = (layer, kind, size = 20) => {
    const [outline, colour] = SHAPES[layer];
    const inner = layer === "rivals" ? 0.52 : 0.72;
    const shift = (20 - 16 * inner) / 2;
    return draw("svg", { viewBox: "-1 -1 22 22", width: size, height: size, "aria-hidden": "true", focusable: "false" },
      draw("path", { d: outline, fill: colour, stroke: "#ffffff", "stroke-width": 1.4 }),
      draw("path", { d: glyph(kind), fill: "#ffffff", transform: `translate(${shift} ${shift}) scale(${inner})` }));
  };
  const about = (thing) => {
    const facts = [pick(thing.what)];
    if (thing.state) facts.push(pick(thing.state));
    if (typeof thing.voltage_kv === "number") facts.push(say("kilovolt", { figure: number(thing.voltage_kv) }));
    else if (thing.voltage_kv) facts.push(say("kilovolt", { figure: thing.voltage_kv }));
    if (typeof thing.jobs === "number") facts.push(say("jobs", { figure: number(thing.jobs) }));
    if (typeof thing.precision_km === "number")
      facts.push(say("precise", { figure: number(thing.precision_km, thing.precision_km % 1 ? 1 : 0) }));
    if (thing.confidence) facts.push(say("connections.confidence", { confidence: pick(thing.confidence) }));
    return make("div", { class: "hint" }, make("b", { text: pick(thing.name) }), make("span", { text: facts.join(" · ") }));
  };
  for (const layer of Object.keys(SHAPES)) {
    layers[layer] = L.layerGroup(ground[layer].map((thing) => {
      const icon = L.divIcon({ className: "symbol", html: symbol(layer, thing.kind), iconSize: [20, 20] });
      const marker = L.marker([thing.at[1], thing.at[0]], { icon, keyboard: false, zIndexOffset: layer === "gateways" ? 200 : 0 });
      return marker.bindTooltip(() => about(thing), { direction: "top", offset: [0, -8], opacity: 1 });
    }));
  }

  const FAR = 9.75;
  const nearOrFar = () => map.getContainer().classList.toggle("far", map.getZoom() < FAR);
  map.on("zoomend", nearOrFar);
  nearOrFar();

  /* Names of places and roads, on one canvas: the largest first, each where it finds room. */
  const Labels = L.Layer.extend({
    onAdd() {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("places"));
      map.on("moveend resize", this.redraw, this);
      this.redraw();
    },
    onRemove() {
      this._canvas.remove();
      map.off("moveend resize", this.redraw, this);
    },
    keepClear(boxes) {
      this._clear = boxes;
    },
    besideDiscs(discAt) {
      this._discAt = discAt;
    },
    redraw() {
      if (!this._canvas) return;
      const size = map.getSize();
      const margin = size.multiplyBy(0.2).round();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1));
      const [width, height] = [size.x + 2 * margin.x, size.y + 2 * margin.y];
      L.DomUtil.setPosition(this._canvas, corner);
      Object.assign(this._canvas, { width: width * ratio, height: height * ratio });
      this._canvas.style.width = `${width}px`;
      this._canvas.style.height = `${height}px`;
      const pen = this._canvas.getContext("2d");
      pen.scale(ratio, ratio);
      pen.lineJoin = "round";
      pen.textBaseline = "middle";
      const numbered = (this._clear ? this._clear() : []).map(([x, y, r, place]) => [x - corner.x - r, y - corner.y - r, x - corner.x + r, y - corner.y + r, place]);
      const boxes = [...numbered, ...this._furniture(corner), ...this._symbols(corner)];
      const apart = (box) => (other) => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1];
      /* A place's own circle does not stand in the way of its name. */
      const clearOf = (others, box, place) => others.every((other) => (place && other[4] === place) || apart(box)(other));
      const free = (box, place) => clearOf(boxes, box, place);
      const besidePlots = (box, place) => clearOf(numbered, box, place);  // a city keeps its name whatever sign lies by it
      const at = (lon, lat) => map.latLngToLayerPoint([lat, lon]).subtract(corner);
      const family = getComputedStyle(document.body).fontFamily;
      const write = (text, x, y, font, ink) => {
        pen.font = `${font} ${family}`;
        pen.lineWidth = 3.2;
        pen.strokeStyle = "rgba(250,249,244,.92)";
        pen.strokeText(text, x, y);
        pen.fillStyle = ink;
        pen.fillText(text, x, y);
      };
      this._places(pen, at, [free, besidePlots], boxes, write, [width, height], family);
      this._shields(pen, at, free, boxes, write);
      this._countries(pen, at, free, boxes, [margin, size], family);
    },
    _furniture(corner) {
      const origin = map.getContainer().getBoundingClientRect();
      const shift = map.containerPointToLayerPoint([0, 0]).subtract(corner);
      return [...map.getContainer().querySelectorAll(".leaflet-control")].map((part) => {
        const { left, top, right, bottom } = part.getBoundingClientRect();
        return [left - origin.left + shift.x, top - origin.top + shift.y, right - origin.left + shift.x, bottom - origin.top + shift.y];
      });
    },
    _symbols(corner) {
      const shown = ["gateways", "utilities", "rivals"].filter((name) => map.hasLayer(layers[name]));
      return shown.flatMap((name) => layers[name].getLayers()).map((marker) => {
        const point = map.latLngToLayerPoint(marker.getLatLng()).subtract(corner);
        const half = map.getZoom() < FAR ? 8 : 11;
        return [point.x - half, point.y - half, point.x + half, point.y + half];
      });
    },
    _places(pen, at, [free, besidePlots], boxes, write, [width, height], family) {
      const zoom = map.getZoom();
      for (const [lon, lat, name, people] of ground.settlements) {
        if (people < this._least(zoom)) break;
        const point = at(lon, lat);
        if (point.x < 0 || point.y < 0 || point.x > width || point.y > height) continue;
        const text = pick(name);
        const pixels = people > 200000 ? 16 : people > 40000 ? 14 : people > 12000 ? 12.5 : 11.5;
        const weight = people > 40000 ? 600 : 400;
        pen.font = `${weight} ${pixels}px ${family}`;
        const wide = pen.measureText(text).width;
        const radius = people > 200000 ? 4 : people > 40000 ? 3.2 : people > 12000 ? 2.5 : 1.8;
        /* To the right of the place, or left, above, below: wherever there is room. */
        const gap = Math.max(radius, this._discAt ? this._discAt(lon, lat) : 0) + 4;
        const beyond = Math.max(pixels, gap + pixels * 0.4);
        const spots = [[gap, 0], [-gap - wide, 0], [-wide / 2, -beyond], [-wide / 2, beyond]];
        const dot = [point.x - radius, point.y - radius, point.x + radius, point.y + radius];
        const place = `${lon},${lat}`;
        if (!free(dot, place) && people <= 200000) continue;
        const fits = (isFree) => spots.find(([x, y]) => isFree(
          [point.x + x - 2, point.y + y - pixels * 0.6, point.x + x + wide + 2, point.y + y + pixels * 0.6], place));
        const spot = fits(free) || (people > 200000 ? fits(besidePlots) || (state.overview ? null : spots[0]) : null);
        if (!spot) continue;
        const box = [point.x + spot[0] - 2, point.y + spot[1] - pixels * 0.7, point.x + spot[0] + wide + 4, point.y + spot[1] + pixels * 0.7];
        boxes.push(box, dot);
        pen.beginPath();
        pen.arc(point.x, point.y, radius, 0, 7);
        pen.fillStyle = palette.signs.places;
        pen.fill();
        pen.lineWidth = 1.2;
        pen.strokeStyle = palette.ink.casing;
        pen.stroke();
        write(text, point.x + spot[0], point.y + spot[1], `${weight} ${pixels}px`, people > 12000 ? palette.ink.dark : "#3d4850");
      }
    },
    _countries(pen, at, free, boxes, [margin, size], family) {
      pen.textAlign = "center";
      for (const [name, spots] of map.hasLayer(layers.border) ? ground.border.countries : []) {
        const text = [...pick(name).toUpperCase()].join("\u200a\u200a");
        pen.font = `500 12px ${family}`;
        const half = pen.measureText(text).width / 2 + 6;
        const spot = spots.map(([lon, lat]) => at(lon, lat)).find((point) =>
          point.x - half > margin.x && point.y - 12 > margin.y && point.x + half < margin.x + size.x
          && point.y + 12 < margin.y + size.y && free([point.x - half, point.y - 10, point.x + half, point.y + 10]));
        if (!spot) continue;
        boxes.push([spot.x - half, spot.y - 10, spot.x + half, spot.y + 10]);
        pen.lineWidth = 3;
        pen.strokeStyle = "rgba(250,249,244,.8)";
        pen.strokeText(text, spot.x, spot.y);
        pen.fillStyle = palette.signs.border;
        pen.fillText(text, spot.x, spot.y);
      }
      pen.textAlign = "start";
    },
    _least(zoom) {
      return zoom < 8 ? 25000 : zoom < 9 ? 5000 : zoom < 10 ? 2500 : zoom < 11 ? 800 : 0;
    },
    _shields(pen, at, free, boxes, write) {
      for (const [lon, lat, words] of map.getZoom() < 8 ? [] : ground.shields) {
        const ref = pick(words);
        const point = at(lon, lat);
        pen.font = "600 10.5px sans-serif";
        const half = pen.measureText(ref).width / 2 + 3;
        const box = [point.x - half, point.y - 8, point.x + half, point.y + 8];
        if (!free(box)) continue;
        boxes.push(box);
        write(ref, point.x - half + 3, point.y, "600 10.5px", palette.signs.shield);
      }
    },
  });
  layers.places = new Labels();

  const shown = ["border", "assumed", "minor", "main", "utility_lines", "gateways", "utilities", "places"];
  for (const name of shown) layers[name].addTo(map);
  return { layers, symbol, latlngs };
})(Sitesel, map_of_towns);

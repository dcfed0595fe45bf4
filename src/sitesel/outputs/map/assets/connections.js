/* How the open plot would be joined to the networks: a part of the card, and the routes on the map. */
Sitesel.connections = ((page, map) => {
  const { palette, named, corners, state, site, pick, say, number, make, draw } = page;
  const told = site.connections;
  const text = (place) => (place === null ? "" : pick(told.texts[place]));
  const ofPlot = (place) => told?.plots[place] || null;
  const [entries, parts, items] = told ? [told.entries, told.parts, told.items].map(named) : [];

  const sign = (network) => ({ cap: "butt", ...(palette.networks[told.networks[network].id] || palette.networks.other) });
  const swatch = (network) => {
    const { colour: stroke, dashes, width, cap } = sign(network);
    return draw("svg", { class: "sign", viewBox: "0 0 28 12", width: 28, height: 12, "aria-hidden": "true" },
      draw("line", { x1: 2, x2: 26, y1: 6, y2: 6, stroke, "stroke-width": width, "stroke-dasharray": dashes, "stroke-linecap": cap }));
  };

  const views = ({ network, enough, none }) => ({
    network, both: none === null, enough: entries[enough], none: entries[none === null ? enough : none] });
  /* Where nothing can be spared, another source may be the cheapest: then each view has a place and a length of its own. */
  const elsewhere = ({ both, enough, none }) => !both && enough.source !== null && none.source !== null
    && ["source", "metres", "lay", "route"].some((key) => enough[key] !== none[key]);

  const millions = (thousands) => {
    if (thousands === null) return say("connections.unknown");
    if (thousands === 0) return number(0);
    if (thousands > 0 && thousands < 10) return number(thousands / 1000, 3);
    return number(thousands / 1000, thousands < 100000 ? 2 : 0);
  };
  const range = (low, high) => (low === null || high === null || high === 0 ? "" : `${millions(low)}–${millions(high)}`);
  const millionLocal = (thousands) => number(thousands * told.rate / 1000, thousands * told.rate < 10000 ? 1 : 0);
  const kilometres = (metres) => (metres === null ? "" : number(metres / 1000, metres === 0 ? 0 : metres < 995 ? 2 : 1));
  /* A length is no surer than the place of the source that it leads to. */
  const long = ({ metres, precision_km: precision }) => (metres === null ? "" : !precision ? say("km", { figure: kilometres(metres) })
    : say("connections.km.about", { figure: kilometres(metres), precision: number(precision, precision % 1 ? 1 : 0) }));
  /* Nothing known serves: the cost is the most that it can be. */
  const most = (entry) => (entry.upper_bound ? "≤ " : "");
  const money = ({ usd_low: low, usd_mid: mid, usd_high: high }) => {
    if (mid === null) return say("connections.cost.unknown");
    const params = { mid: millions(mid), range: range(low, high) || millions(mid) };
    return told.rate ? say("connections.cost", { ...params, local: say("connections.local", { figure: millionLocal(mid) }) })
      : say("connections.cost.plain", params);
  };

  /* A source less well placed than it is far: its length and money are hardly more than a guess, a nought above all. */
  const vague = ({ metres, precision_km: precision }) => metres !== null && precision > 0 && metres <= precision * 1000;
  const cost = ({ usd_low: low, usd_mid: mid, usd_high: high, ...entry }) => make("td", { class: mid === null ? "n unknown" : "n" },
    mid === null ? make("span", { text: say("connections.unknown") }) : make("b", { text: mid === 0 && vague(entry) ? `≈ ${number(0)}` : `${most(entry)}${millions(mid)}` }),
    mid && !entry.upper_bound ? make("small", { text: range(low, high) }) : null);

  /* What stands behind one network: the two ways it can go, how it is laid, what it crosses, the estimate line by line. */
  const either = (row) => {
    const source = text(row.enough.source);
    const then = (entry, between = ", ") => {
      if (entry.usd_mid === null) return text(entry.reason);
      return entry.upper_bound ? `${text(entry.reason)}. ${say("connections.instead", { way: text(entry.way), mid: millions(entry.usd_mid) })}`
        : `${text(entry.way)}${between}${money(entry)}`;
    };
    if (row.both || !source) return make("p", { text: then(row.enough, ": ") });
    return make("p", {}, make("b", { text: say("connections.if", { source }) }), ` ${then(row.enough)}. `,
      make("b", { text: say("connections.if_not") }), ` ${elsewhere(row) ? `${text(row.none.source)}: ` : ""}${then(row.none)}.`);
  };
  const needs = ({ need, spare, lay }, network) => {
    if (need === null) return null;
    const key = lay === null ? "connections.need.own" : spare === null ? "connections.need.unknown" : "connections.need";
    const [asked, there] = [need, spare].map((amount) => (amount === null ? "" : number(amount, amount % 1 ? 1 : 0)));
    return make("p", { text: say(key, { need: asked, spare: there, unit: pick(told.networks[network].unit) }) });
  };
  const laid = (entry) => {
    if (entry.lay === null) return null;
    const lines = [say(`connections.lay.${entry.lay}`, { km: kilometres(entry.metres) })];
    if (entry.other_lay_metres !== null) lines.push(say(`connections.other.${entry.lay === "roads" ? "terrain" : "roads"}`, {
      km: kilometres(entry.other_lay_metres), mid: entry.other_lay_usd_mid === null ? say("connections.unknown") : millions(entry.other_lay_usd_mid) }));
    return make("p", { text: lines.join(" ") });
  };
  const crossed = ({ crosses }) => (crosses.length ? make("p", { text: `${say("connections.crosses")} ${crosses.map(text).join("; ")}.` }) : null);
  const unsure = (entry) => (vague(entry) ? make("p", { class: "vague", text: say("connections.vague", {
    precision: number(entry.precision_km, entry.precision_km % 1 ? 1 : 0) }) }) : null);
  const way = (entry, network) => [needs(entry, network), laid(entry), unsure(entry), crossed(entry)];
  const ways = (row) => (elsewhere(row) ? [row.enough, row.none].flatMap((entry) => [make("h5", { text: text(entry.source) }), ...way(entry, row.network)])
    : way(row.enough, row.network));
  const part = (place) => {
    const { item, quantity, terrain, usd_mid: mid } = parts[place];
    const { name, unit, unit_cost: unitCost, basis, source, confidence } = items[item];
    const ground = terrain === null || terrain === 1 ? "" : say("connections.terrain", { factor: number(terrain, 2) });
    const behind = [text(basis), text(source), text(confidence) ? say("connections.confidence", { confidence: text(confidence) }) : ""].filter(Boolean);
    return make("li", {},
      make("div", { class: "measure" }, make("span", { class: "label", text: text(name) }), make("b", { text: millions(mid) })),
      make("p", { text: `${number(quantity, quantity % 1 ? 2 : 0)} ${text(unit)} × ${number(unitCost)} USD${ground}` }),
      make("p", { class: "basis", text: [...new Set(behind)].join(" · ") }));
  };
  const lines = (key, places) => (places.length ? [make("h5", { text: say(key) }), make("ul", {}, ...places.map(part))] : []);
  const estimate = ({ both, enough, none }) => {
    const same = both || JSON.stringify(enough.parts) === JSON.stringify(none.parts);
    return [...lines(same ? "connections.estimate" : "connections.estimate.enough", enough.parts),
      ...(same ? [] : lines("connections.estimate.none", none.parts))];
  };
  const behind = (row, colspan) => make("tr", { class: "behind" }, make("td", { colspan },
    either(row), ...ways(row), ...estimate(row)));

  const opened = new Set();
  const line = (given) => {
    const row = views(given);
    const { id, name } = told.networks[row.network];
    const where = (entry) => [long(entry), text(entry.source)].filter(Boolean).join(" · ");
    const more = behind(row, "3");
    more.hidden = !opened.has(id);
    const turn = () => {
      more.hidden = !more.hidden;
      if (more.hidden) opened.delete(id); else opened.add(id);
      button.setAttribute("aria-expanded", String(!more.hidden));
    };
    const button = make("button", { type: "button", "aria-expanded": String(!more.hidden) },
      swatch(row.network), make("span", {}, make("span", { class: "name", text: pick(name) }), where(row.enough) ? make("small", { text: where(row.enough) }) : null,
        elsewhere(row) ? make("small", { text: `${say("connections.if_not")} ${where(row.none)}` }) : null));
    return make("tbody", {},
      make("tr", { class: "network", on: { click: turn } },
        make("th", { scope: "row" }, button),
        cost(row.enough), cost(row.none)),
      more);
  };
  const listed = (networks) => networks.map((network) => pick(told.networks[network].name).toLowerCase()).join(", ");
  const signed = ({ bound }, figure) => (bound ? `${bound} ${figure}` : figure);
  const total = (totals) => {
    const cell = (sum) => (sum === null ? make("td", { class: "n", text: "–" }) : make("td", { class: "n" },
      make("b", { text: signed(sum, millions(sum.usd_mid)) }), make("small", { text: range(sum.usd_low, sum.usd_high) })));
    const local = (sum) => make("td", { class: "n", text: sum === null || sum.usd_mid === null ? "–" : signed(sum, millionLocal(sum.usd_mid)) });
    return make("tfoot", {}, make("tr", {}, make("th", { scope: "row", text: say("connections.total") }), ...totals.map(cell)),
      told.rate ? make("tr", { class: "local" }, make("th", { scope: "row", text: say("connections.in_local") }), ...totals.map(local)) : null);
  };
  const without = (totals, which, key) => {
    const [enough, none] = totals.map((sum) => (sum === null ? "" : listed(sum[which])));
    if (!enough && !none) return null;
    return make("p", { class: "without", text: enough === none ? say(key, { networks: enough })
      : say(`${key}.both`, { enough: enough || "–", none: none || "–" }) });
  };

  const section = (place) => {
    const given = ofPlot(place);
    if (!given) return null;
    return make("section", { class: "criterion connections" },
      make("h3", {}, make("span", { text: say("connections.title") }), make("small", { text: say("connections.unit") })),
      drawn().length ? make("button", { type: "button", class: "on-map", text: say("connections.fit"), on: { click: fit } }) : null,
      make("table", {},
        make("thead", {}, make("tr", {}, make("th", { scope: "col", text: say("connections.network") }),
          ...["enough", "none"].map((key) => make("th", { scope: "col", class: "n", text: say(`connections.${key}`) })))),
        ...given.rows.map(line), total(given.totals)),
      without(given.totals, "missing", "connections.without"),
      without(given.totals, "bounded", "connections.bounded"),
      make("p", { class: "detail", text: [say("connections.note"), pick(site.asked.rate)].filter(Boolean).join(" ") }));
  };

  /* Routes on the map, side by side where they share a road, as lines of a city's transport are. */
  map.createPane("routes").style.zIndex = 426;
  const renderer = L.svg({ pane: "routes", padding: 0.3 });
  const group = L.layerGroup();
  const FINE = 1e5;
  const APART = 5;
  const routeOf = (entry) => corners(told.routes[entry.route], FINE);
  const beside = (path, shift) => {
    const points = path.map((corner) => map.latLngToLayerPoint(corner))
      .filter((point, i, all) => i === 0 || point.distanceTo(all[i - 1]) > 0.5);
    const normals = points.slice(1).map((to, i) => {
      const along = to.subtract(points[i]);
      return along.divideBy(Math.hypot(along.x, along.y) || 1);
    }).map((unit) => L.point(-unit.y, unit.x));
    if (!normals.length) return path;
    return points.map((point, i) => {
      const [a, b] = [normals[Math.max(0, i - 1)], normals[Math.min(i, normals.length - 1)]];
      const middle = a.add(b);
      const stretch = shift * 2 / Math.max(1, middle.x ** 2 + middle.y ** 2);
      return map.layerPointToLatLng(point.add(middle.multiplyBy(stretch)));
    });
  };
  const drawn = () => {
    const given = state.plot === null ? null : ofPlot(state.plot);
    if (!given) return [];
    const routes = given.rows.map(views).flatMap((row) => [{ network: row.network, entry: row.enough.route === null ? row.none : row.enough },
      ...(elsewhere(row) && row.none.route !== row.enough.route ? [{ network: row.network, entry: row.none, instead: true }] : [])])
      .filter(({ entry }) => entry.route !== null);
    return routes.map((route, i) => ({ ...route, shift: APART * (i - (routes.length - 1) / 2) }));
  };
  const called = ({ network, instead }) => [instead ? say("connections.if_not") : "", pick(told.networks[network].name)].filter(Boolean).join(" ");
  const hint = (route) => make("div", { class: "hint" },
    make("b", { text: called(route) }),
    make("span", { text: [text(route.entry.source), long(route.entry)].filter(Boolean).join(" · ") }),
    make("span", { text: money(route.entry) }));
  const redraw = () => {
    group.clearLayers();
    const routes = drawn();
    if (!routes.length) {
      group.remove();
      return;
    }
    group.addTo(map);
    for (const route of routes) {
      const { network, entry, shift, instead } = route;
      const { colour: color, dashes: dashArray, width: full, cap } = sign(network);
      const weight = instead ? full / 2 : full;
      const path = beside(routeOf(entry), shift);
      const common = { renderer, pane: "routes", lineCap: cap, smoothFactor: 0 };
      L.polyline(path, { ...common, interactive: false, color: "#ffffff", weight: weight + 2.4, opacity: 0.9, lineCap: "round" }).addTo(group);
      L.polyline(path, { ...common, color, weight, dashArray, opacity: 1 }).bindTooltip(() => hint(route), { sticky: true, opacity: 1 }).addTo(group);
      if (told.networks[network].id === "road") continue;
      L.circleMarker(path[path.length - 1], { renderer, pane: "routes", radius: 6, color, weight: 3, fillColor: "#ffffff", fillOpacity: 1 })
        .bindTooltip(() => hint(route), { direction: "top", offset: [0, -6], opacity: 1 }).addTo(group);
    }
  };
  map.on("zoomend", redraw);
  const fit = () => {
    const bounds = L.latLngBounds(drawn().flatMap(({ entry }) => routeOf(entry)));
    page.furniture.fit(bounds, 15);
  };
  const legend = () => {
    const routes = drawn();
    if (!routes.length) return null;
    return make("div", { class: "bands-legend reach routes-legend", role: "group", "aria-label": say("connections.legend") },
      make("b", { text: say("connections.legend") }),
      make("ul", {}, ...routes.map((route) => make("li", { class: route.instead ? "instead" : null }, swatch(route.network), called(route),
        make("small", { text: say("km", { figure: kilometres(route.entry.metres) }) })))));
  };
  const sum = (told) => signed(told, millions(told.usd_mid));
  return { section, redraw, legend, total: sum };
})(Sitesel, map_of_towns);

/* Start: put the parts together, and let choices in the list, on the map and in the header act on all of them. */
(() => {
  const { state, study, say, number, panel, card, labour, connections, land, suitability, asked, together, answers, ground_map: base, plots_map: plots, make, draw } = Sitesel;
  const map = map_of_towns;
  const narrow = window.matchMedia("(max-width: 820px)");
  let opener = null;
  let openedBy = "";
  let before = null;
  let legendOpen = !narrow.matches;

  const Furniture = L.Control.extend({
    onAdd() {
      this._box = L.DomUtil.create("div", "furniture");
      L.DomEvent.disableClickPropagation(this._box);
      L.DomEvent.disableScrollPropagation(this._box);
      return this._box;
    },
    fill(...children) { this._box.replaceChildren(...children); },
  });
  const legend = new Furniture({ position: "topright" }).addTo(map);
  const home = new Furniture({ position: "topleft" }).addTo(map);
  const reach = new Furniture({ position: "bottomleft" });
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

  /* Signs that only the open card, or the towns' plots together, put on the map. */
  const refreshReach = () => {
    for (const part of [labour, connections, land]) part.redraw();
    const ofPlot = [labour, connections, land].map((part) => part.legend()).filter(Boolean);
    const signs = ofPlot.length ? ofPlot : [together.legend()].filter(Boolean);
    if (!signs.length) return reach.remove();
    reach.addTo(map);
    reach.getContainer().classList.add("reaches");
    return reach.fill(...signs);
  };
  const close = () => {
    const sheet = document.getElementById("card");
    if (sheet.hidden) return;
    sheet.hidden = true;
    document.getElementById("panel").classList.remove("reading");
    document.getElementById("view").classList.remove("reading");
    state.plot = null;
    if (before) map.setView(before.centre, before.zoom, { animate: false });
    before = null;
    refreshPlots();
    const rows = [...document.querySelectorAll("#panel [data-plot]")].filter((row) => row.dataset.plot === opener && row.offsetParent);
    const again = rows.find((row) => row.classList.contains(openedBy)) || rows[0];
    if (again) again.focus();
  };
  const choose = (plot) => {
    if (state.overview && state.plot === null) before = { centre: map.getCenter(), zoom: map.getZoom() };
    state.plot = plot;
    if (state.overview) state.town = study.towns.findIndex((town) => town.plots.includes(plot));
    opener = study.plots[plot].id;
    openedBy = document.activeElement.classList[0];
    refreshPlots();
    document.getElementById("panel").classList.add("reading");
    document.getElementById("view").classList.add("reading");
    map.invalidateSize({ animate: false });
    card.write(plot, state.town, close);
    document.getElementById("card-title").focus({ preventScroll: !narrow.matches });
    if (state.overview) labour.fit();
    plots.show(plot);
  };
  const refreshPlots = () => {
    plots.redraw();
    panel.lists(choose);
    for (const name of ["overview", "together"]) document.getElementById("app").classList.toggle(name, state[name]);
    together.redraw();
    suitability.redraw();
    refreshReach();
  };
  const fit = () => (state.overview ? together.fit() : plots.fit());
  const visit = (tab) => {
    close();
    state.overview = tab === 0;
    state.together &&= state.overview;
    if (state.overview) state.scenario = null; // the answer is always the study's own
    state.town = Math.max(0, tab - 1);
    panel.entitle();
    panel.towns(visit);
    panel.townFacts(suppose);
    panel.method();
    answers.write(turn);
    refreshPlots();
    fit();
    document.getElementById("scroll").scrollTop = 0;
  };

  /* The same plots in a scenario. */
  const suppose = (scenario) => {
    close();
    state.scenario = scenario;
    panel.entitle();
    panel.townFacts(suppose);
    refreshPlots();
    document.getElementById("scenario").focus({ preventScroll: true });
  };

  /* The same towns with the plots that each would take alone, or that all take together. */
  const turn = (way) => {
    state.together = way;
    answers.write(turn);
    refreshPlots();
    fit();
    document.querySelector('#answer [aria-pressed="true"]').focus({ preventScroll: true });
  };

  const relabelMap = () => {
    const box = panel.legend(map, legendOpen);
    box.addEventListener("toggle", () => { legendOpen = box.open; });
    legend.fill(box);
    home.fill(make("button", { type: "button", title: say("fit"), "aria-label": say("fit"), on: { click: fit } },
      draw("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, draw("path", {
        d: "M2 7V2h5M13 2h5v5M18 13v5h-5M7 18H2v-5M10 7v6M7 10h6", fill: "none", stroke: "currentColor", "stroke-width": 2 }))));
    credit.fill(make("details", { class: "credit" }, make("summary", { text: [say("data"), Sitesel.ground.owed].filter(Boolean).join(": ") }),
      make("p", { text: `${Sitesel.ground.credit}. Leaflet 1.9.4.` })));
    document.getElementById("stage").setAttribute("aria-label", say("map"));
    for (const [name, key] of [["in", "zoom.in"], ["out", "zoom.out"]]) {
      const button = document.querySelector(`.leaflet-control-zoom-${name}`);
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
    }
    scale._update();
    base.layers.places.redraw();
  };
  const speak = (lang, refocus = false) => {
    state.lang = lang;
    document.documentElement.lang = lang;
    panel.heading((other) => speak(other, true));
    panel.towns(visit);
    panel.townFacts(suppose);
    panel.method();
    asked.write();
    panel.footer();
    together.write();
    answers.write(turn);
    relabelMap();
    refreshPlots();
    if (state.plot !== null) card.write(state.plot, state.town, close);
    for (const element of document.querySelectorAll(`#sheets [data-${lang}]`)) element.textContent = element.dataset[lang];
    if (refocus) document.querySelector(`#languages [lang="${lang}"]`).focus({ preventScroll: true });
  };

  plots.onChoose(choose);
  together.onChoose(choose);
  answers.onChoose(choose);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  map.setMinZoom(6).setMaxZoom(16);
  speak(state.lang);
  fit();
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(document.getElementById("stage"));
})();

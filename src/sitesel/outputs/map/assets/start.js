/* Start: put the parts together, and let choices in the list, on the map, in the header and in the address act on all of them. */
(() => {
  const { state, study, panel, card, labour, connections, land, suitability, asked, together, answers, furniture, address, weighing, compare, townOf, plots_map: plots } = Sitesel;
  const map = map_of_towns;
  const narrow = window.matchMedia("(max-width: 820px)");
  let opener = null;
  let openedBy = "";
  let before = null;

  /* Signs that only the open card, or the towns' plots together, put on the map stand in the legend while they are there. */
  furniture.fillWith(() => {
    const ofPlot = [labour, connections, land].map((part) => part.legend()).filter(Boolean);
    return [panel.ramp(), ...(ofPlot.length ? ofPlot : [together.legend()]), suitability.legend()];
  });
  const put = () => {
    const sheet = document.getElementById("card");
    sheet.hidden = true;
    for (const id of ["panel", "view"]) document.getElementById(id).classList.remove("reading");
    state.plot = null;
    if (before) map.setView(before.centre, before.zoom, { animate: false });
    before = null;
    refreshPlots();
    const rows = [...document.querySelectorAll("#panel [data-plot]")].filter((row) => row.dataset.plot === opener && row.offsetParent);
    const again = rows.find((row) => row.classList.contains(openedBy)) || rows[0];
    if (again) again.focus();
  };
  const close = () => {
    if (state.comparing) return show(false);
    if (state.plot === null) return null;
    put();
    return address.leave();
  };
  const choose = (plot) => {
    if (state.comparing) { state.comparing = false; compare.write(acts); }
    if (state.overview && state.plot === null) before = { centre: map.getCenter(), zoom: map.getZoom() };
    state.plot = plot;
    if (!state.overview && townOf[plot] !== state.town) visitTown(townOf[plot], plot);
    if (state.overview) state.town = townOf[plot];
    opener = study.plots[plot].id;
    openedBy = document.activeElement.classList[0];
    refreshPlots();
    for (const id of ["panel", "view"]) document.getElementById(id).classList.add("reading");
    map.invalidateSize({ animate: false });
    card.write(plot, state.town, { close, pin });
    panel.strip(look);
    document.getElementById("card-title").focus({ preventScroll: !narrow.matches });
    if (state.overview) labour.fit();
    plots.show(plot);
    address.keep(true);
  };
  const refreshPlots = () => {
    plots.redraw();
    panel.lists(choose);
    for (const name of ["overview", "together"]) document.getElementById("app").classList.toggle(name, state[name]);
    together.redraw();
    suitability.redraw();
    for (const part of [labour, connections, land]) part.redraw();
    furniture.write();
  };
  const fit = () => (state.overview ? together.fit() : plots.fit());
  const visitTown = (town, plot = null) => {
    state.overview = town === null;
    state.together &&= state.overview;
    if (state.overview) state.scenario = null; // the answer is always the study's own
    state.town = town ?? 0;
    state.plot = plot;
    panel.entitle();
    panel.towns(visit);
    townFacts();
    panel.method();
    panel.strip(look);
    answers.write(turn);
    refreshPlots();
    fit();
    document.getElementById("scroll").scrollTop = 0;
  };
  const visit = (tab) => {
    state.comparing = false;
    compare.write(acts);
    if (state.plot !== null) put();
    visitTown(tab === 0 ? null : tab - 1);
    address.keep(true);
  };
  const townFacts = () => panel.townFacts(suppose, reweigh, address.copy);

  /* The same plots in a scenario, or by other weights. */
  const suppose = (scenario) => {
    if (state.plot !== null) put();
    weighing.set(null);
    state.scenario = scenario;
    panel.entitle();
    townFacts();
    refreshPlots();
    address.keep(true);
    document.getElementById("scenario").focus({ preventScroll: true });
  };
  const reweigh = () => {
    panel.entitle();
    const select = document.getElementById("scenario");
    if (select) select.value = "";
    refreshPlots();
    address.keep(false);
  };

  /* The same towns with the plots that each would take alone, or that all take together. */
  const turn = (way) => {
    state.together = way;
    answers.write(turn);
    refreshPlots();
    fit();
    address.keep(true);
    document.querySelector('#answer [aria-pressed="true"]').focus({ preventScroll: true });
  };

  /* Plots pinned to be compared. */
  const pin = (plot) => {
    state.pins = compare.toggled(state.pins, plot);
    if (state.pins.length < 2) state.comparing = false;
    compare.write(acts);
    if (state.plot !== null) {
      card.write(state.plot, state.town, { close, pin });
      document.getElementById("pin").focus();
    }
    plots.redraw();
    address.keep(false);
  };
  const show = (open) => {
    state.comparing = open;
    compare.write(acts);
    if (open) address.keep(true); else address.leave();
    document.getElementById(open ? "compare-title" : state.plot === null ? "scroll" : "card-title").focus({ preventScroll: true });
  };
  const acts = { pin, show, open: (plot) => choose(plot) };

  /* What nobody checked and what is assumed, told at the end of the panel. */
  const look = () => {
    if (state.plot !== null) close();
    const told = document.getElementById("assumed");
    if (!told) return;
    told.open = true;
    told.scrollIntoView();
    told.firstChild.focus();
  };
  const speak = (lang, refocus = false) => {
    state.lang = lang;
    document.documentElement.lang = lang;
    panel.heading((other) => { speak(other, true); address.keep(false); });
    panel.towns(visit);
    townFacts();
    panel.method();
    panel.strip(look);
    asked.write();
    panel.footer();
    together.write();
    answers.write(turn);
    furniture.speak(fit);
    refreshPlots();
    compare.write(acts);
    if (state.plot !== null) card.write(state.plot, state.town, { close, pin });
    for (const element of document.querySelectorAll(`#sheets [data-${lang}]`)) element.textContent = element.dataset[lang];
    if (refocus) document.querySelector(`#languages [lang="${lang}"]`).focus({ preventScroll: true });
  };

  /* Show what an address says, and write none meanwhile. */
  const arrive = (first) => {
    const told = address.read(window.location.hash);
    weighing.set(told.weights);
    Object.assign(state, { scenario: told.scenario, pins: first || told.pins.length ? told.pins : state.pins, comparing: told.comparing });
    const same = !first && told.overview === state.overview && (told.overview || told.town === state.town) && told.together === state.together;
    if (state.plot !== null && told.plot === null) put();
    state.together = told.together && Boolean(Sitesel.workers.together);
    if (first || (told.lang && told.lang !== state.lang)) speak(told.lang || state.lang);
    if (first) map.invalidateSize({ animate: false }); // the header has its words only now
    if (!same) visitTown(told.overview ? null : told.town);
    else { townFacts(); refreshPlots(); }
    compare.write(acts);
    if (told.plot !== null && (told.overview || townOf[told.plot] === told.town)) choose(told.plot);
    panel.entitle();
  };

  plots.onChoose(choose);
  together.onChoose(choose);
  answers.onChoose(choose);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.getElementById("share").addEventListener("click", address.share);
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("scroll").focus();
  });
  window.addEventListener("popstate", () => {
    address.quietly(() => arrive(false));
    address.keep(false);
  });
  map.setMinZoom(6).setMaxZoom(16);
  address.quietly(() => arrive(true));
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(document.getElementById("stage"));
})();

/* The header, the towns' tabs, the ranking and what is said of the method: all that surrounds the map. */
Sitesel.panel = ((page) => {
  const { words, study, answer, decided, state, pick, say, number, few, figure, make, renew, badge, criterionColour, scenario, otherwise, standing, ranked, townOf, site, palette } = page;

  const entitle = () => {
    document.title = pick((scenario() || study).title);
    renew("title", document.title);
  };
  const heading = (speak) => {
    entitle();
    renew("stamp", pick(study.stamp));
    renew("sure", pick(study.sure));
    renew("skip", say("skip"));
    const share = renew("share", say("share"));
    share.setAttribute("title", say("share.what"));
    const offered = study.languages.filter((lang) => study.offered.includes(lang) || lang === state.lang);
    const group = renew("languages", ...offered.map((lang) => make("button", {
      type: "button", lang, "aria-pressed": String(lang === state.lang), title: words[lang]["language.own"],
      "aria-label": `${lang.toUpperCase()} ${words[lang]["language.own"]}`, text: lang.toUpperCase(), on: { click: () => speak(lang) } })));
    group.setAttribute("aria-label", say("language"));
  };

  const towns = (visit) => {
    const titles = [say("answer.title"), ...study.towns.map((town) => pick(town.name))];
    const open = state.overview ? 0 : state.town + 1;
    const list = renew("towns", ...titles.map((text, i) => make("button", {
      type: "button", role: "tab", id: `tab-${i}`, "aria-selected": String(i === open), "aria-controls": "view",
      tabindex: i === open ? "0" : "-1", text, on: { click: () => visit(i) } })));
    list.setAttribute("aria-label", say("towns"));
    list.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (open + step + titles.length) % titles.length;
      visit(next);
      document.getElementById(`tab-${next}`).focus();
    };
    document.getElementById("view").setAttribute("aria-labelledby", `tab-${open}`);
  };

  /* What if: the same plots as they stand in a scenario. */
  const whatIf = (turn) => (!study.scenarios.length ? null : make("div", { class: "what-if" },
    make("label", {}, make("span", { text: say("scenarios.title") }),
      make("select", { id: "scenario", on: { change: (event) => turn(event.target.value === "" ? null : Number(event.target.value)) } },
        ...[["", say("scenarios.none")], ...study.scenarios.map(({ name }, i) => [String(i), pick(name)])].map(([value, text]) =>
          make("option", { value, text, selected: value === String(state.scenario ?? "") })))),
    scenario() ? make("p", { class: "caution", text: `${moved()} ${say("scenarios.note")}` }) : null));
  const moved = () => {
    const count = study.towns[state.town].plots.filter((place) => standing(place).rank !== study.plots[place].rank).length;
    return count ? say("scenarios.moved", { count: number(count) }) : say("scenarios.moved.none");
  };
  const changed = () => {
    const count = page.weighing.moved(state.town);
    renew("reweighed", ...(state.weights ? [make("p", { class: "caution", text: [count ? say("scenarios.moved", { count: number(count) }) : say("scenarios.moved.none"), say("weights.caution")].join(" ") })] : []));
  };
  const townFacts = (turn, reweigh, copy) => {
    const town = study.towns[state.town];
    const facts = town.facts.map((fact) => make("div", {},
      make("dt", { text: pick(fact.label) }),
      make("dd", {}, pick(fact.figure), fact.assumed ? make("abbr", { title: say("assumed"), text: say("assumed.short") }) : null)));
    const missing = town.plots.length - ranked(state.town);
    const [verdict, ...others] = answer.towns[state.town].whole;
    renew("town",
      whatIf(turn),
      otherwise() ? null : make("details", { class: "verdict" }, make("summary", { text: pick(verdict) }), ...others.map((text) => make("p", { text: pick(text) }))),
      make("dl", { class: "figures" }, ...facts),
      make("p", { class: "count", text: missing
        ? say("count.some", { ranked: number(ranked(state.town)), missing: number(missing) })
        : say("count.all", { ranked: number(ranked(state.town)) }) }),
      page.weighing.fold(() => { changed(); reweigh(); }, copy),
      make("div", { id: "reweighed" }));
    changed();
  };

  const row = (place, choose) => {
    const plot = study.plots[place];
    const { first, gate } = decided[place];
    const now = standing(place);
    return make("li", {}, make("button", {
      type: "button", class: place === state.plot ? "plot chosen" : "plot", "data-plot": plot.id, on: { click: () => choose(place) } },
      badge(place),
      make("span", { class: "name", text: pick(plot.name) }),
      make("span", { class: "points", text: figure(now, "score") }),
      ...(otherwise() ? [make("span", { class: "was", text: was(plot, now) })] : [
        page.card.bar(plot),
        make("span", { class: "share", text: first === null ? known(plot) : say("first", { share: few(first) }) }),
        plot.rank === null ? null : page.card.range(place),
        make("span", { class: "said", text: plot.rank === null ? "" : page.card.rangeSaid(place) })]),
      gate && !page.out(place) ? make("span", { class: "gate", text: pick(gate) }) : null,
      page.land.alarm(place, "span")));
  };
  /* An arrow for a row that rose or fell; the words say it, too. */
  const arrow = (before, now) => (before === null || now === null ? "" : now < before ? "▲ " : "▼ ");
  const was = (plot, now) => (plot.rank === now.rank ? say("scenarios.same", { score: figure(plot, "score") })
    : arrow(plot.rank, now.rank) + say("scenarios.was", { rank: plot.rank ?? "–", score: figure(plot, "score") }));
  const known = (plot) => (plot.known === 100 ? say("known.all.short") : say("known.share.short", { share: number(plot.known) }));
  /* Neighbours in the ranking that cannot be told apart stand in one bracket. */
  const bracketed = (places, choose) => places.map((place, i) => {
    const same = (other) => !otherwise() && places[other] !== undefined && decided[place].bracket !== null && decided[places[other]].bracket === decided[place].bracket;
    const [above, below] = [same(i - 1), same(i + 1)];
    const item = row(place, choose);
    if (above || below) {
      item.className = `joined${above ? "" : " from"}${below ? "" : " to"}`;
      item.firstChild.append(make("span", { class: "said", text: say("bracket.row") }));
    }
    return item;
  });
  const key = (items) => (otherwise() ? [] : [decided.some(({ able, likely }) => able || likely) ? make("p", { text: say("range.key") }) : null,
    items.some((item) => item.className) ? make("p", { text: say("bracket") }) : null]);
  const isRanked = (place) => standing(place).rank !== null;

  /* A long list has rows of one height, of which only those in sight are there; it can be searched. */
  const LONG = 100;
  const ROW_PX = 112;
  const BEYOND = 8;
  const asked = { at: "", text: "", only: "all" };
  const kinds = { all: () => true, detailed: (place) => study.plots[place].details.length > 0, ranked: isRanked,
    unranked: (place) => !isRanked(place) && !page.out(place), excluded: page.out };
  let inSight = () => {};
  document.addEventListener("scroll", () => inSight(), { passive: true, capture: true });
  window.addEventListener("resize", () => inSight());
  const longList = (plots, choose) => {
    const called = (place) => `${pick(study.plots[place].name)} ${study.plots[place].id}`.toLocaleLowerCase();
    const text = asked.text.trim().toLocaleLowerCase();
    const found = plots.filter(kinds[asked.only]).filter((place) => called(place).includes(text));
    const list = document.getElementById("ranking");
    const gap = (rows) => make("li", { class: "gap", "aria-hidden": "true", style: { height: `${rows * ROW_PX}px` } });
    let shown = "";
    inSight = () => {
      const first = Math.min(found.length, Math.max(0, Math.floor(-list.getBoundingClientRect().top / ROW_PX) - BEYOND));
      const last = Math.min(found.length, first + Math.ceil(window.innerHeight / ROW_PX) + 2 * BEYOND);
      if (shown === `${first} ${last}`) return;
      shown = `${first} ${last}`;
      const focused = list.contains(document.activeElement) ? document.activeElement.dataset.plot : null;
      const items = bracketed(found.slice(first, last), choose);
      items.forEach((item, i) => {
        item.setAttribute("aria-setsize", found.length);
        item.setAttribute("aria-posinset", first + i + 1);
      });
      renew("ranking", gap(first), ...items, gap(found.length - last));
      const again = items.find((item) => item.firstChild.dataset.plot === focused);
      if (again) again.firstChild.focus({ preventScroll: true });
    };
    inSight();
    document.getElementById("found").textContent = say("find.count", { count: number(found.length), of: number(plots.length) });
  };
  /* The field stays as it is while one writes in it. */
  const find = (plots, choose) => {
    const at = `${state.town} ${state.lang}`;
    if (asked.at === at) return;
    if (asked.at.split(" ")[0] !== String(state.town)) Object.assign(asked, { text: "", only: "all" });
    asked.at = at;
    const turn = (name) => (event) => { asked[name] = event.target.value; longList(ordered(), choose); };
    const offered = Object.keys(kinds).filter((kind) => kind === "all" || plots.some(kinds[kind]));
    renew("find",
      make("input", { type: "search", value: asked.text, placeholder: say("find"), "aria-label": say("find"), on: { input: turn("text") } }),
      make("select", { "aria-label": say("find.only"), on: { change: turn("only") } }, ...offered.map((kind) =>
        make("option", { value: kind, text: say(`find.${kind}`), selected: kind === asked.only }))),
      make("p", { id: "found", "aria-live": "polite" }));
  };
  const ordered = () => [...study.towns[state.town].plots].sort((a, b) => (standing(a).rank ?? Infinity) - (standing(b).rank ?? Infinity) || 0);
  const lists = (choose) => {
    const plots = ordered();
    const long = plots.length > LONG;
    document.getElementById("ranking").classList.toggle("long", long);
    document.getElementById("find").hidden = !long || state.overview;
    for (const id of ["town", "key", "ranking"]) document.getElementById(id).hidden = state.overview;
    document.getElementById("answer").hidden = !state.overview;
    document.getElementById("together").hidden = !state.together;
    inSight = () => {};
    if (long) {
      document.getElementById("unranked").hidden = true;
      renew("unranked");
      renew("key", ...key([]));
      if (state.overview) return;
      find(plots, choose);
      longList(plots, choose);
      return;
    }
    const items = bracketed(plots.filter(isRanked), choose);
    renew("ranking", ...items).setAttribute("aria-label", say("ranking"));
    renew("key", ...key(items));
    const others = plots.filter((place) => !isRanked(place));
    const part = (title, why, places) => (places.length ? [make("h2", { text: say(title) }), make("p", { text: say(why) }),
      make("ol", {}, ...places.map((place) => row(place, choose)))] : []);
    const section = renew("unranked",
      ...part("unranked", "unranked.why", others.filter((place) => !page.out(place))),
      ...part("excluded", "excluded.why", others.filter(page.out)));
    section.hidden = others.length === 0 || state.overview;
  };

  const effects = () => {
    const { effects: sheet, idle } = answer.towns[state.town];
    return state.overview || !sheet ? null : make("details", { open: true }, make("summary", { text: pick(sheet.title) }),
      ...idle.map((text) => make("p", { class: "caution", text: pick(text) })), ...page.asked.body(sheet));
  };
  const method = () => renew("method", effects(), make("details", {},
    make("summary", { text: say("method") }),
    make("p", { text: say("method.text") }),
    make("table", {},
      make("thead", {}, make("tr", {}, make("th", { scope: "col", text: say("indicator") }),
        make("th", { scope: "col", class: "n", text: say("weight") }), make("th", { scope: "col", text: say("confidence") }))),
      make("tbody", {}, ...study.indicators.map((indicator) => make("tr", {},
        make("th", { scope: "row" }, make("i", { class: `swatch tex${indicator.criterion % 6}`, style: { "background-color": criterionColour(indicator.criterion) } }),
          pick(indicator.label)),
        make("td", { class: "n", text: say("percent", { figure: figure(indicator, "weight") }) }),
        make("td", { text: pick(indicator.confidence) })))))));

  const footer = () => {
    const open = study.assumed && make("details", { id: "assumed" }, make("summary", { text: pick(study.assumed.title) }), ...page.asked.body(study.assumed));
    const grade = (source) => make("span", { class: "quality" },
      make("i", { class: source.grade }), pick(source.quality));
    renew("footer",
      open,
      make("details", {},
        make("summary", { text: say("sources") }),
        make("ul", { class: "sources" }, ...study.sources.map((source) => make("li", {},
          make("h4", {}, pick(source.layer), grade(source)),
          make("p", { text: pick(source.source) }),
          make("p", { text: [source.licence, source.date].map(pick).filter(Boolean).join(" · ") }),
          ...source.why.map((why) => make("p", { text: pick(why) })))))),
      study.notices.length ? make("details", {},
        make("summary", { text: say("notices.count", { count: number(study.notices.length) }) }),
        make("ul", {}, ...study.notices.map((notice) => make("li", { text: pick(notice) })))) : null,
      page.saving.buttons(),
      make("p", { class: "fine", text: say(page.online.offered ? "made.with.online" : "made.with", { version: study.version }) }));
  };

  /* Ranks' colours, for the legend. */
  const ramp = () => (state.overview ? null : make("div", {}, make("div", { class: "ramp" }, make("span", { text: say("legend.best") }),
    ...palette.rank.ramp.map((background) => make("i", { style: { background } })), make("span", { text: say("legend.last") })),
  page.land.sign(), make("p", { text: say("legend.note") })));

  /* What stays in sight whatever is open: how much nobody checked. It opens what is told of it. */
  const strip = (look) => {
    const told = site.land;
    const rulings = told ? told.rulings.filter((ruling, place) => ruling && (state.overview || townOf[place] === state.town)) : [];
    const unchecked = told ? told.rules.filter((_, rule) => rulings.length && rulings.every((ruling) => ruling.unchecked.includes(rule))).length : 0;
    const places = state.overview ? study.plots : study.towns[state.town].plots.map((plot) => study.plots[plot]);
    const precision = Math.max(...places.map(({ precision_km: km }) => km ?? 0));
    const parts = [unchecked ? say("strip.rules", { unchecked: number(unchecked), rules: number(told.rules.length) }) : null, say("strip.land"),
      precision ? say("strip.precision", { km: number(precision, precision % 1 ? 1 : 0) }) : null];
    renew("strip", make("b", { text: say("strip") }), make("span", { text: parts.filter(Boolean).join(" · ") })).onclick = look;
  };

  return { entitle, heading, towns, townFacts, lists, method, footer, ramp, strip };
})(Sitesel);

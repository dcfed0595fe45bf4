"use strict";
/* What the page knows, and how it says it. Everything is read from the data islands; text reaches the page as text only. */
const Sitesel = (() => {
  const island = (id) => JSON.parse(document.getElementById(id).textContent);
  const palette = island("palette-data");
  const words = island("words-data");
  const study = island("study-data");
  const answer = island("answer-data");
  const ground = island("ground-data");
  const workers = island("workers-data");
  const site = island("site-data");
  const state = { lang: document.documentElement.lang, town: 0, plot: null, overview: true, together: false, scenario: null, weights: null, pins: [], comparing: false };

  /* Records that travel with the names of their fields once. */
  const named = (table) => (table ? table.rows.map((row) => row && Object.fromEntries(table.fields.map((name, i) => [name, row[i]]))) : []);
  study.plots = named(study.plots);
  /* How sure each plot is, by its place among the plots. */
  const decided = named(answer.plots);
  /* A line that travels as steps from corner to corner, in so many parts of a degree, as latitudes and longitudes. */
  const corners = (steps, parts) => {
    const path = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      path.push([y / parts, x / parts]);
    }
    return path;
  };
  const place = () => study.languages.indexOf(state.lang);
  const pick = (text) => (typeof text === "string" ? text : text[place()]);
  /* What is quoted within a quotation has the inner marks: first the outer two, then the inner ones. */
  const nested = (text) => {
    const [opens, closes, ...inner] = words[state.lang].quotes ?? "";
    let depth = 0;
    return [...text].map((mark) => {
      if (mark !== opens && mark !== closes) return mark;
      if (mark === closes) depth -= 1;
      const told = depth > 0 ? inner[Number(mark === closes)] : mark;
      if (mark === opens) depth += 1;
      return told;
    }).join("");
  };
  const say = (key, params = {}) =>
    nested(words[state.lang][key].replace(/\{(\w+)\}/g, (_, name) => String(params[name])));

  const number = (value, decimals = 0) => {
    if (value === null || value === undefined) return "–";
    /* Figures look as Russian ones do, where a browser does not know the language. */
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return (Number(value.toFixed(decimals)) || 0).toLocaleString([state.lang, "ru"], digits).replace("-", "−");
  };

  /* A share in whole percent; less than half of one is told as such. */
  const few = (percent) => (percent > 0 && percent < 0.5 ? `<${number(1)}` : number(percent));

  /* A figure of a record, with the decimals that its column shows. */
  const figure = (record, name) => number(record[name], study.decimals[name]);

  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "text") element.textContent = value;
      else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
      else if (name === "style") for (const [rule, amount] of Object.entries(value)) element.style.setProperty(rule, amount);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const renew = (id, ...children) => {
    const element = document.getElementById(id);
    element.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  const inTurn = (colours, index) => colours[index % colours.length];
  const criterionColour = (index) => inTurn(palette.criteria.colours, index);

  /* The scenario, or the other weights, that a reader looks at: the plots as they stand then. */
  const scenario = () => study.scenarios[state.scenario];
  const otherwise = () => state.weighed || scenario() || null;
  const townOf = [];
  (study.towns || []).forEach((town, i) => { for (const plot of town.plots) townOf[plot] = i; });
  const coloured = (town, rank) => (rank === null ? [palette.rank.none, palette.rank.inks[1]]
    : study.towns[town].colours[Math.min(rank, study.towns[town].colours.length) - 1]);
  const standing = (plot) => {
    const told = otherwise();
    const { rank, score } = told ? { rank: told.ranks[plot], score: told.scores[plot] } : study.plots[plot];
    return { rank, score, colours: coloured(townOf[plot], rank) };
  };
  const ranked = (town) => study.towns[town].plots.filter((plot) => standing(plot).rank !== null).length;
  /* Rules that exclude a plot for certain, by their place among the rules. */
  const excluding = (plot) => {
    const given = site.land?.rulings[plot];
    return given ? given.struck.filter(({ mode }) => mode === "exclude").map(({ rule }) => rule) : [];
  };
  const out = (plot) => standing(plot).rank === null && excluding(plot).length > 0;
  const badge = (plot, { rank } = standing(plot)) => {
    const [background, color] = coloured(townOf[plot], rank);
    if (out(plot)) return make("span", { class: "badge none out", text: "×" });
    return make("span", { class: rank === null ? "badge none" : rank > 999 ? "badge wide" : "badge", style: { background, color }, text: rank === null ? "–" : rank });
  };

  /* How much of each side of a map has to stay free, so that a box hides nothing: each goes to the side where it takes least. */
  const clearance = ({ x, y }, boxes) => {
    const free = { left: 0, top: 0, right: x, bottom: y };
    for (const box of boxes) {
      if (box.right <= free.left || box.left >= free.right || box.bottom <= free.top || box.top >= free.bottom) continue;
      const [side, edge, cost] = [["left", box.right, (box.right - free.left) / x], ["right", box.left, (free.right - box.left) / x],
        ["top", box.bottom, (box.bottom - free.top) / y], ["bottom", box.top, (free.bottom - box.top) / y]].sort((a, b) => a[2] - b[2])[0];
      if (cost < 0.5) free[side] = edge; // what covers half of the map was opened by the reader
    }
    return { left: free.left, top: free.top, right: x - free.right, bottom: y - free.bottom };
  };

  return { clearance, palette, words, named, corners, study, answer, decided, ground, workers, site, state, pick, say, number, few, figure, make, draw, renew, inTurn, criterionColour, scenario, otherwise, townOf, standing, ranked, badge, excluding, out };
})();

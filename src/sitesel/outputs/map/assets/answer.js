/* The answer: a card for each town with its plot, how sure, who is next, why, what is at risk and what to find out. */
Sitesel.answers = ((page) => {
  const { palette, inTurn, study, answer, state, workers, pick, say, figure, make, renew } = page;
  let choose = () => {};

  const row = ({ label, text }) => make("span", { class: "fact" }, make("span", { class: "label", text: pick(label) }), make("span", { text: pick(text) }));
  const alone = (told) => told.brief.map(row);
  const together = (told) => [make("span", { text: told.why ? pick(told.why) : say("answer.alone.same") }),
    told.why ? make("span", { text: say("answer.alone.first", { plot: pick(study.plots[told.plot].name) }) }) : null];
  const card = (told, i) => {
    const place = state.together ? told.together : told.plot;
    const head = [make("span", { class: "town" }, make("i", { class: "swatch round", "aria-hidden": "true", style: { background: inTurn(palette.towns.colours, i) } }), pick(study.towns[i].name)),
      make("span", { class: `word ${told.sure}`, text: pick(told.word) })];
    if (place === null) return make("div", { class: "answer-card" }, ...head, make("span", { class: "lines", text: pick(told.whole[0]) }));
    return make("button", { type: "button", class: "answer-card", "data-plot": study.plots[place].id, on: { click: () => choose(place) } }, ...head,
      make("span", { class: "name", text: pick(study.plots[place].name) }), make("span", { class: "points", text: figure(study.plots[place], "score") }),
      make("span", { class: "lines" }, ...(state.together ? together(told) : alone(told))));
  };
  const ways = (turn) => make("div", { class: "ways", role: "group", "aria-label": say("answer.ways") },
    ...[false, true].map((way) => make("button", { type: "button", "aria-pressed": String(state.together === way),
      text: say(way ? "answer.together" : "answer.alone"), on: { click: () => turn(way) } })));
  const write = (turn) => renew("answer", workers.together?.towns.length ? ways(turn) : null, ...answer.towns.map(card),
    make("p", { class: "detail", text: pick(study.sure) }));
  return { write, onChoose: (act) => { choose = act; } };
})(Sitesel);

"use strict";
/* Scores and ranks of a page's plots by each of many weights: islands and weights come in, JSON goes out (test_weights_on_page.py). */
const fs = require("node:fs");
const { page } = require("./page.js");

const { study, weights } = JSON.parse(fs.readFileSync(0, "utf8"));
const { weighing } = page({ islands: { "study-data": study }, scripts: ["weighing.js"] });
fs.writeFileSync(1, JSON.stringify(weights.map((one) => {
  const scores = weighing.scored(one);
  return { scores, ranks: weighing.ranked(scores, one) };
})));

"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { page } = require("./page.js");

const plot = (id, name, worth = [1, 0], measures = [1, 1]) => ({ id, name, worth, measures, barred: false, rank: 1, score: 50, area_ha: 10, at: [74.5, 42.8], rings: [[[74, 42, 75, 42, 75, 43, 74, 42]]] });
const study = {
  languages: ["en", "ru", "ky"], offered: ["en", "ru", "ky"], rankable_from: 0, decimals: {}, scenarios: [{ id: "winter" }],
  criteria: [{ id: "road", share: 0.6 }, { id: "work", share: 0.4 }],
  indicators: [{ id: "km", criterion: 0, within: 1 }, { id: "jobs", criterion: 1, within: 1 }],
  towns: [{ id: "osh", name: "Osh", plots: [0, 1, 2], colours: [["#000", "#fff"]] }],
  plots: [plot("a", "=1+1", [1, 0]), plot("b,c", 'B "x"', [0, 1]), plot("d", "D", [0.5, 0.5], [1, null])],
};
const load = (...scripts) => page({ islands: { "study-data": study }, scripts });
const plain = (value) => JSON.parse(JSON.stringify(value));
const NOTHING = { lang: "en", overview: true, together: false, town: 0, scenario: null, weights: null, plot: null, pins: [], comparing: false };

test("weights move together and stay a hundred, and none that counts goes to nought", () => {
  const { weighing } = load("weighing.js");
  for (const [at, percent] of [[0, 90], [1, 0], [2, 99], [0, 33]]) {
    const moved = weighing.shifted([36, 27, 27, 10], at, percent);
    assert.equal(moved.reduce((sum, weight) => sum + weight, 0), 100);
    assert.ok(moved.every((weight) => weight >= 1 && Number.isInteger(weight)));
  }
  assert.deepEqual(plain(weighing.shifted([50, 0, 50], 0, 70)), [70, 0, 30]);
});

test("other weights rank anew; equal scores share the better rank; a barred plot has none", () => {
  const { weighing } = load("weighing.js");
  const scores = weighing.scored([50, 50]);
  assert.deepEqual(plain(scores), [50, 50, 50]);
  assert.deepEqual(plain(weighing.ranked(scores, [50, 50])), [1, 1, 1]);
  assert.deepEqual(plain(weighing.ranked(weighing.scored([20, 80]), [20, 80])), [3, 1, 2]);
  study.plots[1].barred = true;
  assert.deepEqual(plain(load("weighing.js").weighing.ranked([1, 3, 2], [1, 1])), [2, null, 1]);
  study.plots[1].barred = false;
});

test("an address says all that one looks at, and is read back", () => {
  const { address } = load("address.js");
  const cases = [NOTHING, { ...NOTHING, lang: "ru", overview: false, plot: 1, pins: [1, 2], comparing: true },
    { ...NOTHING, lang: "ky", overview: false, weights: [62.5, 37.5] }, { ...NOTHING, together: true }, { ...NOTHING, overview: false, scenario: 0 }];
  for (const state of cases) assert.deepEqual(plain(address.read(address.written(state))), state);
  assert.equal(address.written(cases[1]), "#lang=ru&town=osh&plot=b,c&compare=b%2Cc,d");
});

test("an address that makes no sense is passed over", () => {
  const { address } = load("address.js");
  for (const hash of ["", "#", "#view", "#lang=xx&town=nowhere&plot=%E0%A4%A", "#w=1,2,3", "#w=-1,2", "#w=a,b", "#w=0,1", "#compare=nobody"]) {
    assert.deepEqual(plain(address.read(hash)), { ...NOTHING, lang: null });
  }
});

test("the best of a row is marked where the plots differ", () => {
  const { compare } = load("card.js", "compare.js");
  assert.deepEqual(plain(compare.best([3, 9, 5])), [1]);
  assert.deepEqual(plain(compare.best([3, 9, 3], true)), [0, 2]);
  for (const alike of [[2, 2], [2, null], [null, undefined]]) assert.deepEqual(plain(compare.best(alike)), []);
  assert.deepEqual(plain(compare.toggled([1, 2, 3], 4)), [2, 3, 4]);
  assert.deepEqual(plain(compare.toggled([1, 2], 1)), [2]);
});

test("a saved table runs nothing in a spreadsheet, and its layer is GeoJSON", () => {
  const { saving } = load("saving.js");
  const [head, first, second] = saving.csv().split("\r\n");
  assert.equal(head, "id,name,town,rank,score,area_ha,lon,lat,km,jobs");
  assert.ok(first.startsWith("a,'=1+1,Osh,"));
  assert.ok(second.startsWith('"b,c","B ""x""",Osh,'));
  const [feature] = plain(saving.geojson()).features;
  assert.deepEqual(feature.geometry, { type: "MultiPolygon", coordinates: [[[[74, 42], [75, 42], [75, 43], [74, 42]]]] });
});

test("furniture takes the side where it takes least, and what covers half of the map takes none", () => {
  const { clearance } = page();
  const size = { x: 800, y: 600 };
  assert.deepEqual(plain(clearance(size, [{ left: 550, top: 10, right: 790, bottom: 500 }])), { left: 0, top: 0, right: 250, bottom: 0 });
  assert.deepEqual(plain(clearance(size, [{ left: 550, top: 10, right: 790, bottom: 60 }])), { left: 0, top: 60, right: 0, bottom: 0 });
  assert.deepEqual(plain(clearance(size, [{ left: 5, top: 570, right: 120, bottom: 595 }, { left: 600, top: 572, right: 795, bottom: 595 }])), { left: 0, top: 0, right: 0, bottom: 30 });
  assert.deepEqual(plain(clearance(size, [{ left: 0, top: 0, right: 800, bottom: 600 }])), { left: 0, top: 0, right: 0, bottom: 0 });
});

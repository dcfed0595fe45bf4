"use strict";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { page } = require("./page.js");

const SPACE = "\u00a0"; // does not break a figure over two lines

test("a number is grouped and pointed as its language does", () => {
  assert.equal(page({ lang: "en" }).number(1234567.891, 2), "1,234,567.89");
  for (const lang of ["ru", "ky"]) assert.equal(page({ lang }).number(1234567.891, 2), `1${SPACE}234${SPACE}567,89`);
});

test("a number is rounded to whole ones where nothing else is asked", () => {
  const { number } = page();
  assert.equal(number(999.6), "1,000");
  assert.equal(number(0), "0");
  assert.equal(number(12, 1), "12.0");
});

test("a negative number has a minus sign, and nothing rounds to minus zero", () => {
  const { number } = page();
  assert.equal(number(-1234.5, 1), "−1,234.5");
  assert.equal(number(-0.04, 1), "0.0");
});

test("what is not known is a dash, not a zero", () => {
  const { number } = page();
  assert.equal(number(null), "–");
  assert.equal(number(undefined, 2), "–");
});

test("a sentence takes its figures by name, and each as often as it stands there", () => {
  const islands = { "words-data": { en: { far: "{km} km to {place}, {km} km back" }, ky: { far: "{place}: {km} км" } } };
  assert.equal(page({ islands }).say("far", { km: 3, place: "Osh" }), "3 km to Osh, 3 km back");
  assert.equal(page({ lang: "ky", islands }).say("far", { km: 3, place: "Ош" }), "Ош: 3 км");
});

test("what is quoted within a quotation has the inner marks", () => {
  const islands = { "words-data": { ru: { quotes: "«»„“", place: "где «{what}», «{what}»" } } };
  assert.equal(page({ lang: "ru", islands }).say("place", { what: "Парк «Silk Way»" }), "где «Парк „Silk Way“», «Парк „Silk Way“»");
  assert.equal(page({ lang: "ru", islands }).say("place", { what: "Ош" }), "где «Ош», «Ош»");
});

test("a text is picked in the language of the page; one that is the same in all stands once", () => {
  const { pick, state } = page({ lang: "ru" });
  assert.equal(pick(["Osh", "Ош", "Ош шаары"]), "Ош");
  assert.equal(pick("A1"), "A1");
  state.lang = "ky";
  assert.equal(pick(["Osh", "Ош", "Ош шаары"]), "Ош шаары");
});

test("a plot is excluded by rules that strike it and exclude, not by those that warn", () => {
  const land = { rulings: [{ struck: [{ rule: 0, mode: "exclude" }, { rule: 1, mode: "flag" }, { rule: 2, mode: "exclude" }] }, null] };
  const { excluding } = page({ islands: { "site-data": { land } } });
  assert.deepEqual([...excluding(0)], [0, 2]);
  assert.deepEqual([...excluding(1)], []);
  assert.deepEqual([...page().excluding(0)], []); // a study without rules
});

"use strict";
/* The page's scripts in node: they are plain scripts that read data islands, so each test gives its own islands. */
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ASSETS = path.join(__dirname, "../../src/sitesel/outputs/map/assets");
const EMPTY = { "palette-data": {}, "words-data": {}, "study-data": { languages: ["en", "ru", "ky"] }, "answer-data": {}, "ground-data": {}, "workers-data": {}, "site-data": {} };

/* Tests give plots as they read them; the page's travel with the names of their fields once. */
const named = (rows) => ({ fields: Object.keys(rows[0] || {}), rows: rows.map((row) => Object.values(row)) });

/* What words.js, and other scripts after it, give, on a page in a language with these islands. */
const page = ({ lang = "en", islands = {}, scripts = [] } = {}) => {
  const given = { ...EMPTY, ...islands };
  given["study-data"] = { ...given["study-data"], plots: named(given["study-data"].plots || []) };
  const document = {
    documentElement: { lang },
    getElementById: (id) => ({ textContent: JSON.stringify(given[id]) }),
  };
  const text = ["words.js", ...scripts].map((name) => fs.readFileSync(path.join(ASSETS, name), "utf8")).join("\n");
  return vm.runInNewContext(`${text}\nSitesel`, { document, window: { location: { hash: "" } } }, { filename: "words.js" });
};

module.exports = { page };

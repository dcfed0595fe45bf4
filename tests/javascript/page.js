"use strict";
/* The page's scripts in node: they are plain scripts that read data islands, so each test gives its own islands. */
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ASSETS = path.join(__dirname, "../../src/sitesel/outputs/map/assets");
const EMPTY = { "palette-data": {}, "words-data": {}, "study-data": { languages: ["en", "ru", "ky"] }, "answer-data": {}, "ground-data": {}, "workers-data": {}, "site-data": {} };

/* What words.js gives the other scripts, on a page in a language with these islands. */
const page = ({ lang = "en", islands = {} } = {}) => {
  const given = { ...EMPTY, ...islands };
  const document = {
    documentElement: { lang },
    getElementById: (id) => ({ textContent: JSON.stringify(given[id]) }),
  };
  const script = fs.readFileSync(path.join(ASSETS, "words.js"), "utf8");
  return vm.runInNewContext(`${script}\nSitesel`, { document }, { filename: "words.js" });
};

module.exports = { page };

/* Files for analysts, made from what the page knows: a table and a layer of plots. */
Sitesel.saving = ((page) => {
  const { study, pick, say, make, standing, townOf } = page;
  /* A cell of a table; what a spreadsheet would take for a formula gets an apostrophe before it, as in the run's own files. */
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  const record = (place) => {
    const plot = study.plots[place];
    const { rank, score } = standing(place);
    return { id: plot.id, name: pick(plot.name), town: pick(study.towns[townOf[place]].name), rank, score: Number(score.toFixed(2)), area_ha: plot.area_ha, lon: plot.at[0], lat: plot.at[1],
      ...Object.fromEntries(study.indicators.map(({ id }, i) => [id, plot.measures[i]])) };
  };
  const records = () => study.towns.flatMap(({ plots }) => plots.map(record));
  const csv = () => {
    const told = records();
    return [Object.keys(told[0]), ...told.map(Object.values)].map((row) => row.map(cell).join(",")).join("\r\n");
  };
  const ring = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  const geojson = () => ({ type: "FeatureCollection", features: study.towns.flatMap(({ plots }) => plots.map((place) => ({ type: "Feature",
    properties: record(place), geometry: { type: "MultiPolygon", coordinates: study.plots[place].rings.map((rings) => rings.map(ring)) } }))) });
  const save = (name, type, text) => {
    const href = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  };
  const buttons = () => make("p", { class: "doing" },
    make("button", { type: "button", class: "small", text: say("save.csv"), on: { click: () => save("plots.csv", "text/csv", `\ufeff${csv()}`) } }),
    make("button", { type: "button", class: "small", text: say("save.geojson"), on: { click: () => save("plots.geojson", "application/geo+json", JSON.stringify(geojson())) } }));
  return { cell, csv, geojson, buttons };
})(Sitesel);

/* Pictures of the ground from servers on the internet: where the study offers them, and only while the reader has them on. */
Sitesel.online = ((page, map) => {
  const { ground, pick, say, make } = page;
  const offered = ground.online;
  const onWebsite = /^https?:$/.test(window.location.protocol);
  /* Servers that ask which website a page comes from are not asked by one that has none to tell. */
  const refused = ({ referer }) => referer && !onWebsite;
  let shown = null;
  let layer = null;
  let missing = false;

  if (offered.length) Object.assign(map.createPane("online").style, { zIndex: 220, pointerEvents: "none" });
  const turn = (source, changed) => {
    if (layer) layer.remove();
    shown = source;
    layer = null;
    missing = false;
    if (source) {
      layer = L.tileLayer(source.address, { pane: "online", maxNativeZoom: source.max_zoom, maxZoom: 19, keepBuffer: 1, updateWhenIdle: true,
        referrerPolicy: source.referer ? "strict-origin" : "no-referrer" });
      const says = (told) => { if (missing !== told) { missing = told; changed(); } };
      layer.on("tileload", () => says(false)).on("tileerror", () => says(true)).addTo(map);
    }
    changed();
  };

  const note = (source) => say(refused(source) ? "online.file" : source.referer ? "online.note.site" : "online.note", { host: source.host });
  const row = (source, changed) => make("li", {}, make("label", {},
    make("input", { type: "checkbox", role: "switch", autocomplete: "off", "data-layer": `online ${source.id}`, checked: shown === source, disabled: refused(source),
      "aria-describedby": `online-${source.id}`, on: { change: (event) => turn(event.target.checked ? source : null, changed) } }),
    make("span", { text: pick(source.name) })),
    make("p", { id: `online-${source.id}`, text: note(source) }),
    shown === source ? make("p", { class: "caution", role: "status", text: missing ? say("online.missing", { host: source.host }) : "", hidden: !missing }) : null);
  const rows = (changed) => (offered.length ? make("div", { class: "online", role: "group", "aria-label": say("online") },
    make("b", { text: say("online") }), make("ul", {}, ...offered.map((source) => row(source, changed)))) : null);
  const credit = () => (shown ? make("p", {}, make("a", { href: shown.home, target: "_blank", rel: "noopener noreferrer", text: pick(shown.credit) })) : null);
  return { offered: offered.length > 0, rows, credit };
})(Sitesel, map_of_towns);

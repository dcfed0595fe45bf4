/* What the reader looks at, written into the page's address and read from it. */
Sitesel.address = ((page) => {
  const { study, state, say, make, renew } = page;
  const ids = (things) => things.map(({ id }) => id);
  const place = (things, id) => {
    const found = ids(things).indexOf(id);
    return found < 0 ? null : found;
  };
  const figure = (weight) => String(Number(weight.toFixed(2)));

  const written = (now) => {
    const parts = [["lang", now.lang]];
    if (now.overview) { if (now.together) parts.push(["view", "together"]); } else parts.push(["town", study.towns[now.town].id]);
    if (now.scenario !== null) parts.push(["scenario", study.scenarios[now.scenario].id]);
    if (now.weights) parts.push(["w", now.weights.map(figure).join(",")]);
    if (now.plot !== null) parts.push(["plot", study.plots[now.plot].id]);
    if (now.pins.length) parts.push([now.comparing ? "compare" : "pins", now.pins.map((plot) => study.plots[plot].id)]);
    /* Letters that an address may hold stay as they are; a comma parts a list, so it is hidden within a name. */
    const told = (value) => (Array.isArray(value) ? value.map(encodeURIComponent).join(",") : encodeURIComponent(value).replace(/%2C/g, ","));
    return `#${parts.map(([key, value]) => `${key}=${told(value)}`).join("&")}`;
  };
  const decoded = (text) => {
    try { return decodeURIComponent(text); } catch { return ""; }
  };
  /* What makes no sense is passed over: an address is typed, cut off and sent on. */
  const read = (hash) => {
    const given = Object.fromEntries(hash.replace(/^#/, "").split("&").map((part) => part.split("=")).filter(([key, value]) => key && value));
    const list = (text) => (text || "").split(",").map((id) => place(study.plots, decoded(id))).filter((plot) => plot !== null);
    const weights = given.w ? given.w.split(",").map(Number) : null;
    const sane = weights && weights.length === study.criteria.length && weights.every((weight) => weight >= 0 && weight <= 1000)
      && weights.every((weight, i) => weight > 0 === study.criteria[i].share > 0);
    const pins = [...new Set(list(given.compare || given.pins))].slice(0, 3);
    const town = place(study.towns, decoded(given.town || ""));
    return {
      lang: study.offered.includes(given.lang) ? given.lang : null,
      overview: town === null, town: town ?? 0, together: given.view === "together",
      scenario: sane || town === null ? null : place(study.scenarios, decoded(given.scenario || "")),
      weights: sane ? weights : null,
      plot: place(study.plots, decoded(given.plot || "")),
      pins, comparing: Boolean(given.compare) && pins.length > 1,
    };
  };

  /* A step forward is an entry of its own, so that Back takes it back; a closed card leaves an entry to be used again. */
  let spent = false;
  let quiet = false;
  const quietly = (act) => {
    quiet = true;
    act();
    quiet = false;
  };
  const keep = (step) => {
    const hash = written(state);
    if (quiet || hash === window.location.hash) return;
    try {
      window.history[step && !spent ? "pushState" : "replaceState"](null, "", hash);
      spent = false;
    } catch { /* a page within a notebook has no address of its own */ }
  };
  const leave = () => { keep(false); spent = true; };

  /* Say it, with the text that was copied at hand for who wants it. */
  const tell = (message, text) => {
    const field = make("input", { readonly: true, value: text, "aria-label": say("share.text") });
    const close = () => { box.hidden = true; };
    const box = renew("told", make("p", { role: "status", text: message }), field,
      make("button", { type: "button", class: "small", text: say("weights.done"), on: { click: close } }));
    box.hidden = false;
    field.select();
  };
  const copy = async (text, message) => {
    try {
      await navigator.clipboard.writeText(text);
      tell(message, text);
    } catch { tell(say("share.by_hand"), text); }
  };
  const share = async () => {
    const { href, protocol } = window.location;
    if (protocol === "file:") return copy(window.location.hash, say("share.file"));
    if (!navigator.share) return copy(href, say("share.copied"));
    try { return await navigator.share({ title: document.title, url: href }); } catch { return null; }
  };
  return { written, read, keep, leave, quietly, copy, share };
})(Sitesel);

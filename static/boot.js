// Starts the app under the page's policy, which forbids inline scripts, and tells when it stops. Classic and in
// the head, after the style sheets: the theme is set before the first paint, and no style sheet is still on its
// way when the policy is tightened.
(() => {
  try {
    const theme = localStorage.getItem("fedcred.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage can be forbidden; the system's theme is fine then.
  }

  // Nothing in the app needs the network, so nothing in it gets any, but the late part of the program until that is
  // there. Policies only add up, so none can be taken back. The first is in force before the app's first instruction.
  const closeTheDoors = (but) => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content =
      `default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src ${but}; img-src blob: data:; form-action 'none'; base-uri 'none'`;
    document.head.append(policy);
  };

  const parsed = new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve();
  });

  // All are named by the build; script and first part are already being preloaded.
  const link = (id) => document.getElementById(id);
  const address = () => new URL(link("app-wasm").dataset.late, location).href;
  const asked = async (address, more) => new Uint8Array(await (await fetch(address, more)).arrayBuffer());

  // The late part of the program, packed, and whether it is where it belongs; xtask/src/split.rs tells what it is.
  let late;
  let whole = false;
  const waiting = new AbortController();

  // It uses what the first part has: the functions stand at the end of its table, in the order of the imports.
  const join = (app, module) => {
    const wanted = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function");
    const [table, given] = [app.t, { ...app }];
    const start = table.length - wanted.length;
    for (const [place, { name }] of wanted.entries()) given[name] = table.get(start + place);
    new WebAssembly.Instance(module, { "": given });
    whole = true;
    late = undefined;
  };

  // The app needs it now: somebody was faster than the line. Then the page waits for it.
  globalThis.late = (app) => {
    try {
      if (!late) {
        waiting.abort();
        const request = new XMLHttpRequest();
        request.open("GET", address(), false);
        request.overrideMimeType("text/plain; charset=x-user-defined");
        request.send();
        late = Uint8Array.from(request.responseText, (byte) => byte.charCodeAt(0));
      }
      join(app, new WebAssembly.Module(unpack(late)));
    } catch (error) {
      notStarted(error);
      leaveAlone();
      throw error;
    }
  };

  const start = async () => {
    const script = import(link("app-js").href);
    const first = asked(link("app-wasm").href);
    // Only the first page does without the late part, which there does not take the line from the first.
    const alone = parsed.then(() => document.body.dataset.page === "decode");
    const rest = alone
      .then((alone) => alone && first)
      .then(() => asked(address(), { signal: waiting.signal }))
      .then((bytes) => (late = bytes));
    rest.catch(() => {});
    // static/unpack.js runs when the page is parsed.
    const compiled = Promise.all([first, parsed]).then(([packed]) => WebAssembly.compile(unpack(packed)));
    const [app, program] = await Promise.all([script, compiled]);
    if (!(await alone)) await rest;
    const atOnce = late !== undefined;
    closeTheDoors(atOnce ? "'none'" : address());
    const running = await app.default({ module_or_path: program });
    // The app may have called for it meanwhile. If not, what was pasted already comes first.
    await rest.catch((error) => whole || Promise.reject(error));
    await new Promise((resolve) => setTimeout(resolve));
    const module = whole || (await WebAssembly.compile(unpack(late)));
    if (!whole) join(running, module);
    if (!atOnce) closeTheDoors("'none'");
  };

  // A panic in the app is a trap. What stopped in the middle is not entered again: it hears of no event any
  // more, and links and boxes do what they do without it. Events of the window itself reach listeners in the
  // order in which they were added, so these are added before the app's.
  let ended = false;
  const heard = ["click", "input", "change", "keydown", "mouseover", "focusin", "selectionchange"];
  for (const type of [...heard, "dragover", "drop", "popstate", "hashchange", "visibilitychange"]) {
    addEventListener(type, (event) => ended && event.stopImmediatePropagation(), true);
  }
  const leaveAlone = () => {
    ended = true;
    closeTheDoors("'none'");
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
  };

  // Shows where the app stopped: its file and the numbers of functions, and which are in the late part where the browser
  // tells. Never the message, which could hold input.
  const stopped = (error) => {
    const places = [...String(error?.stack).matchAll(/(\blate[-.]\S*)?(wasm-function\[\d+\](?::0x[\da-f]+)?)/g)];
    if (places.length === 0 && !(error instanceof WebAssembly.RuntimeError)) return false;
    // One mistake often causes others; the first is the one to report.
    if (ended) return true;
    const panel = document.getElementById("crash");
    const file = link("app-wasm").href.split("/").pop();
    const lines = places.map(([, isLate, place]) => (isLate ? `late ${place}` : place));
    document.getElementById("crash-report").textContent = [file, ...lines].join("\n");
    panel.hidden = false;
    panel.focus();
    leaveAlone();
    return true;
  };

  addEventListener("error", (event) => stopped(event.error));
  addEventListener("unhandledrejection", (event) => stopped(event.reason));

  const notStarted = (error) => {
    console.error(error);
    document.getElementById("boot-error").hidden = false;
  };

  start().catch(async (error) => {
    closeTheDoors("'none'");
    await parsed;
    if (!stopped(error)) notStarted(error);
  });
})();

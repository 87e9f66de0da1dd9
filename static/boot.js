// Starts the program, tightens the page's policy before it runs, and says when it stops. The policy forbids inline scripts.
// A classic script in the head, after the style sheet: it sets the theme before the first paint, and the style sheet is
// loaded when the policy is tightened.
(() => {
  try {
    const theme = localStorage.getItem("fedcred.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage can be forbidden; the system's theme is fine then.
  }

  const element = (id) => document.getElementById(id);

  const parsed = new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve();
  });

  // The program needs no network, so it gets none, except the address of its own late part until that is loaded. Policies
  // only add up: none can be taken back.
  const tightenPolicy = (exception = "'none'") => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = `default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src ${exception}; img-src blob: data:; form-action 'none'; base-uri 'none'`;
    document.head.append(policy);
  };

  // The build names script, program and late part in the head, where their download has begun. A build in one part, for
  // development, names no late part.
  const start = async () => {
    const script = import(element("app-js").href);
    const program = WebAssembly.compileStreaming(fetch(element("app-wasm").href));
    const [app, module] = await Promise.all([script, program, parsed]);
    const { late } = element("app-wasm").dataset;
    tightenPolicy(late && new URL(late, location).href);
    await app.default({ module_or_path: module });
  };

  // A program that stopped in the middle is not entered again: it hears of no event and no timer, and links and boxes do
  // what they do without it. Listeners of the window are called in the order in which they were added, so these come first.
  let ended = false;
  const heard = ["click", "input", "change", "keydown", "mouseover", "focusin", "selectionchange"];
  for (const type of [...heard, "dragover", "drop", "popstate", "hashchange", "visibilitychange"]) {
    addEventListener(type, (event) => ended && event.stopImmediatePropagation(), true);
  }

  // Shows what a report may hold: the build, and the file and line of a panic, or the name of an error with
  // the numbers of functions. Never a message, which could hold input.
  const stop = (place) => {
    if (ended) return; // One mistake often causes others; the first is the one to report.
    ended = true;
    tightenPolicy();
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
    const [, build] = element("app-wasm").href.match(/\/(app-[\da-f]{16})\/[^/]*$/) ?? ["", "development"];
    element("crash-report").textContent = `${build}\n${place}`;
    element("boot-error").hidden = true;
    element("crash").hidden = false;
    element("crash").focus();
  };

  // What ends the program without a panic: a WebAssembly trap, or an error that a call of the browser throws.
  const isOfProgram = (error) => error instanceof WebAssembly.RuntimeError || String(error?.stack).includes("wasm-function");
  const calls = (error) => String(error.stack).match(/(?:[\w-]+\.wasm:)?wasm-function\[\d+\]:0x[\da-f]+/g) ?? [];
  const thrown = (error) => isOfProgram(error) && stop([error.name, ...calls(error)].join("\n"));

  addEventListener("fedcred-panic", (event) => stop(event.detail));
  addEventListener("error", (event) => thrown(event.error));
  addEventListener("unhandledrejection", (event) => thrown(event.reason));

  const notLoaded = () => {
    tightenPolicy();
    element("boot-error").hidden = ended;
  };

  addEventListener("fedcred-incomplete", notLoaded);
  addEventListener("fedcred-whole", (event) => {
    // The late part can arrive after the program has stopped.
    if (ended) return event.preventDefault();
    tightenPolicy();
    element("boot-error").hidden = true;
  });

  start().catch(async (error) => {
    await parsed;
    thrown(error);
    notLoaded();
    if (!ended) console.error(error);
  });
})();

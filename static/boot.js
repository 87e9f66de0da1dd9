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

  // Nothing in the app needs the network, so nothing in it gets any: policies only add up, so this one
  // cannot be taken back. It is in force before the app's first instruction runs.
  const closeTheDoors = () => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content =
      "default-src 'none'; script-src 'wasm-unsafe-eval'; img-src blob: data:; form-action 'none'; base-uri 'none'";
    document.head.append(policy);
  };

  const parsed = new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve();
  });

  // Both are named by the build and already being preloaded.
  const address = (id) => document.getElementById(id).href;

  const program = async () => {
    const response = await fetch(address("app-wasm"));
    const packed = new Uint8Array(await response.arrayBuffer());
    // static/unpack.js runs when the page is parsed.
    await parsed;
    return WebAssembly.compile(unpack(packed));
  };

  const start = async () => {
    const [app, wasm] = await Promise.all([
      import(address("app-js")),
      program(),
    ]);
    closeTheDoors();
    await app.default({ module_or_path: wasm });
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
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
  };

  // Shows where the app stopped: its file and the numbers of functions. Never the message, which could hold input.
  const stopped = (error) => {
    const places = String(error?.stack).match(/wasm-function\[\d+\](:0x[\da-f]+)?/g);
    if (!places && !(error instanceof WebAssembly.RuntimeError)) return false;
    const panel = document.getElementById("crash");
    // One mistake often causes others; the first is the one to report.
    if (!panel.hidden) return true;
    const file = address("app-wasm").split("/").pop();
    document.getElementById("crash-report").textContent = [file, ...(places ?? [])].join("\n");
    panel.hidden = false;
    panel.focus();
    leaveAlone();
    return true;
  };

  addEventListener("error", (event) => stopped(event.error));
  addEventListener("unhandledrejection", (event) => stopped(event.reason));

  start().catch(async (error) => {
    console.error(error);
    await parsed;
    if (!stopped(error)) document.getElementById("boot-error").hidden = false;
  });
})();

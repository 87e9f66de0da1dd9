// Starts the app under the page's policy, which forbids inline scripts. Classic and in the head, after the
// style sheets: the theme is set before the first paint, and no style sheet is still on its way when the
// policy is tightened.
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

  const start = async () => {
    // Both are named by the build and already being preloaded.
    const address = (id) => document.getElementById(id).href;
    const [app, wasm] = await Promise.all([
      import(address("app-js")),
      WebAssembly.compileStreaming(fetch(address("app-wasm"))),
      parsed,
    ]);
    closeTheDoors();
    await app.default({ module_or_path: wasm });
  };

  start().catch(async (error) => {
    console.error(error);
    await parsed;
    document.getElementById("boot-error").hidden = false;
  });
})();

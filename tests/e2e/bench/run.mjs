// Times core and site beside budgets and yardsticks. `cargo xtask bench` builds and serves what it needs, and runs it.

import { readFileSync } from "node:fs";

import { launch } from "../browser.mjs";
import { timeCore } from "./core.mjs";
import { newTokens } from "./input.mjs";
import { timeNatively } from "./native.mjs";
import { summary, tables } from "./report.mjs";
import { timeServers } from "./serve.mjs";
import { timeEdits, timePastes } from "./site.mjs";

const NOTES = `\
Numbers are milliseconds; p95 of few samples is the slowest. Ratios are of neighbours in time, in turns: compare them
between machines. jose uses the browser's own cryptography, jsonwebtoken its backend in Rust. RS256 has no token of
0.3 kB: its signature alone has 342 characters. An exchange is three requests: identity, access token, API. The other
server makes a key when it starts, ours has demonstration keys. An edit counts from the input event to the end of its
work with layout. For a paste the budget is an aim; Chromium's own work on a box with 5 MiB is in the longest task, not
in ours.`;

async function measure(browser) {
  const tokens = await newTokens();
  const natively = timeNatively(tokens);
  return [
    { title: "The site: edits and pastes", rows: [...(await timeEdits(browser)), ...(await timePastes(browser))] },
    { title: "The core in a tab, compiled as the site is", rows: await timeCore(browser, tokens) },
    { title: "The core natively, compiled for speed", rows: natively.tokens },
    { title: "The mock natively, compiled for speed", rows: natively.exchanges },
    { title: "The mock as a server, as it is released", rows: await timeServers() },
  ];
}

/** What was measured with what. */
function versions(browser) {
  const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
  const version = (name) => JSON.parse(text(`../node_modules/${name}/package.json`)).version;
  const crate = /name = "jsonwebtoken"\nversion = "(.*)"/.exec(text("../../../bench/Cargo.lock"));
  return { chromium: browser.version(), jose: version("jose"), jsonwebtoken: crate[1], "oauth2-mock-server": version("oauth2-mock-server") };
}

const browser = await launch();
try {
  const groups = (await measure(browser)).map(({ title, rows }) => ({ title, results: rows.map(summary) }));
  const measured = versions(browser);
  const names = Object.entries(measured).map((entry) => entry.join(" "));
  const text = `\n${tables(groups)}\n\n${names.join(", ")}.\n${NOTES}\n`;
  if (process.argv.includes("--json")) {
    process.stderr.write(text);
    console.log(JSON.stringify({ ...measured, groups }, null, 2));
  } else {
    process.stdout.write(text);
  }
} finally {
  await browser.close();
}

// Times the core in headless Chromium, beside budgets and a yardstick. `cargo xtask bench` builds, serves and runs it.

import { readFileSync } from "node:fs";

import { launch, newPage } from "./browser.mjs";
import { ISSUER, identityClaims, jwks, newKey, signed } from "./tokens.mjs";

const RUNS = 100;
const FRESH_TABS = 10;
const CREDENTIALS = 10_000;

const site = process.env.FEDCRED_BENCH;
const scenario = readFileSync(new URL("../../static/scenarios/managed-identity.json", import.meta.url), "utf8");
const pageModule = readFileSync(new URL("bench-page.mjs", import.meta.url), "utf8");

/** Name, words, budget in milliseconds, words of the yardstick. Budgets of decoding are those of an edit. */
const ROWS = [
  ["decodeSmall", "decode and explain, 1.2 kB token", 8, "JSON.parse(atob(…)) of both parts"],
  ["decodeLarge", "decode and explain, 64 kB token", 16, "JSON.parse(atob(…)) of both parts"],
  ["verify", "verify RS256, 2048 bits", 1, "WebCrypto"],
  ["sign", "sign RS256, 2048 bits", 15, "WebCrypto"],
  ["exchange", "whole exchange", 60, "2 × sign + 2 × verify of ours"],
  ["match", "one token, 10,000 credentials", 20, "comparing loop in JavaScript"],
  ["firstExchange", "whole exchange, first of a tab", 60, ""],
];

function input() {
  const key = newKey();
  return {
    token: tokenOf(key, 1200),
    largeToken: tokenOf(key, 64_000),
    keys: jwks(key),
    privateKey: JSON.stringify(key.privateKey.export({ format: "jwk" })),
    claims: "x".repeat(600),
    scenario,
    credentials: credentials(),
    now: Math.floor(Date.now() / 1000),
  };
}

/** A managed identity's token in so many groups that it has about this length. */
function tokenOf(key, length) {
  const bare = signed(key, identityClaims());
  const perGroup = ((36 + 3) * 4) / 3;
  const count = Math.max(0, Math.round((length - bare.length) / perGroup));
  return signed(key, identityClaims({ groups: Array.from({ length: count }, (_, i) => guid(i)) }));
}

function guid(number) {
  return `0e0e0e0e-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** None matches, so each is compared to the end: other subjects, for every fourth another issuer as well. */
function credentials() {
  const one = (_, i) => ({
    name: `credential-${i}`,
    issuer: i % 4 === 0 ? ISSUER.replace("0000000000e2", i.toString(16).padStart(12, "0")) : ISSUER,
    subject: guid(i),
    audiences: ["api://AzureADTokenExchange"],
  });
  return JSON.stringify(Array.from({ length: CREDENTIALS }, one));
}

/** A tab that has nothing but the functions under test. */
async function openTab(browser) {
  const page = await newPage(browser);
  const answer = (path, contentType, body) =>
    page.route(new URL(path, site).href, (route) => route.fulfill({ contentType, body }));
  await answer("", "text/html", "<!doctype html><title>Benchmarks</title>");
  await answer("bench-page.mjs", "text/javascript", pageModule);
  await page.goto(site);
  return page;
}

async function measureAll(browser) {
  const page = await openTab(browser);
  const call = async ([input, runs]) => (await import("/bench-page.mjs")).measure(input, runs);
  const times = await page.evaluate(call, [input(), RUNS]);
  await page.context().close();
  times.firstExchange = { calls: [1], ours: await firstExchanges(browser) };
  return ROWS.map((row) => summary(row, times[row[0]]));
}

async function firstExchanges(browser) {
  const times = [];
  for (let tab = 0; tab < FRESH_TABS; tab += 1) {
    const page = await openTab(browser);
    const call = async (text) => (await import("/bench-page.mjs")).firstExchange(text);
    times.push(await page.evaluate(call, scenario));
    await page.context().close();
  }
  return times;
}

function summary([name, what, budget, yardstick], times) {
  const samples = { samples: times.ours.length, callsPerSample: times.calls[0] };
  const ours = spread(times.ours);
  const result = { name, what, ...samples, ...ours, budget, verdict: verdict(ours, budget) };
  if (times.yardstick) {
    result.yardstick = { what: yardstick, ...spread(times.yardstick) };
    result.ratio = spread(times.ours.map((one, i) => one / times.yardstick[i]));
  }
  return result;
}

function spread(values) {
  return { median: quantile(values, 0.5), p95: quantile(values, 0.95) };
}

function verdict({ median, p95 }, budget) {
  if (p95 <= budget) return "within";
  return median <= budget ? "over at p95" : "over";
}

/** The smallest of the values that at least this share of them does not exceed. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function table(results) {
  const head = ["milliseconds", "median", "p95", "budget", "", "ratio", "p95", "to", "its median"];
  const lines = [head, ...results.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const words = new Set([0, 4, 7]);
  const padded = (cell, column) =>
    words.has(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return lines.map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}

function cells({ what, median, p95, budget, verdict, ratio, yardstick }) {
  const beside = yardstick
    ? [times(ratio.median), times(ratio.p95), yardstick.what, ms(yardstick.median)]
    : ["", "", "", ""];
  return [what, ms(median), ms(p95), String(budget), verdict, ...beside];
}

function ms(value) {
  return value.toFixed(value < 1 ? 3 : 1);
}

function times(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
}

function notes(results, browser) {
  return [
    `Chromium ${browser}; ${RUNS} samples in turns with the yardstick, of so many calls that they take about 10 ms`,
    `(${results.map(({ name, callsPerSample }) => `${name} ${callsPerSample}`).join(", ")}); ${FRESH_TABS} fresh tabs.`,
    "p95 is of these samples, for the fresh tabs the slowest.",
    "Ratios are of neighbours in time: compare them between machines.",
    "Budgets of decoding are those of an edit with its layout; here is only the computing.",
  ].join("\n");
}

const browser = await launch();
try {
  const results = await measureAll(browser);
  const text = `\n${table(results)}\n\n${notes(results, browser.version())}\n`;
  if (process.argv.includes("--json")) {
    process.stderr.write(text);
    console.log(JSON.stringify({ chromium: browser.version(), results }, null, 2));
  } else {
    process.stdout.write(text);
  }
} finally {
  await browser.close();
}

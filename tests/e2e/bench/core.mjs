// Times the core in a tab, compiled as the site is, in turns with npm's jose and with WebCrypto.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { newPage } from "../browser.mjs";
import { identityClaims, jwks, newKey, signed } from "../tokens.mjs";
import { credentials, flexible, githubClaims } from "./input.mjs";

const TURNS = 100;
const FRESH_TABS = 10;

const address = process.env.FEDCRED_CORE;
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const scenario = readFileSync(file("../../../core/data/scenarios/managed-identity.json"), "utf8");
const jose = file("../node_modules/jose/dist/webapi");

/** Name, words, budget in milliseconds, words of the yardstick. */
const OTHERS = [
  ["verify", "verify RS256, 2048 bits", 1, "WebCrypto"],
  ["sign", "sign RS256, 2048 bits", 15, "WebCrypto"],
  ["exchange", "whole exchange", 60, "2 × sign + 2 × verify of ours"],
  ["match", "one token, 10,000 credentials", 20, "comparing loop in JavaScript"],
  ["matchFlexible", "one token, 10,000 flexible credentials", 20, "comparing loop in JavaScript"],
  ["firstExchange", `whole exchange, first of a tab (${FRESH_TABS} tabs)`, 60],
];

/** Rows of times: decode and verify against jose, the rest against other yardsticks. */
export async function timeCore(browser, tokens) {
  const page = await openTab(browser);
  const call = async ([input, turns]) => (await import("/core-page.mjs")).measure(input, turns);
  const times = await page.evaluate(call, [{ ...tokens, ...otherInput() }, TURNS]);
  await page.context().close();
  times.firstExchange = { calls: [1], ours: await firstExchanges(browser) };
  const row = (name, what, budget, yardstick) => ({ name, what, budget, yardstick, times: times[name] });
  const againstJose = (work, words) => ({ name }) => row(`${work} ${name}`, `${words}, ${name}`, undefined, "jose");
  return [
    ...tokens.decoded.map(againstJose("decode", "decode")),
    ...tokens.decoded.map(againstJose("explain", "decode and explain")),
    ...tokens.verified.map(againstJose("verify", "decode and verify")),
    ...OTHERS.map((other) => row(...other)),
  ];
}

function otherInput() {
  const key = newKey();
  return {
    token: signed(key, identityClaims()),
    keys: jwks(key),
    privateKey: JSON.stringify(key.privateKey.export({ format: "jwk" })),
    claims: "x".repeat(600),
    scenario,
    credentials: credentials(),
    flexible: flexible(),
    githubClaims,
    now: Math.floor(Date.now() / 1000),
  };
}

async function firstExchanges(browser) {
  const times = [];
  for (let tab = 0; tab < FRESH_TABS; tab += 1) {
    const page = await openTab(browser);
    const call = async (text) => (await import("/core-page.mjs")).firstExchange(text);
    times.push(await page.evaluate(call, scenario));
    await page.context().close();
  }
  return times;
}

/** A tab that has nothing but the functions under test. */
async function openTab(browser) {
  const page = await newPage(browser);
  const answer = (path, reply) => page.route(new URL(path, address).href, (route) => route.fulfill(reply(route)));
  await answer("/", () => ({ contentType: "text/html", body: "<!doctype html><title>Benchmarks</title>" }));
  await answer("/core-page.mjs", () => ({ path: file("core-page.mjs") }));
  await answer("/jose/**", (route) => ({ path: jose + new URL(route.request().url()).pathname.slice("/jose".length) }));
  await page.goto(address);
  return page;
}

// Runs in the tab: times each of our functions in turns with a yardstick.

import init, { decode, Exchange, Matcher, Signer, Verifier } from "/bench.js";

/** The browser's clock has steps of 0.1 ms, so only batches of about this many are timed. */
const BATCH_MS = 10;
/** Long enough for the browser to compile what runs often a second time, better. */
const WARM_UP_MS = 400;

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const utf8 = new TextEncoder();

/** Milliseconds of the first exchange of a tab, which includes reading the mock's keys. */
export async function firstExchange(scenario) {
  await init();
  const exchange = new Exchange(scenario);
  const start = performance.now();
  const allowed = exchange.run();
  const end = performance.now();
  if (!allowed) throw new Error("The exchange did not end as it should.");
  return end - start;
}

/** Milliseconds per call of everything, and of its yardstick, in `runs` turns. */
export async function measure(input, runs) {
  await init();
  const results = {};
  for (const [name, [ours, yardstick]] of Object.entries(await pairs(input))) {
    results[name] = await inTurns(ours, yardstick, runs);
  }
  return results;
}

async function pairs(input) {
  const verifier = new Verifier(input.token, input.keys);
  const signer = new Signer(input.privateKey, input.claims);
  const exchange = new Exchange(input.scenario);
  const matcher = new Matcher(input.token, input.credentials);
  const [verifyThere, signThere] = await webCrypto(input);
  const [sign, verify] = [() => signer.sign(), () => verifier.verify()];
  return {
    decodeSmall: decoding(input.token, input.now),
    decodeLarge: decoding(input.largeToken, input.now),
    verify: [verify, verifyThere],
    sign: [sign, signThere],
    exchange: [() => exchange.run(), () => sign() && sign() && verify() && verify()],
    match: [() => matcher.run(), comparing(input.token, JSON.parse(input.credentials))],
  };
}

function decoding(token, now) {
  return [() => decode(token, now), () => payloadOf(token)];
}

/** What a small script would do: no places, no findings, no explanations. */
function payloadOf(token) {
  const [header, payload] = token.split(".", 2).map((part) => JSON.parse(decoded(part)));
  return header && payload;
}

function decoded(part) {
  return atob(part.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Verifying the same token and signing the same text with the browser's own cryptography. */
async function webCrypto({ token, keys, privateKey, claims }) {
  const imported = (jwk, use) => crypto.subtle.importKey("jwk", jwk, RS256, false, [use]);
  const publicKey = await imported(JSON.parse(keys).keys[0], "verify");
  const secretKey = await imported(JSON.parse(privateKey), "sign");
  const [header, payload, signature] = token.split(".");
  const bytes = Uint8Array.from(decoded(signature), (byte) => byte.charCodeAt(0));
  const text = utf8.encode(`${header}.${payload}`);
  const toSign = utf8.encode(JSON.stringify({ text: claims }));
  return [
    () => crypto.subtle.verify(RS256, publicKey, bytes, text),
    () => crypto.subtle.sign(RS256, secretKey, toSign),
  ];
}

/** Character by character: how many the texts have in common at their beginnings and ends. */
function comparing(token, credentials) {
  const { iss, sub, aud } = payloadOf(token);
  return () => {
    let sum = 0;
    for (const { issuer, subject, audiences } of credentials) {
      sum += common(iss, issuer) + common(sub, subject) + common(aud, audiences[0]);
    }
    return sum;
  };
}

function common(a, b) {
  const length = Math.min(a.length, b.length);
  let start = 0;
  while (start < length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < length - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end += 1;
  return start + end;
}

/** A B A B …: whatever else the machine does meets both. */
async function inTurns(ours, yardstick, runs) {
  const calls = [await callsOfBatch(ours), await callsOfBatch(yardstick)];
  const times = { calls, ours: [], yardstick: [] };
  for (let run = 0; run < runs; run += 1) {
    times.ours.push((await time(ours, calls[0])) / calls[0]);
    times.yardstick.push((await time(yardstick, calls[1])) / calls[1]);
  }
  return times;
}

/** Warms up; tells how many calls fill a batch. */
async function callsOfBatch(work) {
  if (!(await work())) throw new Error("A function under test does not do its work.");
  let [calls, spent] = [0, 0];
  for (let batch = 1; spent < WARM_UP_MS; batch *= 2) {
    spent += await time(work, batch);
    calls += batch;
  }
  return Math.max(1, Math.round((calls / spent) * BATCH_MS));
}

/** Milliseconds of so many calls. What they return is looked at, so none can be left out. */
async function time(work, calls) {
  let kept = 0;
  const start = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const result = work();
    kept += (result instanceof Promise ? await result : result) ? 1 : 0;
  }
  const end = performance.now();
  if (kept !== calls) throw new Error("A function under test stopped doing its work.");
  return end - start;
}

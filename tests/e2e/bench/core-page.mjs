// Runs in the tab: times each of our functions in turns with a yardstick.

import init, { decode, decode_and_explain, Exchange, Matcher, Signer, Verifier } from "/bench.js";
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from "/jose/index.js";

/** The browser's clock has steps of 0.1 ms, so only batches of about this many are timed. */
const BATCH_MS = 10;
/** Long enough for the browser to compile what runs often a second time, better. */
const WARM_UP_MS = 400;

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const utf8 = new TextEncoder();

/** Milliseconds of the first exchange of a tab, which includes reading the mock's keys. */
export async function firstExchange(scenario) {
  await init({ module_or_path: "/bench_bg.wasm" });
  const exchange = new Exchange(scenario);
  const start = performance.now();
  const allowed = exchange.run();
  const end = performance.now();
  if (!allowed) throw new Error("The exchange did not end as it should.");
  return end - start;
}

/** Milliseconds per call of everything, and of its yardstick, in `turns` turns. */
export async function measure(input, turns) {
  await init({ module_or_path: "/bench_bg.wasm" });
  const results = {};
  for (const [name, [ours, yardstick]] of Object.entries(await pairs(input))) {
    results[name] = await inTurns(ours, yardstick, turns);
  }
  return results;
}

async function pairs({ decoded, verified, token, keys, privateKey, claims, credentials, flexible, githubClaims, scenario, now }) {
  const pairs = {};
  for (const { name, text } of decoded) {
    const theirs = () => decodeProtectedHeader(text) && decodeJwt(text);
    pairs[`decode ${name}`] = [() => decode(text), theirs];
    pairs[`explain ${name}`] = [() => decode_and_explain(text, now), theirs];
  }
  for (const { name, text, jwk, alg } of verified) {
    const ours = new Verifier(text, JSON.stringify(jwk));
    const key = await importJWK(jwk, alg);
    pairs[`verify ${name}`] = [() => ours.verify_text(text), () => jwtVerify(text, key)];
  }
  const verifier = new Verifier(token, keys);
  const signer = new Signer(claims);
  const exchange = new Exchange(scenario);
  const matcher = new Matcher(token, credentials);
  const [verifyThere, signThere] = await webCrypto({ token, keys, privateKey, claims });
  const [sign, verify] = [() => signer.sign(), () => verifier.verify()];
  pairs.verify = [verify, verifyThere];
  pairs.sign = [sign, signThere];
  pairs.exchange = [() => exchange.run(), () => sign() && sign() && verify() && verify()];
  pairs.match = [() => matcher.run(), comparing(decodeJwt(token), JSON.parse(credentials))];
  const ofExpressions = new Matcher(githubClaims, flexible);
  const values = JSON.parse(flexible).map((one) => ({ ...one, subject: one.claimsMatchingExpression.value }));
  pairs.matchFlexible = [() => ofExpressions.run(), comparing(JSON.parse(githubClaims), values)];
  return pairs;
}

/** Verifying the same token and signing the same text with the browser's own cryptography. */
async function webCrypto({ token, keys, privateKey, claims }) {
  const imported = (jwk, use) => crypto.subtle.importKey("jwk", jwk, RS256, false, [use]);
  const publicKey = await imported(JSON.parse(keys).keys[0], "verify");
  const secretKey = await imported(JSON.parse(privateKey), "sign");
  const [header, payload, signature] = token.split(".");
  const bytes = Uint8Array.from(binary(signature), (byte) => byte.charCodeAt(0));
  const text = utf8.encode(`${header}.${payload}`);
  const toSign = utf8.encode(JSON.stringify({ text: claims }));
  return [
    () => crypto.subtle.verify(RS256, publicKey, bytes, text),
    () => crypto.subtle.sign(RS256, secretKey, toSign),
  ];
}

function binary(part) {
  return atob(part.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Character by character: how many the texts have in common at their beginnings and ends. */
function comparing({ iss, sub, aud }, credentials) {
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
async function inTurns(ours, yardstick, turns) {
  const calls = [await callsOfBatch(ours), await callsOfBatch(yardstick)];
  const times = { calls, ours: [], yardstick: [] };
  for (let turn = 0; turn < turns; turn += 1) {
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

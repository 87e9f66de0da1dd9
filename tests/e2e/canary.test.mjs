// Nothing leaves the page: a token that can be recognised is typed everywhere, and every way out is tried with it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { address, assertHealthy, follow, launch, newPage, open, openWithoutLatePart, paste, says, site, started, tokenBox } from "./browser.mjs";
import { defineAdd, openSink, ways } from "./sink.mjs";
import { CLIENT, ISSUER, forged, identityClaims } from "./tokens.mjs";

/** What is typed into the page, and what a page without a policy may send. */
const canary = `canary${randomBytes(12).toString("hex")}`;
const control = `control${randomBytes(12).toString("hex")}`;

const claims = JSON.stringify(identityClaims({ jti: canary, sub: canary, oid: canary, last: canary }));
const token = forged(claims, { alg: "RS256", kid: canary }, canary);
/** How the canary looks: as it is, in the token's payload, as its signature. */
const [, payload, signature] = token.split(".");
const looks = [canary, payload.slice(-30), signature];

const names = Object.keys(ways);
/** Browsers start these from a page's own server only. */
const OWN_SERVER_ONLY = ["worker", "moduleWorker", "sharedWorker", "serviceWorker"];

let browser;
let sink;
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedcred-e2e-"));
  // The browser's own record of all traffic, below anything that a page or a test can see.
  browser = await launch([`--log-net-log=${join(folder, "net.json")}`, "--net-log-capture-mode=Everything"]);
  sink = await openSink();
});
after(async () => {
  await browser.close();
  await sink.close();
  await rm(folder, { recursive: true });
});

function assertNoTrace(text, where) {
  for (const look of looks) assert.equal(text.includes(look), false, `${look} is in ${where}`);
}

/** Goes one way; what the page refuses it may refuse with an error. */
async function go(page, name, to) {
  await page.evaluate(ways[name], to).catch(() => {});
}

test("the sink keeps what it is sent", async () => {
  await fetch(`${sink.address}hello?${control}`, { method: "POST", body: "in the body", headers: { "x-own": "in a header" } });
  const last = sink.received.at(-1);
  for (const part of ["POST", "hello", control, "in the body", "in a header"]) assert.ok(last.includes(part));
});

test("a page without a policy reaches the sink each way", { timeout: 60_000 }, async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.goto(`${sink.address}control`);
  await page.evaluate(defineAdd);
  for (const name of names) {
    await go(page, name, `${sink.address}way/${name}?${control}`);
    await sink.arrival(`/way/${name}?${control}`);
  }
});

test("what is entered is in no request, storage, history, title or console", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const requests = [];
  page.context().on("request", (request) => requests.push(request));
  const release = await typeBeforeTheStart(page);
  release();
  await started(page);
  const before = requests.length;
  await says(page.getByRole("region", { name: "Claims" }), canary);

  await walk(page);
  await assertHealthy(page);
  assert.deepEqual(requests.slice(before).map((request) => request.url()), []);
  for (const request of requests) {
    const all = JSON.stringify([request.url(), await request.allHeaders(), request.postData()]);
    assertNoTrace(all, request.url());
  }
  await assertNothingKept(page);
});

/** Opens the first page with its program held back, and types; the result lets the program through. */
async function typeBeforeTheStart(page) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/*.wasm", (route) => held.then(() => route.continue()));
  await page.goto(site, { waitUntil: "commit" });
  await tokenBox(page).focus();
  await page.keyboard.insertText(token);
  await assertNothingKept(page);
  return release;
}

/** Through all pages, with the canary in every box. */
async function walk(page) {
  const box = (name) => page.getByRole("textbox", { name });
  await paste(box("Keys"), JSON.stringify({ keys: [{ kty: "RSA", kid: canary, n: canary, e: "AQAB" }] }));
  await paste(tokenBox(page), `Authorization: Bearer ${token}`);
  await assertNothingKept(page);

  await page.getByRole("link", { name: "Make a credential of this" }).click();
  await says(page.getByRole("region", { name: "Enter this" }), canary);
  await paste(box("Name of the application"), canary);
  await paste(box("Credentials of your application"), JSON.stringify([{ name: canary, issuer: ISSUER, subject: CLIENT, audiences: [canary] }]));
  await says(page.getByRole("region", { name: "Does the token match?" }), "No match.");
  await page.getByText("IDs of the application, cloud and rules").click();
  for (const tab of ["GitHub", "Kubernetes", "More …", "Managed identity"]) {
    await page.getByRole("tab", { name: tab }).click();
    const boxes = await page.getByRole("region", { name: "Source" }).getByRole("textbox").all();
    // From the end: what is pasted first takes the place of what is typed.
    for (const each of boxes.reverse()) await paste(each, canary);
  }
  await paste(box("User-assigned managed identity"), JSON.stringify({ name: canary, principalId: canary, tenantId: canary }));
  await assertNothingKept(page);

  await follow(page, "Simulate");
  const controls = page.getByRole("group", { name: "Step through the exchange" });
  await says(controls, "allowed");
  const last = Number((await controls.getByText(/^step 1 of/).innerText()).split(" ").at(-1));
  for (let step = 2; step <= last; step += 1) {
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await says(controls, `step ${step} of`);
  }
  await assertNothingKept(page);

  await follow(page, "Explain");
  await paste(box("Text with an error"), `AADSTS90002: Tenant '${canary}' not found.`);
  await says(page.getByRole("region", { name: /^AADSTS90002/ }), canary);
  await assertNothingKept(page);

  await page.goBack();
  await page.goForward();
  await follow(page, "Decode");
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  await assertNothingKept(page);
}

/** Nothing is stored at all, and the canary is in nothing else that outlives the page or is seen outside it. */
async function assertNothingKept(page) {
  const kept = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookie: document.cookie,
    name: window.name,
    state: history.state,
  }));
  const nothing = { local: [], session: [], databases: [], caches: [], workers: 0, cookie: "", name: "", state: null };
  assert.deepEqual(kept, nothing);
  assert.deepEqual(await page.context().cookies(), []);

  const session = await page.context().newCDPSession(page);
  const history = await session.send("Page.getNavigationHistory");
  await session.detach();
  assertNoTrace(JSON.stringify(history.entries), "the history");
  assertNoTrace(`${page.url()} ${await page.title()} ${page.lines.join()}`, "address, title or console");
}

for (const [whose, target] of [["a foreign server", () => sink.address], ["the site's own server", () => site]]) {
  test(`under the page's policy no way leads to ${whose}`, { timeout: 60_000 }, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    await open(page);
    await paste(tokenBox(page), token);
    const barred = names.filter((name) => target() === site || !OWN_SERVER_ONLY.includes(name));
    await assertBarred(page, target(), barred);
  });
}

for (const [whose, target] of [["a foreign server", () => sink.address], ["the site's own server", () => site]]) {
  test(`while the late part of the program is missing no way leads to ${whose}`, { timeout: 60_000 }, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    await openWithoutLatePart(page);
    await paste(tokenBox(page), token);
    const barred = names.filter((name) => target() === site || !OWN_SERVER_ONLY.includes(name));
    await assertBarred(page, target(), barred);
  });
}

test("before the program is there no way leads to a foreign server either", { timeout: 60_000 }, async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await typeBeforeTheStart(page);
  await assertBarred(page, sink.address, names.filter((name) => !OWN_SERVER_ONLY.includes(name)));
});

/** Tries every way with the canary; the browser itself has to report that the policy barred these. */
async function assertBarred(page, target, barred) {
  const from = sink.received.length;
  const asked = [];
  page.context().on("request", (request) => asked.push(request));
  await page.evaluate(defineAdd);
  await page.evaluate(() => {
    globalThis.barred = [];
    addEventListener("securitypolicyviolation", (event) => globalThis.barred.push(event.blockedURI));
  });
  const opened = [];
  page.context().on("page", (tab) => opened.push(tab));
  for (const name of names) {
    await page.evaluate(() => globalThis.barred.splice(0));
    await go(page, name, `${target}way/${name}?${canary}`);
    if (barred.includes(name)) await waitUntilBarred(page, name, target);
  }
  // The browser tells of requests that the policy stopped before they were made.
  const made = asked.filter((request) => request.failure()?.errorText !== "csp");
  assert.deepEqual(made.map((request) => request.url()), []);
  assert.deepEqual(opened, []);
  assert.equal(page.url(), address("").concat(page.url().endsWith("#here") ? "#here" : ""));
  // What was sent before this would have arrived before this.
  await fetch(`${sink.address}last`);
  assert.deepEqual(sink.received.slice(from).filter((one) => !one.startsWith("GET /last ")), []);
}

/** Waits for the browser's report: of inline and blob programs by kind, of frames by server, of the rest by address. */
function waitUntilBarred(page, name, target) {
  const kinds = { import: "inline", blobWorker: "blob" };
  const frames = ["iframe", "object", "embed"];
  const wanted = kinds[name] ?? (frames.includes(name) ? new URL(target).origin : `/way/${name}?${canary}`);
  return page.waitForFunction((text) => globalThis.barred.some((uri) => uri.includes(text)), wanted);
}

test("the browser's record of all traffic holds the control and not the canary", async () => {
  await browser.close();
  const record = await readFile(join(folder, "net.json"), "utf8");
  // An event a line. For a frame or a form Chromium may open a connection before it asks the policy; nothing goes over it.
  const events = record.split("\n").filter((event) => !event.includes('"is_preconnect":true'));
  const sent = [...record.matchAll(/"bytes":"([^"]+)"/g)].map(([, bytes]) => Buffer.from(bytes, "base64").toString("latin1"));
  const all = [...events, ...sent].join("\n");
  for (const name of names) {
    assert.ok(all.includes(`way/${name}?${control}`), name);
    assert.ok(sent.some((bytes) => bytes.includes(`way/${name}?${control}`)), `${name}, bytes`);
  }
  assertNoTrace(all, "the record of all traffic");
});

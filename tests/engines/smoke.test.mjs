// The built site under its own policy, once in each engine: what it is for works, and nothing leaves the page.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { defineAdd, openSink } from "../e2e/sink.mjs";
import { identityClaims, jwks, newKey, signed } from "../e2e/tokens.mjs";
import { missing, names as engines, open } from "./browsers.mjs";
import { doors, leadingOut, reported } from "./doors.mjs";
import { openRelay } from "./relay.mjs";

/** The site's address with its base path, from `cargo xtask test`; or one served by hand. */
const site = process.env.FEDCRED_SITE ?? "http://127.0.0.1:8080/";

/** How long one test may take in a browser that hangs. */
const LIMIT = { timeout: 240_000 };

const button = (name) => `//button[normalize-space()="${name}"]`;
const link = (name) => `//main//a[normalize-space()="${name}"]`;
const page = (name) => `//nav//a[normalize-space()="${name}"]`;

for (const engine of engines) {
  const skip = missing(engine);
  // As a test, not as a group: Node counts skipped tests only.
  if (skip) test(`the site in ${engine}`, { skip });
  else describe(engine, () => smoke(engine));
}

function smoke(engine) {
  let tab;
  let relay;
  let sink;
  before(async () => {
    relay = await openRelay(site);
    sink = await openSink();
    tab = await open(engine);
  }, LIMIT);
  after(async () => {
    await tab?.close();
    await sink?.close();
    await relay?.close();
  });

  /** Opens a page and waits until it no longer says that it is loading. */
  async function visit(path = "") {
    await tab.goto(new URL(path, relay.address).href);
    await tab.waitFor("the page", () => !document.body.innerText.includes("is loading"));
  }

  test("a sample is decoded and its signature verified", LIMIT, async () => {
    await visit();
    await tab.choose("Sample", "Managed identity");
    await tab.says("Looks like a managed identity token");
    await tab.says("Signature valid");
    await assertHealthy(tab);
  });

  test("a signature of another key is invalid", LIMIT, async () => {
    const key = newKey();
    const token = signed(key, identityClaims());
    await visit();
    await tab.paste("Keys", jwks(key));
    await tab.paste("Token", token);
    await tab.says("Signature valid");
    await tab.paste("Keys", jwks(newKey()));
    await tab.says("Signature invalid");
    await assertHealthy(tab);
  });

  test("a sample becomes a credential", LIMIT, async () => {
    await visit();
    await tab.choose("Sample", "Managed identity");
    await tab.click(link("Make a credential of this"));
    await tab.says("Enter this");
    await tab.says("https://login.microsoftonline.com/");
    await tab.says("api://AzureADTokenExchange");
    await assertHealthy(tab);
  });

  test("a failing scenario is stepped through", LIMIT, async () => {
    await visit("simulate/?scenario=wrong-subject");
    await tab.says("stops at 11");
    for (let step = 2; step <= 11; step += 1) {
      await tab.click(button("Step"));
      await tab.says(`step ${step} of`);
    }
    await tab.says("AADSTS700213");
    await assertHealthy(tab);
  });

  test("an error is explained", LIMIT, async () => {
    await visit("explain/");
    await tab.paste("Text with an error", "AADSTS90002: Tenant 'c0c0c0c0-0000-4000-8000-0000000000e2' not found.");
    await tab.says("What to do");
    await tab.paste("Text with an error", "no error at all");
    await tab.says("This text contains no Entra ID error");
    await assertHealthy(tab);
  });

  test("once the site has started it asks for nothing more", LIMIT, async () => {
    await visit();
    await tab.choose("Sample", "Managed identity");
    await tab.says("Signature valid");
    const asked = relay.asked.length;
    assert.ok(asked > 0);
    const pages = { Credential: "Enter this", Simulate: "step 1 of", Explain: "Explain an error", Decode: "Signature valid" };
    for (const [name, words] of Object.entries(pages)) {
      await tab.click(page(name));
      await tab.says(words);
    }
    assert.deepEqual(relay.asked.slice(asked), []);
    await assertHealthy(tab);
  });

  test("nothing leaves the page, through no door", LIMIT, async () => {
    const canary = `canary${randomBytes(12).toString("hex")}`;
    const control = `control${randomBytes(12).toString("hex")}`;
    const key = newKey();
    await visit();
    await tab.paste("Keys", jwks(key));
    await tab.paste("Token", signed(key, identityClaims({ jti: canary })));
    await tab.says(canary);
    await tab.says("Signature valid");
    await watch();
    const asked = relay.asked.length;
    for (const target of [sink.address, relay.address]) {
      for (const door of Object.keys(doors)) await assertShut(door, target, canary);
    }
    // What was on its way before this has arrived before this.
    await tab.goto(`${sink.address}control`);
    await tab.evaluate(defineAdd);
    for (const door of leadingOut(engine)) {
      await go(door, sink.address, control);
      await arrival(`/way/${door}?${control}`);
    }
    const received = sink.received.map((one) => one.split(" ", 2).join(" "));
    assert.deepEqual(received.filter((one) => one.includes(canary)), []);
    assert.deepEqual(relay.asked.slice(asked), []);
  });

  /** The page keeps the browser's reports of what the policy barred. */
  async function watch() {
    await tab.evaluate(defineAdd);
    await tab.evaluate(() => {
      globalThis.barred = [];
      addEventListener("securitypolicyviolation", (event) => globalThis.barred.push(event.blockedURI));
    });
  }

  async function assertShut(door, target, token) {
    await tab.evaluate(() => void globalThis.barred.splice(0));
    await go(door, target, token);
    const wanted = reported(engine, door, target, target === relay.address);
    const told = (part) => globalThis.barred.some((uri) => uri.includes(part));
    if (wanted) await tab.waitFor(`the report that ${door} is barred`, told, wanted);
  }

  /** Goes one way; what the page refuses it may refuse with an error. */
  async function go(door, target, token) {
    await tab.evaluate(doors[door], `${target}way/${door}?${token}`).catch(() => {});
  }

  /** Waits until the collector has this. */
  async function arrival(text) {
    const late = delay(60_000, undefined, { ref: false }).then(() => assert.fail(`${text} does not arrive`));
    await Promise.race([sink.arrival(text), late]);
  }
}

/** One heading of the page, and no panel for a crash or a failed start. */
async function assertHealthy(tab) {
  await tab.waitFor("one heading", () => {
    const headings = [...document.querySelectorAll("h1")];
    return headings.filter((heading) => heading.checkVisibility()).length === 1;
  });
  const panels = await tab.evaluate(() => ["crash", "boot-error"].filter((id) => document.getElementById(id).checkVisibility()));
  assert.deepEqual(panels, []);
}

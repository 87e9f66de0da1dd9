// The site starts: every page boots, quietly, once, and closes the door behind it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, newPage, open, site } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const pages = [
  ["", "decode", "Decode a token · Fedcred"],
  ["credential/", "credential", "Federated credential · Fedcred"],
  ["simulate/", "simulate", "Simulate the exchange · Fedcred"],
];

for (const [path, name, title] of pages) {
  test(`/${path} boots with an empty console`, async () => {
    const page = await newPage(browser);
    const response = await open(page, path);
    assert.equal(response.status(), 200);
    assert.equal(await page.title(), title);
    assert.equal(await page.locator("body").getAttribute("data-page"), name);
    assert.equal(await page.locator("#boot-error").isVisible(), false);
    assert.deepEqual(page.lines, []);
    await page.context().close();
  });
}

test("an unknown address is a 404 that boots too", async () => {
  const page = await newPage(browser);
  const response = await open(page, "no/such/page");
  assert.equal(response.status(), 404);
  assert.equal(await page.locator("body").getAttribute("data-page"), "not-found");
  await page.context().close();
});

test("each file is asked for once", async () => {
  const page = await newPage(browser);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await open(page);
  await page.waitForLoadState("networkidle");
  const remote = asked.filter((url) => url.startsWith(site));
  assert.deepEqual(remote, [...new Set(remote)]);
  assert.equal(remote.filter((url) => url.endsWith(".wasm")).length, 1);
  assert.deepEqual(asked.filter((url) => !url.startsWith(site) && !url.startsWith("data:")), []);
  await page.context().close();
});

test("after the start, the page cannot reach even its own server", async () => {
  const page = await newPage(browser);
  await open(page);
  const reached = await page.evaluate(() => fetch(location.href).then(() => true, () => false));
  assert.equal(reached, false);
  assert.match(page.lines.join("\n"), /Content Security Policy/);
  await page.context().close();
});

test("without the program, the page says so", async () => {
  const page = await newPage(browser);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(site);
  await page.locator("#boot-error").waitFor({ state: "visible" });
  await page.context().close();
});

test("the stored theme is applied before the page is drawn", async () => {
  const page = await newPage(browser);
  await page.addInitScript(() => localStorage.setItem("fedcred.theme", "dark"));
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(site);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.context().close();
});

test("the program names no folder of the machine that built it", async () => {
  const page = await newPage(browser);
  await page.goto(site);
  const wasm = await page.locator("#app-wasm").evaluate((link) => link.href);
  const text = Buffer.from(await (await fetch(wasm)).arrayBuffer()).toString("latin1");
  assert.doesNotMatch(text, /\/registry\/src\/|\/home\/|\/root\//);
  await page.context().close();
});

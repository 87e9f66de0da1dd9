// Each page by its address: right heading, title and place in the navigation, with and without the slash at the end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { address, assertHealthy, assertQuiet, follow, launch, newPage, open, site, visit } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const pages = [
  { path: "", name: "decode", link: "Decode", title: "Decode a token · Fedcred", heading: "Decode a token" },
  {
    path: "credential/", name: "credential", link: "Credential",
    title: "Federated credential · Fedcred", heading: "Federated credential",
  },
  {
    path: "simulate/", name: "simulate", link: "Simulate",
    title: "Simulate the exchange · Fedcred", heading: "A managed identity as client credential",
  },
  { path: "explain/", name: "explain", link: "Explain", title: "Explain an error · Fedcred", heading: "Explain an error" },
];

const currentLinks = (page) => page.locator("a[aria-current=page]");

/** The page is the wanted one, and only that one. */
async function assertIs(page, wanted) {
  assert.equal(await page.title(), wanted.title);
  assert.equal(await page.locator("body").getAttribute("data-page"), wanted.name);
  assert.deepEqual(await page.getByRole("heading", { level: 1 }).allInnerTexts(), [wanted.heading]);
  assert.deepEqual(await currentLinks(page).allInnerTexts(), [wanted.link]);
  await assertHealthy(page);
}

for (const wanted of pages) {
  const { path } = wanted;
  const forms = [path, `${path}index.html`, ...(path ? [path.slice(0, -1)] : [])];
  for (const form of forms) {
    test(`/${form} is the page ${wanted.name}`, async (t) => {
      const page = await newPage(browser);
      t.after(() => page.context().close());
      const response = await open(page, form);
      assert.equal(response.status(), 200);
      await assertIs(page, wanted);
    });
  }
}

test("a query and a fragment are no other page", async (t) => {
  await assertIs(await visit(t, browser, "credential?a=b#c"), pages[1]);
});

test("the navigation leads to every page without loading anything", async (t) => {
  const page = await visit(t, browser);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  for (const wanted of [...pages.slice(1), pages[0]]) {
    await follow(page, wanted.link);
    await assertIs(page, wanted);
    assert.equal(page.url(), address(wanted.path));
  }
  assert.deepEqual(asked, []);
});

test("the brand leads to the first page", async (t) => {
  const page = await visit(t, browser, "simulate/");
  await page.getByRole("link", { name: "Fedcred" }).click();
  await page.locator("body[data-page=decode]").waitFor();
  await assertIs(page, pages[0]);
});

test("every link of every page that stays on the site has a page", async (t) => {
  const page = await visit(t, browser);
  const found = new Set();
  for (const { path } of [...pages, { path: "no/such/page" }]) {
    await open(page, path);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
    for (const href of links) found.add(href.split("#")[0]);
  }
  const own = [...found].filter((href) => href.startsWith(site));
  assert.ok(own.length >= pages.length);
  for (const href of own.filter((one) => one !== address("no/such/page"))) {
    assert.equal((await fetch(href)).status, 200, href);
  }
});

test("the navigation shows the pages that exist", async (t) => {
  const page = await visit(t, browser);
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  assert.deepEqual(await links.allInnerTexts(), pages.map(({ link }) => link));
  const targets = await links.evaluateAll((all) => all.map((link) => link.href));
  assert.deepEqual(targets, pages.map(({ path }) => address(path)));
});

const unknown = ["no/such/page", "Credential/", "credential/x", "simulate/x/", "404", "404.html", "%00", "a%2Fb", "<b>"];
for (const path of unknown) {
  test(`/${path} does not exist`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    const response = await open(page, path);
    assert.equal(response.status(), path === "404.html" ? 200 : 404);
    assert.equal(await page.title(), "Page not found · Fedcred");
    assert.equal(await page.locator("body").getAttribute("data-page"), "not-found");
    assert.deepEqual(await page.locator("h1:visible").allInnerTexts(), ["Page not found"]);
    assert.equal(await currentLinks(page).count(), 0);
    await page.getByRole("main").getByRole("link", { name: "Decode a token" }).click();
    await page.locator("body[data-page=decode]").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assertQuiet(page);
  });
}

test("a link opened with a modifier key opens a tab of its own", async (t) => {
  const page = await visit(t, browser);
  const [opened] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Credential" }).click({ modifiers: ["ControlOrMeta"] }),
  ]);
  await opened.waitForURL(address("credential/"));
  assert.equal(page.url(), address(""));
});

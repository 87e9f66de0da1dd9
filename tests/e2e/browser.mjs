// Opens the built site in Chromium, for every end-to-end test.

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

/** The site's address with its base path, from `cargo xtask test`; or one served by hand. */
export const site = process.env.FEDCRED_SITE ?? "http://127.0.0.1:8080/";

// No sandbox: containers run as root. The rest keeps Chromium from calling home.
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A fresh Chromium; the caller closes it. */
export function launch(moreFlags = []) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: [...flags, ...moreFlags] });
}

/** A new tab whose console is kept in `page.lines`: tests expect it to be empty. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.lines = [];
  page.on("console", (message) => page.lines.push(message.text()));
  page.on("pageerror", (error) => page.lines.push(String(error)));
  return page;
}

/** Opens a page of the site and waits until the app runs. */
export async function open(page, path = "") {
  const response = await page.goto(address(path));
  await started(page);
  return response;
}

/** Waits until the app runs and is whole: all doors are shut and its first page drawn. */
export async function started(page) {
  await page.waitForFunction(() => document.querySelector("meta[content*=\"connect-src 'none'\"]") !== null);
  await drawn(page);
}

/** Waits until the first page is drawn; the late part of the program may still be missing. */
export async function drawn(page) {
  await page.waitForFunction(() => document.querySelector("#app > .loading") === null);
}

/** Opens the first page with the late part of its program held back, unless it is asked for again; the result lets it through. */
export async function openWithoutLatePart(page) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let asked = 0;
  await page.route("**/*_late.wasm", async (route) => {
    asked += 1;
    if (asked === 1) await held;
    await route.continue().catch(() => {});
  });
  await page.goto(site);
  await drawn(page);
  return release;
}

/** Opens a page for one test: the tab is closed when the test ends, whichever way. */
export async function visit(t, browser, path = "", options = {}) {
  const page = await newPage(browser, options);
  t.after(() => page.context().close());
  await open(page, path);
  return page;
}

/** The address of a page of the site. */
export function address(path) {
  return new URL(path, site).href;
}

/** Goes to another page through the navigation, without a load. */
export async function follow(page, name) {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
  await page.locator("body").and(page.locator(`[data-page=${name.toLowerCase()}]`)).waitFor();
}

/** The box for the token. */
export function tokenBox(page) {
  return page.getByRole("textbox", { name: "Token", exact: true });
}

/** Puts a text of any size into a box at once, as a paste does; the app has handled it on return. */
export async function paste(box, text) {
  await box.evaluate((area, value) => {
    area.focus();
    area.value = value;
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }, text);
}

/** Waits until a region of the page says this. */
export async function says(region, text) {
  await region.getByText(text).first().waitFor();
}

/** Presses Tab, or another way to the next element, until this one has the focus. */
export async function tabTo(page, locator, key = "Tab") {
  await locator.waitFor();
  for (let presses = 0; presses < 200; presses += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${locator}`);
}

/** Nothing on the console but what the browser itself says of a page that does not exist. */
export function assertQuiet(page) {
  assert.deepEqual(page.lines.filter((line) => !line.includes("status of 404")), []);
}

/** Nothing at all on the console, no panel for a crash or a failed start, and exactly one heading of the page. */
export async function assertHealthy(page) {
  assert.deepEqual(page.lines, []);
  assert.equal(await page.locator("#crash").isVisible(), false);
  assert.equal(await page.locator("#boot-error").isVisible(), false);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
}

// Opens the built site in Chromium, for every end-to-end test.

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
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: flags });
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

/** Opens a page of the site and waits until the app runs: the door is shut and its first page drawn. */
export async function open(page, path = "") {
  const response = await page.goto(new URL(path, site).href);
  await page.waitForFunction(
    () => document.querySelectorAll("meta[http-equiv=Content-Security-Policy]").length === 2,
  );
  await page.waitForFunction(() => document.querySelector("#app > .loading") === null);
  return response;
}

// The Explain page: an error is pasted, explained, and comes again in the simulator.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertHealthy, launch, paste, says, visit } from "./browser.mjs";
import { ISSUER, PRINCIPAL } from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const box = (page) => page.getByRole("textbox", { name: "Text with an error" });
const region = (page, name) => page.getByRole("region", { name });
const main = (page) => page.getByRole("main");

/** As Entra ID writes it, with this subject. */
const body = (subject) => JSON.stringify({
  error: "invalid_client",
  error_description: `AADSTS700213: No matching federated identity record found for presented assertion subject '${subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation Trace ID: 0e0e0e0e-0000-4000-8000-000000000100 Correlation ID: 0e0e0e0e-0000-4000-8000-000000000002 Timestamp: 2026-11-20 08:15:00Z`,
  error_codes: [700213],
});

test("an error is explained with what its message says, and simulated", async (t) => {
  const page = await visit(t, browser, "explain/");
  await paste(box(page), `2026-11-20 ERROR token request failed: ${body(PRINCIPAL)}\n  at Client.acquire`);
  const error = region(page, /^AADSTS700213/);
  for (const words of ["Why", "What to do", PRINCIPAL, "0e0e0e0e-0000-4000-8000-000000000100", "2026-11-20 08:15:00Z"]) {
    await says(error, words);
  }
  await error.getByRole("link", { name: "Open in Simulate" }).click();
  await page.locator("body[data-page=simulate]").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("scenario"), "error");
  await says(main(page), "AADSTS700213");
  await says(page.getByRole("group", { name: "Step through the exchange" }), "stops at");
  assert.equal(await page.getByRole("combobox", { name: "Scenario" }).inputValue(), "error");
  await page.goBack();
  await says(region(page, /^AADSTS700213/), PRINCIPAL);
  await assertHealthy(page);
});

test("an error of a credential leads to the comparison", async (t) => {
  const page = await visit(t, browser, "explain/");
  await paste(box(page), body("repo:contoso/shop:pull_request"));
  await region(page, /^AADSTS700213/).getByRole("link", { name: "Compare with your credentials" }).click();
  await page.locator("body[data-page=credential]").waitFor();
  await assertHealthy(page);
});

test("the example is one, and can be cleared", async (t) => {
  const page = await visit(t, browser, "explain/");
  await page.getByRole("button", { name: "Use an example" }).click();
  await says(region(page, /^AADSTS700213/), "repo:contoso/shop");
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await region(page, /^AADSTS/).count(), 0);
  assert.equal(await box(page).inputValue(), "");
  await assertHealthy(page);
});

test("several errors, a code alone, an unknown code", async (t) => {
  const page = await visit(t, browser, "explain/");
  await paste(box(page), `AADSTS700211: No matching federated identity record found for presented assertion issuer '${ISSUER}/'.\nerror?code=50166\nAADSTS7999999: new`);
  for (const code of [700211, 50166, 7999999]) await region(page, new RegExp(`^AADSTS${code}`)).waitFor();
  const link = region(page, "AADSTS7999999").getByRole("link", { name: /Look it up/ });
  assert.equal(await link.getAttribute("href"), "https://login.microsoftonline.com/error?code=7999999");
  await paste(box(page), " 700024 ");
  await says(region(page, /^AADSTS700024/), "new assertion");
  await assertHealthy(page);
});

test("a text without an error says so, and nothing typed is changed", async (t) => {
  const page = await visit(t, browser, "explain/");
  for (const text of ["hello", "AADSTS", "AADSTS: 12", "{", "error 500"]) {
    await paste(box(page), text);
    await says(main(page), "This text contains no Entra ID error");
    assert.equal(await box(page).inputValue(), text);
  }
  await assertHealthy(page);
});

test("hostile values render as text", async (t) => {
  const page = await visit(t, browser, "explain/");
  const hostile = "<img src=x onerror=alert(1)>\u202e";
  await paste(box(page), body(hostile));
  const error = region(page, /^AADSTS700213/);
  await says(error, "<img src=x onerror=alert(1)>");
  await says(error, "U+202E");
  assert.equal(await page.locator("main img").count(), 0);
  await assertHealthy(page);
});

test("a link to one's own error says that it holds none", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=error");
  await says(main(page), "Nothing is pasted");
  await main(page).getByRole("link", { name: "Paste an error" }).click();
  await page.locator("body[data-page=explain]").waitFor();
  await assertHealthy(page);
});

test("masking hides what an error names", async (t) => {
  const page = await visit(t, browser, "explain/");
  await paste(box(page), body(PRINCIPAL));
  const filters = () => page.locator("#errors, main .value").evaluateAll((all) => all.map((one) => getComputedStyle(one).filter));
  assert.deepEqual(new Set(await filters()), new Set(["none"]));
  await page.getByRole("heading", { level: 1 }).focus();
  await page.keyboard.press("m");
  await page.locator("[data-masked]").waitFor();
  assert.deepEqual(new Set(await filters()), new Set(["blur(6px)"]));
  await assertHealthy(page);
});

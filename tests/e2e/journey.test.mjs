// The way through the app with the keyboard alone: a token, its fields, its simulation, and the links that lead back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { address, assertHealthy, launch, says, tabTo, tokenBox, visit } from "./browser.mjs";
import {
  CLIENT, IDENTITY, ISSUER, PRINCIPAL, TENANT, identityClaims, jwks, newKey, signed,
} from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const key = newKey();

/** Enters text where the focus is led to by Tab. */
async function enter(page, box, text) {
  await tabTo(page, box);
  await page.keyboard.insertText(text);
}

/** Presses Enter on what Tab leads to. */
async function press(page, control) {
  await tabTo(page, control);
  await page.keyboard.press("Enter");
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const link = (page, name) => page.getByRole("link", { name, exact: true });
const region = (page, name) => page.getByRole("region", { name, exact: true });
const controls = (page) => page.getByRole("group", { name: "Step through the exchange" });
const step = (page) => new URL(page.url()).searchParams.get("step");

/** The page's heading has the focus, as after every navigation. */
async function headingHasFocus(page, path) {
  await page.waitForURL((url) => url.pathname === new URL(address(path)).pathname);
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  assert.equal(await page.locator("h1:visible").count(), 1);
}

/** Waits for a step, in the controls and in the address. */
async function at(page, number, of) {
  await says(controls(page), `step ${number} of ${of}`);
  await page.waitForURL((url) => url.searchParams.get("step") === String(number));
  const current = page.getByRole("list").locator("[aria-current=step]");
  assert.match(await current.innerText(), new RegExp(`^${number}\\b`));
}

/** How many steps the exchange has. */
async function steps(page) {
  const place = await controls(page).getByText(/^step \d+ of \d+$/).innerText();
  return Number(place.split(" ").at(-1));
}

/** The value beside a label of the Credential page. */
async function field(page, label) {
  const row = page.getByRole("term").filter({ hasText: label });
  return row.locator("xpath=following-sibling::dd[1]").innerText();
}

async function toCredential(page, token) {
  await enter(page, tokenBox(page), token);
  await press(page, link(page, "Make a credential of this"));
  await headingHasFocus(page, "credential/");
}

test("a token becomes a credential and an exchange, by keyboard", async (t) => {
  const page = await visit(t, browser);
  const token = signed(key, identityClaims());
  await enter(page, tokenBox(page), token);

  const result = page.getByRole("region", { name: "Result" });
  await says(result, "Looks like a managed identity token");
  await says(result, "Signature not checked");
  await says(result, "expires in");
  const claims = region(page, "Claims");
  for (const value of [ISSUER, PRINCIPAL, TENANT, CLIENT]) await says(claims, value);
  await says(region(page, "Header"), key.kid);

  await press(page, link(page, "Make a credential of this"));
  await headingHasFocus(page, "credential/");
  assert.equal(await field(page, "Issuer"), ISSUER);
  assert.equal(await field(page, "Subject identifier"), PRINCIPAL);
  assert.equal(await field(page, "Name"), `mi-${IDENTITY}-${TENANT}`);
  assert.equal(await field(page, "Description"), `Managed identity ${IDENTITY} in ${TENANT}`);
  assert.equal(await field(page, "Audience"), "api://AzureADTokenExchange");

  await enter(page, page.getByRole("textbox", { name: "Name of the application" }), "billing");
  await says(region(page, "Enter this"), `mi-billing-${TENANT}`);

  await press(page, link(page, "Simulate with this"));
  await headingHasFocus(page, "simulate/");
  await says(controls(page), "allowed");
  await says(page.getByRole("main"), "The signature of your token cannot be made again");
  const last = await steps(page);
  assert.ok(last > 10);
  await press(page, button(page, "Step"));
  await at(page, 2, last);
  await page.keyboard.press("Enter");
  await at(page, 3, last);
  await press(page, button(page, "Last step"));
  await at(page, last, last);
  await assertHealthy(page);
});

test("arrow keys step, in the diagram and in the list", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity");
  const last = await steps(page);
  await tabTo(page, page.getByRole("group", { name: /^Diagram/ }));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await at(page, 3, last);
  await page.keyboard.press("ArrowLeft");
  await at(page, 2, last);
  await page.keyboard.press("End");
  await at(page, last, last);
  await page.keyboard.press("Home");
  await at(page, 1, last);

  await tabTo(page, page.getByRole("list").locator("button[aria-current=step]"));
  await page.keyboard.press("ArrowRight");
  await at(page, 2, last);
  const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-current"));
  assert.equal(focused, "step");
  await assertHealthy(page);
});

test("a step is announced", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity");
  await press(page, button(page, "Step"));
  await page.getByRole("status").getByText(/^Step 2 of \d+: /).waitFor({ state: "attached" });
});

test("back and forward lead through the pages with everything that was entered", async (t) => {
  const page = await visit(t, browser);
  const token = signed(key, identityClaims());
  await toCredential(page, token);
  await press(page, link(page, "Simulate with this"));
  await headingHasFocus(page, "simulate/");
  await press(page, button(page, "Step"));
  await page.waitForURL((url) => url.searchParams.get("step") === "2");

  await page.goBack();
  await headingHasFocus(page, "credential/");
  assert.equal(await field(page, "Subject identifier"), PRINCIPAL);
  await page.goBack();
  await headingHasFocus(page, "");
  assert.equal(await tokenBox(page).inputValue(), token);
  await says(page.getByRole("region", { name: "Result" }), "Looks like a managed identity token");
  await page.goForward();
  await headingHasFocus(page, "credential/");
  await page.goForward();
  await headingHasFocus(page, "simulate/");
  assert.equal(step(page), "2");
  await says(controls(page), "step 2 of");
  await says(controls(page), "allowed");
  await assertHealthy(page);
});

test("another scenario is one step back in the history", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity&step=4");
  const chooser = page.getByRole("combobox", { name: "Scenario" });
  await tabTo(page, chooser);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chooser.inputValue(), "no-roles");
  await says(controls(page), "the API says no");
  await at(page, 1, 16);
  await page.goBack();
  await page.goBack();
  await says(controls(page), "allowed");
  assert.equal(step(page), "4");
  await says(controls(page), "step 4 of");
  await page.goForward();
  await page.goForward();
  await says(controls(page), "the API says no");
  await assertHealthy(page);
});

test("a link with scenario and step leads to the same state, also after a reload", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=wrong-subject&step=11");
  for (const arrive of [() => {}, () => page.reload()]) {
    await arrive();
    await at(page, 11, 12);
    await says(controls(page), "stops at 11");
    assert.equal(await page.getByRole("combobox", { name: "Scenario" }).inputValue(), "wrong-subject");
    const details = page.getByRole("region", { name: "Details of this step" });
    await says(details, "AADSTS700213");
    await says(details, "What to do:");
  }
  await assertHealthy(page);
});

test("what is made to fail is in the address and can be repaired by keyboard", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity&step=1");
  await press(page, button(page, "Make it fail"));
  await tabTo(page, page.getByRole("group", { name: /^Make it fail/ }).getByRole("checkbox").first());
  await page.keyboard.press("Space");
  await says(controls(page), "stops at 11");
  await press(page, button(page, "Go to the failing step"));
  await at(page, 11, 12);
  assert.match(new URL(page.url()).searchParams.get("faults"), /wrong-subject/);
  await press(page, button(page, "Repair and run again"));
  await says(controls(page), "allowed");
  await assertHealthy(page);
});

test("a link to one's own token says that it holds none", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=yours&step=3");
  await says(page.getByRole("main"), "Nothing is pasted: an address never contains what you entered.");
  await press(page, link(page, "Paste another token"));
  await headingHasFocus(page, "");
  await assertHealthy(page);
});

for (const path of ["", "credential/", "simulate/", "explain/", "no/such/page"]) {
  test(`Tab leads through /${path} and back`, async (t) => {
    const page = await visit(t, browser, path);
    await assertTabLeadsThrough(page);
  });
}

test("Tab leads through a decoded token and its credential", async (t) => {
  const page = await visit(t, browser);
  await enter(page, tokenBox(page), signed(key, identityClaims({ exp: 1_700_000_000 })));
  await says(region(page, "Findings"), "The token expired");
  await assertTabLeadsThrough(page);
  await press(page, link(page, "Make a credential of this"));
  await headingHasFocus(page, "credential/");
  await assertTabLeadsThrough(page);
});

/** Everything that can have the focus gets it, in order, in both directions, and nothing keeps it. */
async function assertTabLeadsThrough(page) {
  const expected = await tabbable(page);
  assert.ok(expected.length > 5);
  assert.deepEqual(await round(page, "Tab", expected[0]), expected);
  assert.deepEqual(await round(page, "Shift+Tab", expected.at(-1)), expected.toReversed());
}

/** What has the focus at first and after each press, up to the document's end, as places in the document. */
async function round(page, key, first) {
  await page.evaluate((place) => document.querySelectorAll("*")[place].focus(), first);
  const seen = [first];
  while (seen.length < 300) {
    await page.keyboard.press(key);
    const place = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused === document.body ? -1 : [...document.querySelectorAll("*")].indexOf(focused);
    });
    if (place === -1 || seen.includes(place)) break;
    seen.push(place);
  }
  return seen;
}

/** What Tab should lead to, as places in the document. */
function tabbable(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const focusable = "a[href], button, input, select, textarea, summary, [tabindex]";
    // Chromium lets the keyboard scroll what nothing in it could be focused for.
    const scrolls = (element) =>
      /auto|scroll/.test(getComputedStyle(element).overflow) &&
      (element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth) &&
      !element.querySelector(focusable);
    const focuses = (element) => element.matches(focusable) && element.tabIndex >= 0;
    const reached = (element) => element.checkVisibility() && (focuses(element) || scrolls(element));
    // A group of radio buttons is one stop.
    const stop = (element) => element.type !== "radio" || element.checked;
    return all.flatMap((element, index) => (reached(element) && stop(element) ? [index] : []));
  });
}

test("the skip link leads to the content", async (t) => {
  const page = await visit(t, browser, "credential/");
  await press(page, link(page, "Skip to the content"));
  await page.waitForFunction(() => document.activeElement?.id === "main");
});

test("the published keys decide about the signature", async (t) => {
  const page = await visit(t, browser);
  const result = page.getByRole("region", { name: "Result" });
  const keys = page.getByRole("textbox", { name: "Keys" });
  const other = newKey(key.kid);
  await enter(page, tokenBox(page), signed(key, identityClaims()));
  await says(result, "Signature not checked");
  await says(result, "No key was given.");

  await enter(page, keys, jwks(newKey("e2e-2"), key));
  await says(result, "Signature valid");
  await says(result, `Key ${key.kid}, an RSA key, 2048 bits, from pasted keys`);

  await replace(page, keys, jwks(other));
  await says(result, "Signature invalid");
  await says(result, "The key does not verify the signature");

  await replace(page, keys, jwks(newKey("e2e-3")));
  await says(result, "Signature not checked");
  await says(result, `does not have the ID that the token names, ${key.kid}`);

  await replace(page, keys, key.publicKey.export({ type: "spki", format: "pem" }));
  await says(result, "Signature valid");

  await replace(page, keys, "no key at all");
  await says(region(page, "Keys"), "a secret, 13 bytes");
  await says(result, "Signature not checked");
  await says(result, "The text given is not a key in a supported format.");
  await assertHealthy(page);
});

async function replace(page, box, text) {
  await tabTo(page, box);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

test("one changed character of a claim makes the signature invalid", async (t) => {
  const page = await visit(t, browser);
  const [header, , signature] = signed(key, identityClaims()).split(".");
  const payload = Buffer.from(JSON.stringify(identityClaims({ sub: CLIENT }))).toString("base64url");
  await enter(page, page.getByRole("textbox", { name: "Keys" }), jwks(key));
  await enter(page, tokenBox(page), [header, payload, signature].join("."));
  await says(page.getByRole("region", { name: "Result" }), "Signature invalid");
  await assertHealthy(page);
});

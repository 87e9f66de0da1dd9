// The Simulate page by keyboard: a scenario is made to fail, repaired, edited, predicted and taken along.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { assertHealthy, follow, launch, open, says, tabTo, visit } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const tool = (page, name) => page.getByRole("button", { name });
const controls = (page) => page.getByRole("group", { name: "Step through the exchange" });
const editor = (page) => page.getByRole("region", { name: "Tools of the scenario" });
const details = (page) => page.getByRole("region", { name: "Details of this step" });
const field = (page, name) => editor(page).getByLabel(name, { exact: true }).filter({ visible: true });
const query = (page) => new URL(page.url()).searchParams;

/** Presses Enter on what Tab leads to. */
async function press(page, control, key = "Tab") {
  await tabTo(page, control, key);
  await page.keyboard.press("Enter");
}

/** Unfolds a group of the form. */
async function unfold(page, name) {
  await press(page, editor(page).locator("summary").filter({ hasText: name }).first());
}

/** Puts another text into a field, and leaves it. */
async function enter(page, name, text) {
  await tabTo(page, field(page, name));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Tab");
}

async function edit(t, scenario, view = "Form") {
  const page = await visit(t, browser, `simulate/?scenario=${scenario}`);
  await press(page, button(page, "Edit"));
  await editor(page).waitFor();
  if (view === "JSON") {
    await tabTo(page, page.getByRole("tab", { name: "Form" }));
    await page.keyboard.press("ArrowRight");
    await page.getByRole("textbox", { name: "Scenario as JSON" }).waitFor();
  }
  return page;
}

test("faults are switches, counted and repaired", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity");
  await says(controls(page), "allowed");
  await press(page, tool(page, /^Make it fail/));
  const first = editor(page).getByRole("checkbox").first();
  await tabTo(page, first);
  await page.keyboard.press("Space");
  await says(controls(page), "stops at 11");
  assert.equal(query(page).get("faults"), "wrong-subject");
  await button(page, "Make it fail · 1").waitFor();
  await press(page, button(page, "Repair all"));
  await says(controls(page), "allowed");
  assert.equal(await first.isChecked(), false);
  assert.equal(query(page).get("faults"), "none");
  await assertHealthy(page);
});

test("the chooser has groups", async (t) => {
  const page = await visit(t, browser, "simulate/");
  const groups = await page.locator("#scenario optgroup").evaluateAll((all) => all.map((one) => one.label));
  assert.ok(groups.length > 1 && new Set(groups).size === groups.length, groups.join());
});

test("a scenario is changed in the form, undone, redone and reset", async (t) => {
  const page = await edit(t, "managed-identity");
  await unfold(page, /^Request/);
  await enter(page, "Client ID", "bbbbbbbb-0000-4000-8000-00000000dead");
  await says(controls(page), "stops at 4");
  assert.deepEqual([query(page).get("scenario"), query(page).get("step")], ["edited", "1"]);
  assert.equal(await page.getByRole("combobox", { name: "Scenario" }).inputValue(), "edited");
  await press(page, button(page, "Undo"), "Shift+Tab");
  await says(controls(page), "allowed");
  await press(page, button(page, "Redo"));
  await says(controls(page), "stops at 4");
  await press(page, button(page, "Reset"));
  await says(controls(page), "allowed");
  // On a button the browser has no undo of its own.
  await page.keyboard.press("ControlOrMeta+Z");
  await says(controls(page), "stops at 4");
  await page.keyboard.press("ControlOrMeta+Y");
  await says(controls(page), "allowed");
  await tabTo(page, field(page, "Rules"));
  await page.keyboard.press("End");
  await says(page.getByRole("main"), "Preview rules of 2022");
  await enter(page, "Clock", "2030-01-01T00:00:00Z");
  await says(page.getByRole("main"), "clock 1 Jan 2030 00:00 UTC");
  await assertHealthy(page);
});

test("items are added to lists and removed", async (t) => {
  const page = await edit(t, "managed-identity");
  for (const name of [/^Directory/, /^Tenants ·/, /^Tenants 1/, /^Managed identities ·/, /^Managed identities 1/, /^Hosts ·/]) {
    await unfold(page, name);
  }
  const hosts = editor(page).getByRole("textbox", { name: /^Hosts \d/ });
  await press(page, button(page, "Add to Hosts"));
  await page.waitForFunction(() => document.activeElement?.textContent === "Add");
  assert.deepEqual(await hosts.evaluateAll((all) => all.map((one) => one.value)), ["vm-billing", "vm-billing"]);
  await press(page, button(page, "Remove Hosts 1"), "Shift+Tab");
  await page.waitForFunction(() => document.activeElement?.textContent === "Hosts · 1");
  assert.equal(await hosts.count(), 1);
  await press(page, button(page, "Remove Hosts 1"));
  await says(controls(page), "stops at 2");
  await page.keyboard.press("ControlOrMeta+Z");
  await says(controls(page), "allowed");
  await assertHealthy(page);
});

test("JSON has diagnostics with their place, and the last good text runs meanwhile", async (t) => {
  const page = await edit(t, "wrong-subject", "JSON");
  const box = page.getByRole("textbox", { name: "Scenario as JSON" });
  await tabTo(page, box);
  await page.keyboard.press("ControlOrMeta+A");
  const text = await box.inputValue();
  await page.keyboard.insertText(text.replace('"global"', '"globe"'));
  await says(editor(page), "must be one of global, usgov, china");
  await says(editor(page), "The text has errors");
  await says(controls(page), "stops at 11");
  await press(page, button(page, "Show the place"));
  const selected = await box.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(selected, '"globe"');
  await page.keyboard.insertText('"usgov"');
  await says(page.getByRole("main"), "US Government");
  assert.equal(await editor(page).getByText("must be one of").count(), 0);
  await assertHealthy(page);
});

test("a fault of an edited scenario stands in its text", async (t) => {
  const page = await edit(t, "managed-identity", "JSON");
  const box = page.getByRole("textbox", { name: "Scenario as JSON" });
  await tabTo(page, box);
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText("\n");
  await page.waitForURL((url) => url.searchParams.get("scenario") === "edited");
  await press(page, tool(page, /^Make it fail/), "Shift+Tab");
  await tabTo(page, editor(page).getByRole("checkbox").first());
  await page.keyboard.press("Space");
  await says(controls(page), "stops at 11");
  assert.equal(query(page).get("faults"), null);
  await press(page, button(page, "Edit"), "Shift+Tab");
  assert.match(await box.inputValue(), /"faults": \["wrong-subject"\]/);
  await assertHealthy(page);
});

test("an edited scenario is kept between pages and gone after a reload", async (t) => {
  const page = await edit(t, "managed-identity");
  await enter(page, "Title", "A title of mine");
  await page.getByRole("heading", { name: "A title of mine" }).waitFor();
  await follow(page, "Explain");
  await page.goBack();
  await page.getByRole("heading", { name: "A title of mine" }).waitFor();
  assert.equal(query(page).get("scenario"), "edited");
  await page.reload();
  await says(page.getByRole("main"), "an address never contains what you entered");
  assert.equal(await page.getByText("A title of mine").count(), 0);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
  assert.ok(!kept.includes("mine"), kept);
  await assertHealthy(page);
});

test("a scenario is downloaded and opened again", async (t) => {
  const page = await edit(t, "wrong-subject");
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, button(page, "Download"))]);
  assert.equal(download.suggestedFilename(), "scenario.json");
  const text = await readFile(await download.path(), "utf8");
  assert.equal(JSON.parse(text).title, "The client ID as the subject");
  await open(page, "simulate/?scenario=managed-identity");
  await button(page, "Edit").click();
  const file = { name: "x.json", mimeType: "application/json", buffer: Buffer.from(text) };
  await editor(page).getByLabel("Open a file").setInputFiles(file);
  await says(controls(page), "stops at 11");
  assert.equal(query(page).get("scenario"), "edited");
  const broken = { ...file, buffer: Buffer.from("no scenario") };
  await editor(page).getByLabel("Open a file").setInputFiles(broken);
  await says(editor(page), "The text has errors");
  await assertHealthy(page);
});

test("the outcome is predicted, then revealed", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity");
  await tabTo(page, page.getByRole("checkbox", { name: "Predict first" }));
  await page.keyboard.press("Space");
  await says(controls(page), "allowed");
  const chooser = page.getByRole("combobox", { name: "Scenario" });
  await tabTo(page, chooser, "Shift+Tab");
  await page.keyboard.type("The client id");
  assert.equal(await chooser.inputValue(), "wrong-subject");
  const question = page.getByRole("region", { name: "Your prediction" });
  await says(question, "What will happen?");
  assert.equal(await controls(page).count(), 0);
  assert.equal(await page.locator(".row-drawn").count(), 1);
  assert.equal(await page.getByRole("list").locator("button.step").count(), 1);
  assert.doesNotMatch(await page.getByRole("main").innerText(), /AADSTS|stops at|most frequent mistake/);
  await tabTo(page, question.getByRole("combobox", { name: "How does it end?" }));
  await page.keyboard.press("r");
  await tabTo(page, question.getByRole("combobox", { name: "Where does it stop?" }));
  await page.keyboard.press("k");
  await press(page, button(page, "Reveal"));
  await says(question, "Refused, but by a different check");
  await says(question, "Does a credential have this subject?");
  await page.getByRole("status").getByText(/by a different check. It ends: refused with AADSTS700213/).waitFor({ state: "attached" });
  assert.equal(await question.evaluate((element) => element === document.activeElement), true);
  await says(controls(page), "stops at 11");
  await assertHealthy(page);
});

test("a message is explained, and written as code", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=managed-identity&step=3");
  await press(page, details(page).getByText("What each part means"));
  await says(details(page), "Proves who the application is, in place of a secret");
  await says(details(page), "RFC 7523 §2.2");
  await tabTo(page, page.getByRole("tab", { name: "Request" }), "Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await says(details(page), "curl --globoff --request 'POST'");
  await tabTo(page, details(page).getByRole("combobox", { name: "Write it as" }));
  await page.keyboard.press("p");
  await says(details(page), "ClientAssertionCredential(");
  await button(page, "Copy the command").waitFor();
  await assertHealthy(page);
});

test("the exchange is taken along in each format", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=wrong-subject&step=4", { colorScheme: "dark" });
  await press(page, button(page, "Export"));
  const texts = {};
  for (const format of ["Picture", "Mermaid", "Markdown", "JSON"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, button(page, `Download ${format}`))]);
    texts[download.suggestedFilename()] = await readFile(await download.path(), "utf8");
  }
  assert.deepEqual(Object.keys(texts), ["exchange.svg", "exchange.mmd", "exchange.md", "exchange.json"]);
  assert.match(texts["exchange.mmd"], /^sequenceDiagram\n/);
  assert.match(texts["exchange.md"], /\*\*refused with AADSTS700213\*\*/);
  assert.equal(JSON.parse(texts["exchange.json"]).code, 700213);
  const svg = texts["exchange.svg"];
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.doesNotMatch(svg, / style=|var\(|url\(|href=/);
  // Alone, in the colours that the reader prefers, with the same words.
  const words = await page.locator(".sequence tspan").allTextContents();
  const alone = await page.context().newPage();
  await alone.setContent(`<body>${svg}`);
  assert.deepEqual(await alone.locator("tspan").allTextContents(), words);
  const colour = () => alone.locator("svg text").first().evaluate((text) => getComputedStyle(text).fill);
  assert.equal(await colour(), "rgb(236, 237, 240)");
  await alone.emulateMedia({ colorScheme: "light" });
  assert.equal(await colour(), "rgb(28, 29, 33)");
  await alone.close();
  await assertHealthy(page);
});

test("one's own token becomes a scenario to edit", async (t) => {
  const page = await visit(t, browser, "");
  const claims = {
    iss: "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0",
    sub: "aaaaaaaa-0000-4000-8000-000000000002", aud: "fb60f99c-7a34-4190-8149-302f77469936", iat: 1_795_447_140,
  };
  await page.getByRole("textbox", { name: "Token", exact: true }).fill(JSON.stringify(claims));
  await follow(page, "Simulate");
  await says(controls(page), "allowed");
  await press(page, button(page, "Edit"));
  await unfold(page, /^Workload/);
  await enter(page, "Resource", "https://vault.azure.net/");
  await page.waitForURL((url) => url.searchParams.get("scenario") === "edited");
  await says(controls(page), "stops at");
  await assertHealthy(page);
});

test("the token of a user is refused as such, and the scenario is changed from there", async (t) => {
  const page = await visit(t, browser, "");
  const claims = {
    iss: "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0", scp: "User.Read",
    sub: "aaaaaaaa-0000-4000-8000-000000000002", aud: "00000003-0000-0000-c000-000000000000", iat: 1_795_447_140,
  };
  await page.getByRole("textbox", { name: "Token", exact: true }).fill(JSON.stringify(claims));
  await follow(page, "Simulate");
  await press(page, button(page, "Go to the failing step"));
  await says(details(page), "AADSTS700229");
  await press(page, button(page, "Change the scenario"));
  await editor(page).getByText("It ends: refused with AADSTS700229.").waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === "Edit");
  await assertHealthy(page);
});

test("a workload without a managed identity is told which faults change nothing", async (t) => {
  const page = await visit(t, browser, "simulate/?scenario=github&faults=imds-throttled");
  await says(details(page), "this mock-only request stands in");
  await press(page, tool(page, /^Make it fail/));
  await says(editor(page), "The last two change nothing here");
  await assertHealthy(page);
});

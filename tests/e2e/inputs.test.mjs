// Whatever is pasted gets a clear message, breaks nothing and runs nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertHealthy, follow, launch, paste, says, tokenBox, visit } from "./browser.mjs";
import { encoded, forged, identityClaims, newKey, signed } from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const LIMIT = 5 * 1024 * 1024;
const good = signed(newKey(), identityClaims());

const result = (page) => page.getByRole("region", { name: "Result" });
const nothing = (page) => page.getByRole("region", { name: "Nothing to decode" });
const findings = (page) => page.getByRole("region", { name: "Findings" });
const claims = (page) => page.getByRole("region", { name: "Claims" });

/** Pastes, looks, and then wants a good token decoded as if nothing had been. */
function input(name, text, look) {
  test(name, async (t) => {
    const page = await visit(t, browser);
    await paste(tokenBox(page), text);
    await look(page);
    assert.equal(await tokenBox(page).evaluate((area, pasted) => area.value === pasted, text), true);
    await assertHealthy(page);
    await assertStillWorks(page);
  });
}

async function assertStillWorks(page) {
  await paste(tokenBox(page), good);
  await says(result(page), "Looks like a managed identity token");
  await says(result(page), "Signature not checked");
  for (const name of ["Credential", "Simulate", "Decode"]) await follow(page, name);
  assert.equal(await page.evaluate(() => window.executed), undefined);
  await assertHealthy(page);
}

/** Nothing of these texts became more than text. */
async function assertNoElements(page, selector) {
  assert.equal(await page.locator(`main :is(${selector})`).count(), 0);
}

input("an empty box invites", "", async (page) => {
  await says(result(page), "Paste a token, and its claims appear here");
});

input("white space is an empty box", " \n\t ", async (page) => {
  await says(result(page), "Paste a token, and its claims appear here");
});

input("garbage is no token", "Lorem ipsum; SELECT * FROM x -- \u0000\u0007 🎉", async (page) => {
  await says(nothing(page), "There is no token in this text.");
  await says(nothing(page), "A JWT has three parts separated by dots and starts with eyJ");
});

input("5 MiB of other text are no token", "lorem ipsum ".repeat(LIMIT / 12).padEnd(LIMIT, "x"), async (page) => {
  await says(nothing(page), "There is no token in this text.");
});

input("5 MiB of beginnings are counted", "eyJ ".repeat(LIMIT / 4), async (page) => {
  await says(nothing(page), "There is no token in this text.");
});

input("a byte more than 5 MiB is refused", "x".repeat(LIMIT + 1), async (page) => {
  await says(nothing(page), "The text is larger than 5 MiB; it was not read.");
  await says(nothing(page), "Nothing is lost. Use only the part that matters.");
});

input("the limit counts bytes, not characters", "é".repeat(LIMIT / 2 + 1), async (page) => {
  await says(nothing(page), "The text is larger than 5 MiB; it was not read.");
});

const jwe = [JSON.stringify({ alg: "RSA-OAEP", enc: "A256GCM", kid: "e2e-1" }), "key", "vector", "text", "tag"];
input("an encrypted token shows its header", jwe.map(encoded).join("."), async (page) => {
  await says(result(page), "An encrypted token");
  await says(result(page), "Signature cannot be checked");
  await says(findings(page), "The token is encrypted (JWE). Only its header can be read.");
  await says(page.getByRole("region", { name: "Parts" }), "authentication tag");
  await says(page.getByRole("region", { name: "Header" }), "RSA-OAEP");
  assert.equal(await page.getByRole("link", { name: "Make a credential of this" }).count(), 0);
});

const [header, payload, signature] = good.split(".");
input("a token cut in its payload is read as far as it goes", `${header}.${payload.slice(0, 90)}`, async (page) => {
  await says(findings(page), "The token has two parts: the signature is missing.");
  await says(findings(page), "The JSON is cut off");
  await says(claims(page), "aud");
});

input("a token cut in its header has one part", header, async (page) => {
  await says(findings(page), "The token has only one part.");
  await says(findings(page), "It was cut off: the payload and the signature are missing.");
});

input("a token cut in its signature is whole but wrong", `${header}.${payload}.${signature.slice(0, 101)}`, async (page) => {
  await says(findings(page), "Base64url is never 101 characters long");
  await says(result(page), "Signature invalid");
});

input("a token in a log line is found", `2026-11-23 WARN Authorization: Bearer ${good}, retrying`, async (page) => {
  await says(result(page), "Looks like a managed identity token");
});

input("two tokens give a choice", `${good}\n${forged('{"iss":"https://second.example"}')}`, async (page) => {
  const which = page.getByRole("combobox", { name: "2 tokens found. Showing token:" });
  await which.selectOption({ index: 1 });
  await says(claims(page), "https://second.example");
});

const markup = [
  '<img src="x" onerror="window.executed = 1">',
  "<script>window.executed = 2</script>",
  "</textarea><svg onload='window.executed = 3'>",
  "javascript:window.executed = 4",
  '"><iframe srcdoc="<script>top.executed = 5</script>">',
];
const hostile = { iss: markup[0], sub: markup[1], aud: markup[2], jti: markup[3], [markup[0]]: markup[4], name: markup[4] };
input("markup in claims stays text", forged(JSON.stringify(hostile), { alg: markup[0], kid: markup[1] }), async (page) => {
  for (const text of markup) await says(claims(page), text);
  await assertNoElements(page, "img, script, iframe, textarea + svg, [onerror], [onload], [href^='javascript:']");
  await follow(page, "Credential");
  await says(page.getByRole("region", { name: "Enter this" }), markup[0]);
  await assertNoElements(page, "img, script, iframe, [onerror], [onload], [href^='javascript:']");
  await follow(page, "Simulate");
  await says(page.getByRole("main"), "The token has no issuer");
  await assertNoElements(page, "img, script, iframe, [onerror], [onload], [href^='javascript:']");
  await follow(page, "Decode");
});

const disguised = {
  iss: "https://login.microsoftonline.com/\u202Eeno-rehtona\u202C",
  sub: "a\u200Bdmin\u2066\uFEFF",
  "na\u200Dme": "x\u00A0y",
};
input("characters that hide or reorder are named", forged(JSON.stringify(disguised)), async (page) => {
  for (const name of ["U+202E", "U+202C", "U+200B", "U+2066", "U+FEFF", "U+200D", "U+00A0"]) {
    await says(claims(page), name);
  }
  assert.doesNotMatch(await claims(page).innerText(), /[\u200B\u200D\u202C\u202E\u2066\uFEFF]/);
  await follow(page, "Credential");
  const fields = page.getByRole("region", { name: "Enter this" });
  await says(fields, "U+202E");
  assert.doesNotMatch(await fields.innerText(), /[\u200B\u202C\u202E\u2066\uFEFF]/);
  await follow(page, "Decode");
});

const deep = `{"iss":"https://deep.example","a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`;
input("a million brackets in each other are read", forged(deep), async (page) => {
  await says(claims(page), "https://deep.example");
  await says(claims(page), "The value goes on for");
});

input("a million brackets that nobody closes are reported", `{"a":${"[".repeat(1_000_000)}`, async (page) => {
  await says(findings(page), "The JSON is cut off");
});

const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`claim${index}`, index]));
input("100,000 claims are counted, 200 shown", forged(JSON.stringify(many)), async (page) => {
  await says(claims(page), "claim0");
  await says(claims(page), "99800 more claims are not shown.");
  assert.equal(await claims(page).getByRole("term").count(), 200);
});

input("a value of 3 MB is cut and can be copied", forged(JSON.stringify({ big: "y".repeat(3_000_000) })), async (page) => {
  await says(claims(page), "The value goes on for 2998500 bytes.");
  await claims(page).getByRole("button", { name: "Copy the whole value" }).waitFor();
});

input("a name given twice is reported", forged('{"sub":"first","sub":"second"}'), async (page) => {
  await says(findings(page), "The name sub appears twice in this object.");
});

const endless = `{${'"a":1,'.repeat(50_000)}"a":1}`;
input("a name given 50,000 times is reported, the reports are counted", forged(endless), async (page) => {
  await says(findings(page), "The name a appears twice in this object.");
  await says(findings(page), "more findings are not shown.");
});

input("the algorithm none is never valid", forged(JSON.stringify(identityClaims()), { alg: "none" }, ""), async (page) => {
  await says(result(page), "Signature invalid");
  await says(result(page), "nothing is signed, and anyone can write such a token.");
});

input("bytes that are no UTF-8 are reported", `${header}.${encoded([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])}.c2ln`, async (page) => {
  await says(findings(page), "The part contains bytes that are not UTF-8.");
});

input("numbers beyond every range stay as written", '{"exp":1e999999999,"iat":-99999999999999999999,"nbf":"soon"}', async (page) => {
  for (const text of ["1e999999999", "-99999999999999999999"]) await says(claims(page), text);
  await says(findings(page), "nbf is not a number.");
});

test("a place of a finding is selected in the box, also behind characters of two units", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), `🎉🎉 ${header}.${payload}`);
  await findings(page).getByRole("button", { name: "Show the place" }).first().click();
  const selected = () => tokenBox(page).evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(await selected(), `${header}.${payload}`);
  await assertHealthy(page);
});

test("the other boxes take anything, too", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), good);
  const nasty = `${markup.join("\n")}\u202E${"[".repeat(1_000)}`;
  await paste(page.getByRole("textbox", { name: "Keys" }), nasty);
  await says(page.getByRole("region", { name: "Keys" }), "a secret, ");
  await follow(page, "Credential");
  await paste(page.getByRole("textbox", { name: "Credentials of your application" }), nasty);
  await paste(page.getByRole("textbox", { name: "Name of the application" }), markup[0]);
  await says(page.getByRole("region", { name: "Does the token match?" }), "Error");
  await page.getByRole("tab", { name: "Managed identity" }).click();
  await paste(page.getByRole("textbox", { name: "User-assigned managed identity" }), nasty);
  await says(page.getByRole("main"), "This is not a managed identity");
  await assertNoElements(page, "img, script, iframe, [onerror], [onload], [href^='javascript:']");
  await follow(page, "Decode");
  await assertStillWorks(page);
});

// What the Decode page takes, and what can be done there.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { address, assertHealthy, assertQuiet, launch, newPage, paste, says, started, tokenBox, visit } from "./browser.mjs";
import { CLIENT, IDENTITY, PRINCIPAL, TENANT, encoded, forged, identityClaims, jwks, newKey, signed } from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const key = newKey();
const token = signed(key, identityClaims());
const [header, payload, signature] = token.split(".");
const region = (page, name) => page.getByRole("region", { name });
const result = (page) => region(page, "Result");
const body = JSON.stringify({ token_type: "Bearer", expires_in: "86399", access_token: token });

/** Every surrounding in which people have their token. */
const surroundings = {
  "the token alone": token,
  "an authorization header": `Authorization: Bearer ${token}`,
  "quotes": `"${token}"`,
  "wrapped lines": token.match(/.{1,64}/g).join("\n"),
  "spaces strewn in": `${header.slice(0, 9)} ${header.slice(9)}.${payload}.${signature}`,
  "URL-encoded": `https%3A%2F%2Fapp.example%2F%23access_token%3D${token}%26state%3Dx`,
  "a URL with a fragment": `https://app.example/cb#id_token=${token}&state=1`,
  "a curl command": `curl -H 'Authorization: Bearer ${token}' \\\n  https://api.example/orders`,
  "a log": `2026-11-23T15:24:00Z INFO got ${token}.\n2026-11-23T15:24:01Z INFO done`,
  "a log with colours": `\u001b[32mtoken \u001b[1m${token}\u001b[0m`,
  "a HAR": JSON.stringify({ log: { entries: [{ response: { content: { text: body } } }] } }),
  "a HAR in base64": JSON.stringify({ log: { entries: [{ response: { content: { text: Buffer.from(body).toString("base64"), encoding: "base64" } } }] } }),
  "a token-endpoint response": body,
  "a Kubernetes Secret": `apiVersion: v1\nkind: Secret\ndata:\n  token: ${Buffer.from(token).toString("base64")}\n`,
  "a GitHub Actions log": `2026-11-23T15:24:00.1234567Z ##[group]Run\n2026-11-23T15:24:00.2Z ${token}\n`,
  "JSON serialization, flattened": JSON.stringify({ protected: header, payload, signature }),
  "JSON serialization, general": JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
  "a token inside a token": forged(JSON.stringify({ iss: "https://outer.example", inner: token })),
};

for (const [name, text] of Object.entries(surroundings)) {
  test(`found in ${name}`, async (t) => {
    const page = await visit(t, browser);
    await paste(page.getByRole("textbox", { name: "Keys" }), jwks(key));
    await paste(tokenBox(page), text);
    const choice = page.getByLabel("Showing token:");
    await result(page).waitFor();
    if (await choice.count()) {
      const last = await choice.locator("option").count();
      await choice.selectOption({ index: last - 1 });
    }
    await says(result(page), "Looks like a managed identity token");
    await says(result(page), "Signature valid");
    assert.equal(await tokenBox(page).inputValue(), text);
    await assertHealthy(page);
  });
}

test("claims alone are found, also in a log", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), `Run jq\n${JSON.stringify(identityClaims(), null, 2)}\n##[endgroup]`);
  await says(result(page), "Looks like a managed identity token");
  await says(result(page), "These are only claims");
  await page.getByText("passages of other text were left out").click();
  await says(region(page, "Tokens in the text"), "##[endgroup]");
  await assertHealthy(page);
});

for (const [fragment, holds] of [
  [`token=${token}`, token],
  [`id_token=${token}&state=x`, token],
  [`state=x&access_token=${token}`, token],
  [token, token],
]) {
  test(`read from #${fragment.slice(0, 12)}… and cleared`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    await page.goto(`${address("")}#${fragment}`);
    await started(page);
    await says(result(page), "Looks like a managed identity token");
    assert.equal(await tokenBox(page).inputValue(), holds);
    assert.equal(page.url(), address(""));
    await page.goto(`${address("")}#main`);
    await page.goBack();
    assert.equal(page.url(), address(""));
    await assertHealthy(page);
  });
}

test("a fragment entered later is read, too", async (t) => {
  const page = await visit(t, browser);
  await page.evaluate((value) => (location.hash = `#token=${value}`), token);
  await says(result(page), "Looks like a managed identity token");
  assert.equal(page.url(), address(""));
  await assertHealthy(page);
});

test("what else the address says stays", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.goto(`${address("simulate/")}?scenario=wrong-subject&step=2#token=${token}`);
  await started(page);
  await page.waitForFunction(() => location.hash === "");
  assert.match(new URL(page.url()).search, /scenario=wrong-subject/);
  assert.equal(page.url().includes(signature), false);
  await assertHealthy(page);
});

test("a failed sign-in is told", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.goto(`${address("")}#error=access_denied&error_description=AADSTS65004%3a+declined+%3Cb%3E%0d%0aTrace+ID%3a+1`);
  await started(page);
  const told = await page.getByRole("status", { name: "From the address" }).innerText();
  assert.deepEqual(told.split(/\n+/), ["The sign-in failed", "access_denied", "AADSTS65004: declined <b>", "Trace ID: 1"]);
  assert.equal(page.url(), address(""));
  await assertHealthy(page);
});

test("a token in the query is refused and taken out of the address", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.goto(`${address("")}?access_token=${token}`);
  await started(page);
  await says(page.getByRole("status", { name: "From the address" }), "Treat that token as leaked");
  assert.equal(await tokenBox(page).inputValue(), "");
  assert.equal(page.url(), address(""));
  assertQuiet(page);
});

/** Drops a file on the page. */
async function drop(page, name, content) {
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], fileName));
      return data;
    },
    [name, content],
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("files are dropped: a token into its box, keys into theirs", async (t) => {
  const page = await visit(t, browser);
  await drop(page, "keys.json", jwks(key));
  await says(region(page, "Keys"), "an RSA key, 2048 bits");
  await drop(page, "x.har", surroundings["a HAR"]);
  await says(result(page), "Signature valid");
  await drop(page, "key.pem", key.publicKey.export({ type: "spki", format: "pem" }));
  await says(region(page, "Keys"), "PEM (PUBLIC KEY)");
  await drop(page, "huge.txt", "x".repeat(5 * 1024 * 1024 + 1));
  await page.waitForFunction(() => document.getElementById("live").textContent.includes("5 MiB"));
  await says(result(page), "Signature valid");
  await assertHealthy(page);
});

test("a file is opened", async (t) => {
  const page = await visit(t, browser);
  await page.getByLabel("Open a file").setInputFiles({ name: "a.jwt", mimeType: "text/plain", buffer: Buffer.from(token) });
  await says(result(page), "Looks like a managed identity token");
  await assertHealthy(page);
});

test("a secret verifies, in text and as base64url, and a short one is called weak", async (t) => {
  const page = await visit(t, browser);
  const input = `${encoded(JSON.stringify({ alg: "HS256" }))}.${encoded(JSON.stringify({ iss: "https://i.example" }))}`;
  const mac = (secret) => createHmac("sha256", secret).update(input).digest("base64url");
  await paste(tokenBox(page), `${input}.${mac("hush")}`);
  await paste(page.getByRole("textbox", { name: "Keys" }), "hush");
  await says(result(page), "Signature valid");
  await says(region(page, "Findings"), "The secret has 4 bytes");
  await paste(page.getByRole("textbox", { name: "Keys" }), encoded("hush"));
  await says(result(page), "secret as base64url");
  await paste(page.getByRole("textbox", { name: "Keys" }), "other");
  await says(result(page), "Signature invalid");
  await assertHealthy(page);
});

test("the token's own key proves nothing", async (t) => {
  const page = await visit(t, browser);
  const jwk = key.publicKey.export({ format: "jwk" });
  await paste(tokenBox(page), forged(JSON.stringify(identityClaims()), { alg: "RS256", jwk }));
  await says(result(page), "Signature not checked");
  await page.getByLabel("Try the key in the token itself").check();
  await says(result(page), "Signature invalid");
  await assertHealthy(page);
});

test("a detached payload is given beside the token", async (t) => {
  const page = await visit(t, browser);
  await paste(page.getByRole("textbox", { name: "Keys" }), jwks(key));
  await paste(tokenBox(page), `${header}..${signature}`);
  await says(result(page), "The payload is detached");
  await paste(page.getByLabel("Detached payload"), Buffer.from(payload, "base64url").toString());
  await says(result(page), "Signature valid");
  await paste(page.getByLabel("Detached payload"), "{}");
  await says(result(page), "Signature invalid");
  await assertHealthy(page);
});

test("expected values are compared, the difference is shown, the clock can be set", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), token);
  await page.getByText("Compare with expected values").click();
  const expected = region(page, "Expected values");
  await paste(page.getByLabel("Subject"), `${PRINCIPAL}/`);
  await says(expected, "sub");
  assert.equal(await expected.locator("mark").innerText(), "/");
  await paste(page.getByLabel("Subject"), PRINCIPAL);
  await says(expected, "The values match, character by character.");
  await paste(page.getByLabel("Time, instead of now"), "2001-01-01T00:00:00Z");
  await says(region(page, "Findings"), "The token is not valid before");
  await paste(page.getByLabel("Time, instead of now"), "yesterday");
  await says(expected, "Give seconds since 1970");
  await assertHealthy(page);
});

test("two tokens are compared claim by claim", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), token);
  await page.getByText("Compare with another token").click();
  await paste(page.getByLabel("Another token"), signed(key, identityClaims({ sub: CLIENT, "<b>": 1 })));
  const compared = region(page, "Compared");
  await says(compared, "differ.");
  await says(compared, "<b>");
  assert.equal(await compared.locator("b").count(), 0);
  await paste(page.getByLabel("Another token"), "no token");
  await says(compared, "There is no token in this text.");
  await assertHealthy(page);
});

test("in a narrow comparison no badge is broken within a word", async (t) => {
  const page = await visit(t, browser, "", { viewport: { width: 320, height: 800 } });
  await paste(tokenBox(page), token);
  await page.getByText("Compare with another token").click();
  await paste(page.getByLabel("Another token"), signed(key, identityClaims({ sub: CLIENT })));
  const badge = region(page, "Compared").getByText("differs", { exact: true });
  assert.equal(await badge.evaluate((element) => element.getClientRects().length), 1);
  assert.ok((await badge.boundingBox()).height < 30);
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  assert.equal(scrollWidth, clientWidth);
});

test("each part is explained and can be copied, a header that nothing signs too", async (t) => {
  const page = await visit(t, browser);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await paste(tokenBox(page), JSON.stringify({ payload, header: { kid: "k-1" }, protected: header, signature }));
  await says(region(page, "Unprotected header"), "not signed; anyone can change it");
  await says(region(page, "Unprotected header"), "Key ID");
  const parts = page.locator(".token-parts");
  assert.equal(await parts.innerText(), [header, '{"kid":"k-1"}', payload, signature].join("."));
  for (const [name, text] of [
    ["Copy the unprotected header", /^\{\s*"kid": "k-1"\s*\}$/],
    ["Copy the header", /^\{\s*"alg": "RS256"/],
    ["Copy the claims", /"sub"/],
    ["Copy signature", new RegExp(`^${signature}$`)],
  ]) {
    await page.getByRole("button", { name }).click();
    await page.getByText("Copied", { exact: true }).first().waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), text);
    await page.getByText("Copied", { exact: true }).first().waitFor({ state: "detached" });
  }
  await assertHealthy(page);
});

test("masking hides identifiers and keeps the copy whole", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), token);
  await says(region(page, "Claims"), PRINCIPAL);
  await page.getByRole("button", { name: "Mask" }).click();
  await says(region(page, "Claims"), `${PRINCIPAL.slice(0, 4)}…`);
  assert.equal((await region(page, "Claims").innerText()).includes(PRINCIPAL), false);
  assert.equal(await tokenBox(page).inputValue(), token);
  await page.getByRole("button", { name: "Masked" }).click();
  await says(region(page, "Claims"), PRINCIPAL);
  await assertHealthy(page);
});

test("no identifier of the token is to be seen anywhere with masking on", async (t) => {
  const page = await visit(t, browser);
  const tenant = "dddddddd-0000-4000-8000-00000000000d";
  const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`;
  const name = "Ada Lovelace";
  const named = { ...key, kid: PRINCIPAL };
  const claims = identityClaims({ name, tid: tenant, ver: name, upn: "ada@example.org" });
  const discovery = JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` });
  await paste(page.getByRole("textbox", { name: "Keys" }), `${discovery}${jwks(named)}`);
  await paste(tokenBox(page), `for ${PRINCIPAL}: ${signed(named, claims)}`);
  await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
  await paste(page.getByLabel("Subject"), `${PRINCIPAL}/`);
  await paste(page.locator("#expected-issuer"), issuer);
  await paste(page.getByLabel("Another token"), signed(key, identityClaims({ sub: CLIENT, name: "Grace Hopper" })));
  await says(region(page, "Compared"), "differ.");
  await says(region(page, "Findings"), "The keys belong to the issuer");
  const ids = [PRINCIPAL, CLIENT, TENANT, tenant, IDENTITY, name, "Grace Hopper", "ada@example.org"];
  const seen = async () => {
    const text = await page.locator("body").innerText();
    return ids.filter((id) => text.includes(id.slice(5)));
  };
  assert.deepEqual(await seen(), ids);
  await page.getByRole("button", { name: "Mask" }).click();
  await says(region(page, "Claims"), "Ada …");
  assert.deepEqual(await seen(), []);
  await assertHealthy(page);
});

test("a claim and its characters point at each other", async (t) => {
  const page = await visit(t, browser);
  await paste(tokenBox(page), token);
  const claims = region(page, "Claims");
  const row = claims.locator(".claim").filter({ has: page.getByRole("button", { name: "sub", exact: true }) });
  await row.hover();
  const marked = page.locator(".token-parts .part-selected");
  await marked.waitFor();
  const text = await marked.innerText();
  assert.ok(payload.includes(text));
  await row.getByRole("button", { name: "sub" }).click();
  const selected = await tokenBox(page).evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.ok(selected.includes(text.slice(1)));
  await page.locator('.token-parts [data-mark="h0"]').hover();
  await region(page, "Header").locator(".claim-selected").waitFor();
  await page.locator("h1").first().hover();
  await tokenBox(page).focus();
  await page.keyboard.press("ControlOrMeta+Home");
  for (let times = 0; times < 4; times += 1) await page.keyboard.press("ArrowRight");
  await region(page, "Header").locator(".claim-selected").waitFor();
  await assertHealthy(page);
});

test("shortcuts: the list, the boxes, masking; none while typing, none when turned off", async (t) => {
  const page = await visit(t, browser);
  await page.locator("h1").first().focus();
  await page.keyboard.press("?");
  const shortcuts = page.locator("#shortcuts");
  await shortcuts.waitFor();
  await page.keyboard.press("Escape");
  await shortcuts.waitFor({ state: "hidden" });
  await page.keyboard.press("/");
  await page.keyboard.type("m?k/");
  assert.equal(await tokenBox(page).inputValue(), "m?k/");
  await page.locator("h1").first().focus();
  await page.keyboard.press("k");
  assert.equal(await page.evaluate(() => document.activeElement.id), "keys-box");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByLabel("Single keys do this").uncheck();
  await page.keyboard.press("Escape");
  await page.locator("h1").first().focus();
  await page.keyboard.press("m");
  await page.getByRole("button", { name: "Mask", exact: true }).waitFor();
  await assertHealthy(page);
});

test("every sample is recognised and verifies", async (t) => {
  const page = await visit(t, browser);
  const samples = page.getByRole("combobox", { name: "Sample" });
  for (const name of (await samples.locator("option").allInnerTexts()).slice(1)) {
    await samples.selectOption(name);
    await says(result(page), "Signature valid");
    assert.equal(await region(page, "Findings").count(), 0, name);
  }
  await assertHealthy(page);
});

test("during a paste of 5 MiB a click is handled before the result is there", async (t) => {
  const page = await visit(t, browser);
  const huge = `${"x".repeat(5 * 1024 * 1024 - token.length - 1)} ${token}`;
  const order = await page.evaluate(async (text) => {
    const area = document.getElementById("token");
    const seen = [];
    const watch = new MutationObserver(() => {
      if (document.querySelector('[aria-label="Result"] .verdict')) seen.push("result");
    });
    watch.observe(document.getElementById("app"), { childList: true, subtree: true });
    document.getElementById("theme").addEventListener("click", () => seen.push("click"));
    area.value = text;
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
    await new Promise((resolve) => setTimeout(resolve));
    document.getElementById("theme").click();
    while (!seen.includes("result")) await new Promise((resolve) => setTimeout(resolve, 10));
    return seen.slice(0, 2);
  }, huge);
  assert.deepEqual(order, ["click", "result"]);
  await says(result(page), "Looks like a managed identity token");
  await assertHealthy(page);
});

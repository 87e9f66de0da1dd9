// Every page in every state, in both colour schemes, wide and narrow: axe finds no violation and nothing scrolls sideways.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import axe from "axe-core";

import { assertQuiet, follow, launch, newPage, open, paste, says, tokenBox } from "./browser.mjs";
import { CLIENT, ISSUER, PRINCIPAL, forged, identityClaims, jwks, newKey, signed } from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SIZES = [{ width: 1440, height: 900 }, { width: 320, height: 640 }];
const key = newKey();
const token = signed(key, identityClaims());
const region = (page, name) => page.getByRole("region", { name });

/** A state: an address, and what is done there. */
const states = {
  "decode, empty": { path: "" },
  "decode, a token with its keys": {
    path: "",
    async prepare(page) {
      await paste(page.getByRole("textbox", { name: "Keys" }), jwks(key));
      await paste(tokenBox(page), token);
      await says(region(page, "Result"), "Signature valid");
      await page.getByText("Evidence").click();
    },
  },
  "decode, findings": {
    path: "",
    async prepare(page) {
      const payload = JSON.stringify({ iss: ISSUER, sub: "a\u202Eb".repeat(60), exp: 1_700_000_000, nbf: "x" });
      const long = { alg: "none", kid: "k".repeat(300) };
      await paste(tokenBox(page), `${forged(payload, long)}\n${forged("{", { alg: "RS256" })}`);
      await paste(page.getByRole("textbox", { name: "Keys" }), "no key");
      await says(region(page, "Findings"), "The token expired");
    },
  },
  "decode, nothing to decode": {
    path: "",
    async prepare(page) {
      await paste(tokenBox(page), "no token");
      await region(page, "Nothing to decode").waitFor();
    },
  },
  "credential, empty": { path: "credential/" },
  "credential, a match that fails": {
    path: "",
    async prepare(page) {
      await paste(tokenBox(page), token);
      await follow(page, "Credential");
      await paste(page.getByRole("textbox", { name: "Credentials of your application" }), JSON.stringify(credentials));
      await says(region(page, "Does the token match?"), "No match.");
    },
  },
  "credential, of a managed identity": {
    path: "credential/",
    async prepare(page) {
      const details = { name: "night-shift", principalId: PRINCIPAL, clientId: CLIENT, tenantId: PRINCIPAL };
      await paste(page.getByRole("textbox", { name: "User-assigned managed identity" }), JSON.stringify(details));
      await region(page, "Enter this").waitFor();
      await page.getByText("IDs of the application, cloud and rules").click();
      await page.getByRole("combobox", { name: "Cloud" }).selectOption("china");
      await page.getByText("The managed identity is user-assigned").click();
      await page.getByText("The article of 2022 entered another audience").click();
    },
  },
  "credential, a form with findings": {
    path: "credential/",
    async prepare(page) {
      await page.getByRole("tab", { name: "GitHub" }).click();
      await paste(page.getByRole("textbox", { name: "Repository", exact: true }), "https://github.com/contoso/shop");
      await page.getByText("See your token's claims").click();
      await says(region(page, "Before you save it"), "looks wrong");
      await paste(page.getByRole("textbox", { name: "Credentials of your application" }), JSON.stringify(credentials));
      await region(page, "To GitHub's subjects with IDs").waitFor();
    },
  },
  "credential, a platform that cannot match": {
    path: "credential/",
    async prepare(page) {
      await page.getByRole("tab", { name: "More" }).click();
      await page.getByRole("combobox", { name: "Platform" }).selectOption("varying");
      await says(region(page, "Source"), "No credential can match exactly");
    },
  },
  "simulate, allowed": { path: "simulate/?scenario=managed-identity&step=10" },
  "simulate, a response": { path: "simulate/?scenario=managed-identity&step=2" },
  "simulate, refused": { path: "simulate/?scenario=wrong-subject&step=11" },
  "simulate, the experiment of 2022": { path: "simulate/?scenario=article-2022&step=1" },
  "simulate, one's own token": {
    path: "",
    async prepare(page) {
      await paste(tokenBox(page), token);
      await follow(page, "Simulate");
    },
  },
  "simulate, faults": {
    path: "simulate/?scenario=wrong-subject&step=11",
    async prepare(page) {
      await page.getByRole("button", { name: /^Make it fail/ }).click();
    },
  },
  "simulate, a form": {
    path: "simulate/?scenario=managed-identity",
    async prepare(page) {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.locator(".editor-group").evaluateAll((all) => all.forEach((one) => (one.open = true)));
    },
  },
  "simulate, JSON with errors": {
    path: "simulate/?scenario=managed-identity",
    async prepare(page) {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("tab", { name: "JSON" }).click();
      await paste(page.getByRole("textbox", { name: "Scenario as JSON" }), '{ "fedcred": 2, "title": 1, "é": "x" }');
      await says(region(page, "Tools of the scenario"), "The text has errors");
    },
  },
  "simulate, exports": {
    path: "simulate/?scenario=managed-identity",
    async prepare(page) {
      await page.getByRole("button", { name: "Export" }).click();
    },
  },
  "simulate, a question": {
    path: "simulate/?scenario=managed-identity",
    async prepare(page) {
      await page.getByRole("checkbox", { name: "Predict first" }).check();
      await page.getByRole("combobox", { name: "Scenario" }).selectOption("wrong-subject");
      await page.getByRole("combobox", { name: "How does it end?" }).selectOption("refused");
    },
  },
  "simulate, a prediction": {
    path: "simulate/?scenario=managed-identity",
    async prepare(page) {
      await page.getByRole("checkbox", { name: "Predict first" }).check();
      await page.getByRole("combobox", { name: "Scenario" }).selectOption("wrong-subject");
      await page.getByRole("combobox", { name: "How does it end?" }).selectOption("allowed");
      await page.getByRole("button", { name: "Reveal" }).click();
    },
  },
  "simulate, parts of a message": {
    path: "simulate/?scenario=managed-identity&step=2",
    async prepare(page) {
      await page.getByText("What each part means").click();
    },
  },
  "simulate, code": {
    path: "simulate/?scenario=managed-identity&step=3",
    async prepare(page) {
      await page.getByRole("tab", { name: "Code" }).click();
    },
  },
  "simulate, without a token": { path: "simulate/?scenario=yours" },
  "explain, empty": { path: "explain/" },
  "explain, errors of a log": {
    path: "explain/",
    async prepare(page) {
      const log = "AADSTS700211: no\nAADSTS123456: unknown\n" + "AADSTS50166: Request to External OIDC endpoint failed.";
      await paste(page.getByRole("textbox", { name: "Text with an error" }), log);
      await page.getByRole("heading", { name: "AADSTS123456" }).waitFor();
    },
  },
  "explain, no error": {
    path: "explain/",
    async prepare(page) {
      await paste(page.getByRole("textbox", { name: "Text with an error" }), "no error");
      await says(page.getByRole("main"), "This text contains no Entra ID error");
    },
  },
  "an unknown address": { path: "no/such/page" },
};

/** One with the client id as subject, one of another tenant, one of another platform. */
const audiences = ["api://AzureADTokenExchange"];
const credentials = [
  { name: "client-id", issuer: ISSUER, subject: CLIENT, audiences },
  { name: "other-tenant", issuer: ISSUER.replace("e2/", "e3/"), subject: PRINCIPAL, audiences },
  {
    name: "github", issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:octo/app:environment:Production", audiences,
  },
];

for (const [name, { path, prepare }] of Object.entries(states)) {
  test(name, async (t) => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    t.after(() => page.context().close());
    await open(page, path);
    await prepare?.(page);
    await assertAccessible(page);
    // Backticks mark code in our sentences; none is to be seen.
    assert.doesNotMatch(await page.locator("body").innerText(), /`/);
    assertQuiet(page);
  });
}

test("the panels for a start that fails and for a crash", async (t) => {
  const page = await newPage(browser, { reducedMotion: "reduce" });
  t.after(() => page.context().close());
  await open(page);
  // The panels are static: shown here without the mishap.
  await page.evaluate(() => {
    for (const id of ["boot-error", "crash"]) document.getElementById(id).hidden = false;
    document.getElementById("crash-report").textContent = "app-0123456789abcdef\ncore/src/entra/token_endpoint.rs:1234:56";
  });
  await assertAccessible(page);
});

async function assertAccessible(page) {
  await page.evaluate(axe.source);
  for (const viewport of SIZES) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await sideways(page), [], `wider than ${viewport.width} px`);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${colorScheme}, ${viewport.width} px`);
    }
  }
}

/** What axe finds: rule, element, reason. */
function violations(page) {
  return page.evaluate(async (tags) => {
    const found = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`);
    return found.violations.flatMap(told);
  }, TAGS);
}

/** The elements that make the document wider than the window; none where it is not. */
function sideways(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
    );
    return wide.map((element) => `${element.tagName} ${element.className} ${element.id}`);
  });
}

for (const scenario of ["managed-identity&step=10", "wrong-subject&step=11", "article-2022&step=1"]) {
  test(`the words in the diagram stand out: ${scenario}`, async (t) => {
    const page = await newPage(browser, { reducedMotion: "reduce", viewport: SIZES[0] });
    t.after(() => page.context().close());
    await open(page, `simulate/?scenario=${scenario}`);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const words = await contrasts(page);
      assert.ok(words.length > 20);
      assert.deepEqual(words.filter(({ ratio }) => ratio < 4.5), [], colorScheme);
    }
  });
}

/** The contrast (WCAG 1.4.3) of each text of the diagram with the shape below it: axe does not look into SVG. */
function contrasts(page) {
  return page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const linear = (part) => (part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = ([red, green, blue]) =>
      0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    const paint = (element) => {
      const style = getComputedStyle(element);
      const shape = element.closest("svg") && element.tagName !== "svg";
      const color = shape ? style.fill : style.backgroundColor;
      return rgba(color === "none" ? "transparent" : color);
    };
    const below = (text) => {
      const { x, y, width, height } = text.getBoundingClientRect();
      const stack = document.elementsFromPoint(x + width / 2, y + height / 2);
      const opaque = stack.filter((element) => !element.closest("text") && paint(element)[3] === 255);
      return paint(opaque[0] ?? document.documentElement);
    };
    return [...document.querySelectorAll("main svg text")].map((text) => {
      text.scrollIntoView({ block: "center" });
      const tones = [luminance(paint(text)), luminance(below(text))];
      return { words: text.textContent, ratio: (Math.max(...tones) + 0.05) / (Math.min(...tones) + 0.05) };
    });
  });
}

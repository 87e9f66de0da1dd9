// The site starts: every page boots, quietly, once, and closes the door behind it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  assertHealthy, follow, launch, newPage, open, openWithoutLatePart, paste, says, site, started, tokenBox, visit,
} from "./browser.mjs";
import { identityClaims, newKey, signed } from "./tokens.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const pages = [
  ["", "decode", "Decode a token · Fedcred"],
  ["credential/", "credential", "Federated credential · Fedcred"],
  ["simulate/", "simulate", "Simulate the exchange · Fedcred"],
  ["explain/", "explain", "Explain an error · Fedcred"],
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
  assert.equal(remote.filter((url) => url.endsWith(".wasm")).length, 2);
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

/** Opens the first page with its program held back; the result lets it through. */
async function openWithoutProgram(page) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/*.wasm", (route) => held.then(() => route.continue()));
  await page.goto(site, { waitUntil: "commit" });
  await page.getByText("You can paste already").waitFor();
  return release;
}

/** What is in the box, where the caret is, and whether it has the focus. */
function boxState(page) {
  return tokenBox(page).evaluate((box) => [
    box.value, box.selectionStart, box.selectionEnd, document.activeElement === box,
  ]);
}

test("text, caret and undo survive the start, and the text is decoded", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const token = signed(newKey(), identityClaims());
  const release = await openWithoutProgram(page);
  await tokenBox(page).focus();
  await page.keyboard.type("Bearer ");
  await page.keyboard.insertText(token);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  const end = token.length + 7;
  const typed = [`Bearer ${token}`, end - 2, end - 1, true];
  assert.deepEqual(await boxState(page), typed);

  release();
  await started(page);
  assert.deepEqual(await boxState(page), typed);
  await says(page.getByRole("region", { name: "Result" }), "Looks like a managed identity token");

  await page.keyboard.press("ControlOrMeta+Z");
  await says(page.getByRole("region", { name: "Result" }), "Paste a token, and its claims appear here");
  assert.equal(await tokenBox(page).inputValue(), "");
  await page.keyboard.press("ControlOrMeta+Shift+Z");
  await says(page.getByRole("region", { name: "Result" }), "Looks like a managed identity token");
  assert.equal(await tokenBox(page).inputValue(), typed[0]);
  await assertHealthy(page);
});

test("what is pasted in the moment before the app listens is decoded", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript((token) => {
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...more) {
      if (this.id === "token" && type === "input" && this.value === "") {
        this.value = token;
        this.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
      }
      return listen.call(this, type, ...more);
    };
  }, signed(newKey(), identityClaims()));
  await open(page);
  await says(page.getByRole("region", { name: "Result" }), "Looks like a managed identity token");
  await assertHealthy(page);
});

test("the sample and Clear can be undone", async (t) => {
  const page = await visit(t, browser);
  const result = page.getByRole("region", { name: "Result" });
  await tokenBox(page).focus();
  await page.keyboard.insertText("mine");
  await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
  await says(result, "Signature valid");
  await page.getByRole("button", { name: "Clear" }).click();
  await says(result, "Paste a token, and its claims appear here");
  await page.keyboard.press("ControlOrMeta+Z");
  await says(result, "Signature valid");
  await page.keyboard.press("ControlOrMeta+Z");
  await page.getByRole("region", { name: "Nothing to decode" }).waitFor();
  assert.equal(await tokenBox(page).inputValue(), "mine");
  await assertHealthy(page);
});

const parts = [["first part", "**/*_bg.wasm"], ["late part", "**/*_late.wasm"]];
const needed = [...parts, ["script", "**/fedcred-app.js"]];
for (const [what, files] of needed) {
  test(`without its ${what} the page says so and keeps the text`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    let refuse;
    const refused = new Promise((resolve) => (refuse = resolve));
    await page.route(files, (route) => refused.then(() => route.abort()));
    await page.goto(site, { waitUntil: "commit" });
    await tokenBox(page).focus();
    await page.keyboard.insertText("what was typed");
    refuse();
    const alert = page.getByRole("alert");
    await says(alert, "Fedcred could not start");
    await says(alert, "What you typed is still in the box.");
    assert.equal(await tokenBox(page).inputValue(), "what was typed");
    await page.unroute(files);
    await alert.getByRole("link", { name: "Load the page again" }).click();
    await started(page);
    assert.equal(await page.locator("#boot-error").isVisible(), false);
  });
}

for (const [what, files] of parts) {
  test(`a ${what} that is no WebAssembly is a start that failed, too`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    await page.route(files, (route) => route.fulfill({ contentType: "application/wasm", body: "<!doctype html>" }));
    await page.goto(site);
    await says(page.getByRole("alert"), "Fedcred could not start");
  });
}

const damages = {
  "that ends too early": (program) => program.subarray(0, -1),
  "with bytes too many": (program) => Buffer.concat([program, Buffer.alloc(9)]),
  "of zeros after its first 100 bytes": (program) => program.fill(0, 100),
  "of ones after its first 100 bytes": (program) => program.fill(1, 100),
};
for (const [what, files] of parts) {
  for (const [how, damage] of Object.entries(damages)) {
    test(`a ${what} ${how} is a start that failed, too`, async (t) => {
      const page = await newPage(browser);
      t.after(() => page.context().close());
      await page.route(files, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ contentType: "application/wasm", body: damage(await response.body()) });
      });
      await page.goto(site);
      await says(page.getByRole("alert"), "Fedcred could not start");
    });
  }
}

test("the browser compiles both parts while they arrive, and nothing else", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript(() => {
    globalThis.compiled = [];
    for (const name of ["compile", "compileStreaming", "instantiateStreaming"]) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (source, ...more) => {
        globalThis.compiled.push([name, (await source).url?.split("/").at(-1)]);
        return original(source, ...more);
      };
    }
  });
  await open(page);
  const compiled = await page.evaluate(() => globalThis.compiled);
  assert.deepEqual(compiled, [["compileStreaming", "fedcred-app_bg.wasm"], ["instantiateStreaming", "split_late.wasm"]]);
});

test("Decode works before the late part is there, and then only its address is open, until it is there", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const release = await openWithoutLatePart(page);
  await paste(tokenBox(page), signed(newKey(), identityClaims()));
  await says(page.getByRole("region", { name: "Result" }), "Looks like a managed identity token");
  const late = asked.filter((url) => url.endsWith("_late.wasm"));
  assert.equal(late.length, 1, "asked for once, and not waited for");
  assert.deepEqual(page.lines, []);

  const reaches = (url) => page.evaluate((to) => fetch(to, { cache: "reload" }).then(() => true, () => false), url);
  assert.equal(await reaches(site), false);
  assert.equal(await reaches(late[0]), true);
  release();
  await started(page);
  assert.equal(await reaches(late[0]), false);
});

const late = [
  ["Simulate", "group", "Step through the exchange"],
  ["Explain", "textbox", "Text with an error"],
  ["Credential", "region", "Source"],
];
for (const [name, role, what] of late) {
  test(`${name} says that it is loading until the late part is there; the focus then goes to its heading`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    const release = await openWithoutLatePart(page);
    await follow(page, name);
    await page.getByText("The page is loading.").waitFor();
    release();
    await page.getByRole(role, { name: what }).waitFor();
    await page.waitForFunction(() => document.activeElement.tagName === "H1");
    await started(page);
    await assertHealthy(page);
  });
}

test("a signature is being checked until the late part is there", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const release = await openWithoutLatePart(page);
  const result = page.getByRole("region", { name: "Result" });
  await paste(tokenBox(page), signed(newKey(), identityClaims()));
  await says(result, "Checking the signature …");
  release();
  await says(result, "Signature not checked");
});

test("a sample that is chosen before the late part is there comes when it is", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const release = await openWithoutLatePart(page);
  await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
  release();
  await says(page.getByRole("region", { name: "Result" }), "Signature valid");
});

test("what is entered while a sample waits for the late part stays", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  const release = await openWithoutLatePart(page);
  await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
  await page.getByText("Your choice appears here as soon as").waitFor();
  await paste(tokenBox(page), "mine");
  release();
  await started(page);
  await page.getByRole("region", { name: "Nothing to decode" }).waitFor();
  assert.equal(await tokenBox(page).inputValue(), "mine");
  await page.getByText("Your choice appears here as soon as").waitFor({ state: "hidden" });
});

test("back to Decode before the late part is there, the focus goes to its heading", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await openWithoutLatePart(page);
  await follow(page, "Explain");
  await page.getByText("The page is loading.").waitFor();
  await follow(page, "Decode");
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
});

test("without its late part, the page says that the signature is not checked", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.route("**/*_late.wasm", (route) => route.abort());
  await page.goto(site);
  await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
  await says(page.getByRole("alert"), "Fedcred could not start");
  await page.getByText("Your choice appears here as soon as").waitFor({ state: "hidden" });
  await paste(tokenBox(page), signed(newKey(), identityClaims()));
  await says(page.getByRole("region", { name: "Result" }), "Signature not checked: a part of the program did not load");
  await page.getByRole("link", { name: "Explain" }).click();
  await page.getByText("The page is loading.").waitFor({ state: "hidden" });
});

test("a late part whose download fails is requested once more", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  let asked = 0;
  await page.route("**/*_late.wasm", (route) => {
    asked += 1;
    return asked === 1 ? route.abort() : route.continue();
  });
  await open(page);
  assert.equal(asked, 2);
  await follow(page, "Explain");
  await page.getByRole("textbox", { name: "Text with an error" }).waitFor();
  assert.equal(await page.locator("#boot-error").isVisible(), false);
});

test("a late part that takes too long is a failed start, until it arrives after all", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.clock.install();
  const release = await openWithoutLatePart(page);
  await tokenBox(page).focus();
  await page.keyboard.insertText("what was typed");
  await page.getByRole("link", { name: "Explain" }).click();
  await page.getByText("The page is loading.").waitFor();
  await page.clock.fastForward("00:59");
  assert.equal(await page.locator("#boot-error").isVisible(), false);
  await page.clock.fastForward("00:02");
  await says(page.getByRole("alert"), "Fedcred could not start");
  assert.equal(await page.locator("#crash").isVisible(), false);
  assert.equal(await page.locator("#token").inputValue(), "what was typed");

  release();
  await page.getByRole("textbox", { name: "Text with an error" }).waitFor();
  await page.locator("#boot-error").waitFor({ state: "hidden" });
});

/** Lets the test get at the program from outside. */
function keepProgram() {
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate(...given);
    globalThis.program = made.exports;
    return made;
  };
}

/** What ends the program when something is typed, and how the report names it. */
const mishaps = {
  "panic": {
    // Yew cannot go on when the browser does not take an element.
    cause: () => {
      Node.prototype.insertBefore = function () {
        throw new TypeError(document.getElementById("token").value);
      };
    },
    place: /^yew-[\d.]+\/src\/[\w/]+\.rs:\d+:\d+$/,
  },
  "trap": {
    // The app's next look at what was typed asks for more memory than there is.
    cause: () => {
      Object.defineProperty(HTMLTextAreaElement.prototype, "value", { get: () => globalThis.program.__wbindgen_malloc(-1, 1) });
    },
    place: /^RuntimeError(\nfedcred-app_bg\.wasm:wasm-function\[\d+\]:0x[\da-f]+)+$/,
  },
  "browser's error": {
    cause: () => {
      Object.defineProperty(HTMLTextAreaElement.prototype, "value", {
        get() {
          throw new TypeError(this.ownerDocument.activeElement.dataset.typed);
        },
      });
    },
    place: /^TypeError(\nfedcred-app_bg\.wasm:wasm-function\[\d+\]:0x[\da-f]+)+$/,
  },
};

for (const [what, { cause, place }] of Object.entries(mishaps)) {
  test(`a ${what} ends the program, and the report holds nothing that was typed`, async (t) => {
    const page = await newPage(browser);
    t.after(() => page.context().close());
    await page.addInitScript(keepProgram);
    await open(page);
    await page.evaluate(cause);
    await tokenBox(page).evaluate((box) => (box.dataset.typed = "secret"));
    await tokenBox(page).focus();
    await page.keyboard.insertText("secret");

    const panel = page.getByRole("alert");
    await says(panel, "Fedcred has stopped");
    assert.equal(await panel.evaluate((shown) => shown === document.activeElement), true);
    assert.equal(await page.locator("#boot-error").isVisible(), false);
    const report = await page.locator("#crash-report").innerText();
    const [build, ...rest] = report.split("\n");
    assert.match(build, /^app-[\da-f]{16}$/);
    assert.match(rest.join("\n"), place);

    const lines = page.lines.length;
    await tokenBox(page).press("Enter");
    await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.locator("#app .stack").hover();
    await page.evaluate(() => (location.hash = "#token=secret"));
    await page.waitForTimeout(100);
    assert.equal(new URL(page.url()).hash, "#token=secret", "the app reads no address any more");
    await page.evaluate(() => history.replaceState(null, "", location.pathname));
    assert.equal(await page.locator("#crash-report").innerText(), report);
    assert.equal(page.lines.length, lines);

    await panel.getByRole("link", { name: "Reload" }).click();
    await started(page);
    assert.equal(await page.locator("#crash").isVisible(), false);
  });
}

test("a trap in the late part stops the program, too", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript(keepProgram);
  await open(page, "simulate/");
  await page.evaluate(() => (Element.prototype.scrollIntoView = () => globalThis.program.__wbindgen_malloc(-1, 1)));
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await says(page.getByRole("alert"), "Fedcred has stopped");
  const report = await page.locator("#crash-report").innerText();
  assert.match(report, /^app-[\da-f]{16}\nRuntimeError(\n[\w-]+\.wasm:wasm-function\[\d+\]:0x[\da-f]+)+$/);
  assert.match(report, /\nsplit_late\.wasm:/);
});

test("a program that has stopped stays so when its late part arrives", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript(keepProgram);
  const release = await openWithoutLatePart(page);
  await page.getByRole("combobox", { name: "Sample" }).selectOption("Managed identity");
  await page.evaluate(mishaps.panic.cause);
  await tokenBox(page).focus();
  await page.keyboard.insertText(signed(newKey(), identityClaims()));
  await says(page.getByRole("alert"), "Fedcred has stopped");
  const [report, text] = [await page.locator("#crash-report").innerText(), await tokenBox(page).inputValue()];
  const arrived = page.waitForResponse("**/*_late.wasm");
  release();
  await (await arrived).finished();
  await page.waitForTimeout(500);
  assert.equal(await page.locator("#crash-report").innerText(), report);
  assert.equal(await tokenBox(page).inputValue(), text);
  assert.equal(await page.locator("#boot-error").isVisible(), false);
});

test("a trap while the program starts is no start that failed", async (t) => {
  const page = await newPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript(keepProgram);
  await page.addInitScript(mishaps.trap.cause);
  await page.goto(site);
  await says(page.getByRole("alert"), "Fedcred has stopped");
  assert.equal(await page.locator("#boot-error").isVisible(), false);
});

test("the theme goes from the system's to light to dark and back, and nothing else is stored", async (t) => {
  const page = await visit(t, browser, "", { colorScheme: "dark" });
  const button = page.getByRole("button", { name: /^Theme/ });
  const stored = () => page.evaluate(() => ({ ...localStorage }));
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const system = await background();
  assert.deepEqual(await stored(), {});

  const shown = {};
  for (const theme of ["light", "dark"]) {
    await button.click();
    await page.getByRole("button", { name: `Theme: ${theme}` }).waitFor();
    assert.deepEqual(await stored(), { "fedcred.theme": theme });
    await page.reload();
    await started(page);
    await page.getByRole("button", { name: `Theme: ${theme}` }).waitFor();
    shown[theme] = await background();
  }
  assert.equal(shown.dark, system);
  assert.notEqual(shown.light, shown.dark);

  await button.click();
  await page.getByRole("button", { name: "Theme: system" }).waitFor();
  assert.deepEqual(await stored(), {});
  assert.equal(await page.locator("html").getAttribute("data-theme"), null);
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await background(), shown.light);
  await assertHealthy(page);
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
  const addresses = await page.locator("#app-wasm").evaluate((link) => [link.href, new URL(link.dataset.late, link.href).href]);
  for (const wasm of addresses) {
    const text = Buffer.from(await (await fetch(wasm)).arrayBuffer()).toString("latin1");
    assert.doesNotMatch(text, /\/registry\/src\/|\/home\/|\/root\//);
  }
  await page.context().close();
});

// Times edits and pastes in the built site, under its own policy.

import { newPage, open, paste, site, started, tokenBox } from "../browser.mjs";
import { encoded } from "../tokens.mjs";
import { kB, logWith, newKey, tokenOf } from "./input.mjs";

const EDITS = 100;
/** A few: each takes Chromium seconds. */
const PASTES = 3;
const TOKENS_IN_LOG = 900;
/** How long after a result nothing of the paste can be left, in milliseconds. */
const QUIET = 1000;

/** Rows of times from an edit to its result, with token and keys in the page already. */
export async function timeEdits(browser) {
  const row = async (length, budget) => ({
    name: `edit ${kB(length)}`,
    what: `edit to result, ${kB(length)} token and its key`,
    budget,
    times: { calls: [1], ours: await edits(browser, length) },
  });
  return [await row(1200, 8), await row(64_000, 16)];
}

async function edits(browser, length) {
  const page = await newPage(browser);
  await open(page);
  const key = await newKey("RS256");
  const token = await tokenOf(key, length, { jti: MARKER });
  await paste(page.getByRole("textbox", { name: "Keys" }), JSON.stringify(key.jwk));
  await paste(tokenBox(page), token);
  await page.getByText("Signature valid").first().waitFor();
  const times = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const { place, typed, shown } = change(token, edit);
    await page.evaluate(watchEdit, [place, shown]);
    await page.keyboard.press(typed);
    times.push(await page.evaluate(() => window.edit));
  }
  await page.context().close();
  return times;
}

/** Three letters: one is the last of three bytes, which a single character of base64 turns into another letter. */
const MARKER = "changed AAA";
const LETTERS = "BCDEFGHIJKLMNOPQRSTUVWXY";

/** Which character of the token to replace by which, and the text of the claim then: a different one at each edit. */
function change(token, edit) {
  const [header, payload] = token.split(".");
  const bytes = Buffer.from(payload, "base64url");
  let at = bytes.indexOf("AAA");
  while (at % 3 !== 2) at += 1;
  bytes[at] = LETTERS.charCodeAt(edit % LETTERS.length);
  const inPayload = ((at + 1) / 3) * 4 - 1;
  const marker = bytes.indexOf(MARKER.slice(0, -3));
  return {
    place: header.length + 1 + inPayload,
    typed: encoded(bytes)[inPayload],
    shown: bytes.toString("utf8", marker, marker + MARKER.length),
  };
}

/** In the tab: selects the character, and waits for the milliseconds from the next input event to the page that
 * shows its result, laid out. Nearly always that is within the event's task, else when the app has gone on drawing. */
function watchEdit([place, shown]) {
  const [box, main] = [document.querySelector("#token"), document.querySelector("#main")];
  const isShown = () => document.querySelector("#app").textContent.includes(shown);
  if (isShown()) throw new Error("The page shows the result before the edit.");
  box.focus();
  box.setSelectionRange(place, place + 1);
  window.edit = new Promise((resolve, reject) => {
    let start;
    const look = () => {
      void main.offsetHeight;
      const end = performance.now();
      if (!isShown()) return;
      drawn.disconnect();
      resolve(end - start);
    };
    const drawn = new MutationObserver(look);
    addEventListener("input", () => (start = performance.now()), { capture: true, once: true });
    // After the app's listener and the microtasks in which it draws.
    const after = () => {
      look();
      drawn.observe(main, { subtree: true, childList: true, characterData: true });
    };
    addEventListener("input", after, { once: true });
    setTimeout(() => reject(new Error("The page does not show the result of an edit.")), 10_000);
  });
}

/** Rows of the longest task of a paste of 5 MiB: what our code does in one, and all that happens in one. */
export async function timePastes(browser) {
  const token = await tokenOf(await newKey("RS256"), 1200);
  const rows = [];
  for (const count of [0, TOKENS_IN_LOG]) {
    const what = `paste of a log, 5 MiB, ${count || "no"} tokens`;
    const times = await pastes(browser, logWith(count, token));
    rows.push({
      name: `paste ${count}`,
      what: `${what}: our code`,
      budget: 200,
      times: { calls: [1], ours: times.site.map(({ script }) => script) },
    });
    rows.push({
      name: `paste ${count} all`,
      what: `${what}: all`,
      budget: 200,
      yardstick: "the page alone",
      times: { calls: [1], ours: times.site.map(({ task }) => task), yardstick: times.bare.map(({ task }) => task) },
    });
  }
  return rows;
}

async function pastes(browser, text) {
  const times = { site: [], bare: [] };
  for (let turn = 0; turn < PASTES; turn += 1) {
    times.site.push(await pasteOnce(browser, text, true));
    times.bare.push(await pasteOnce(browser, text, false));
  }
  return times;
}

/** A real paste, with its undo history, into a fresh tab; traced. */
async function pasteOnce(browser, text, withProgram) {
  const tab = await newPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  if (!withProgram) await tab.route(/\.(js|wasm)$/, (route) => route.abort());
  await tab.goto(site);
  if (withProgram) await started(tab);
  await tokenBox(tab).focus();
  await tab.evaluate((value) => navigator.clipboard.writeText(value), text);
  await tab.evaluate((mark) => addEventListener("input", () => performance.mark(mark), { once: true }), PASTED);
  await browser.startTracing(tab, { categories: TRACED });
  await tab.keyboard.press("Control+V");
  const done = (mark) => performance.getEntriesByName(mark).length > 0 && !document.querySelector("#app .empty");
  await tab.waitForFunction(done, PASTED, { timeout: 120_000 });
  await tab.waitForTimeout(QUIET);
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  await tab.context().close();
  return longest(traceEvents);
}

const PASTED = "pasted";
/** Scripts, tasks, and the mark above. */
const TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"];

/** Milliseconds of the longest task of the tab's main thread, and of the most that scripts do in one. */
function longest(events) {
  const { pid, tid } = events.find(({ name }) => name === PASTED);
  const here = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === "X");
  const tasks = here.filter(({ name }) => name === "RunTask");
  const scripts = outermost(here.filter(({ name }) => name === "FunctionCall" || name === "RunMicrotasks"));
  const within = (task) => scripts.filter(({ ts }) => task.ts <= ts && ts < task.ts + task.dur);
  const sum = (some) => some.reduce((total, { dur }) => total + dur, 0);
  return {
    task: Math.max(...tasks.map(({ dur }) => dur)) / 1000,
    script: Math.max(...tasks.map((task) => sum(within(task)))) / 1000,
  };
}

/** Those that are in no other. */
function outermost(events) {
  let end = 0;
  return events
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)
    .filter(({ ts, dur }) => {
      const outer = ts >= end;
      if (outer) end = ts + dur;
      return outer;
    });
}

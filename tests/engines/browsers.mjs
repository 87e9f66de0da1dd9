// Opens a tab in Chromium, Firefox or WebKitGTK, with one interface for all three.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

import puppeteer from "puppeteer-core";

/** How long a page may take to show something; slow machines get there, too. */
const PATIENCE = 60_000;

/** Each engine: its name, the environment variables that name its programs, and how a tab of it opens. */
const engines = {
  chromium: { name: "Chromium", programs: ["CHROMIUM"], open: openChromium },
  firefox: { name: "Firefox", programs: ["FIREFOX"], open: openFirefox },
  webkit: { name: "WebKitGTK", programs: ["WEBKIT_DRIVER", "MINIBROWSER", "XVFB"], open: openWebKit },
};

export const names = Object.keys(engines);

/** Says why an engine cannot be used here, or nothing where it can. */
export function missing(engine) {
  const unset = engines[engine].programs.filter((variable) => !process.env[variable]);
  if (unset.length > 0) return `${engines[engine].name} is not installed (${unset.join(", ")} not set)`;
}

/** Opens a browser with a fresh profile and one tab. Whoever opens it closes it. */
export async function open(engine) {
  return engines[engine].open();
}

/** A tab: subclasses have `goto`, `evaluate`, `click` and `close`. */
class Tab {
  /** Waits until the function, run in the page, returns something true; `what` says in a failure what is missing. */
  async waitFor(what, condition, ...values) {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      if (await this.evaluate(condition, ...values)) return;
      await delay(100);
    }
    throw new Error(`${what}: not there after ${PATIENCE / 1000} s`);
  }

  /** Waits until this text is on the page. */
  says(text) {
    return this.waitFor(`the text "${text}"`, (wanted) => document.body.innerText.includes(wanted), text);
  }

  /** Puts a text of any size into the box with this label at once, as a paste does. */
  paste(label, text) {
    return this.waitFor(`the box "${label}"`, fill, label, text, "input");
  }

  /** Chooses what this option says in the list with this label. */
  choose(label, option) {
    return this.waitFor(`"${option}" in the list "${label}"`, fill, label, option, "change");
  }
}

/** Runs in the page: fills in a control, where it is there and takes the value. */
function fill(label, value, type) {
  const named = [...document.querySelectorAll("label")].find((one) => one.textContent.trim() === label);
  const control = named?.control ?? document.querySelector(`[aria-label="${label}"]`);
  if (!control) return false;
  control.focus();
  control.value = value;
  if (control.value !== value) return false;
  control.dispatchEvent(new InputEvent(type, { bubbles: true, inputType: "insertFromPaste" }));
  return true;
}

/** Chromium and Firefox. */
class PuppeteerTab extends Tab {
  static async open(options) {
    const lifetime = begin();
    try {
      const { folder, signal } = lifetime;
      const browser = await puppeteer.launch({ ...options, userDataDir: folder, signal, handleSIGTERM: false, handleSIGHUP: false });
      const [page] = await browser.pages();
      page.setDefaultTimeout(PATIENCE);
      return new PuppeteerTab(lifetime, browser, page);
    } catch (error) {
      lifetime.end();
      throw error;
    }
  }

  constructor(lifetime, browser, page) {
    super();
    this.lifetime = lifetime;
    this.browser = browser;
    this.page = page;
  }

  goto(address) {
    return this.page.goto(address);
  }

  evaluate(run, ...values) {
    return this.page.evaluate(run, ...values);
  }

  async click(xpath) {
    const element = await this.page.waitForSelector(`xpath/${xpath}`, { visible: true });
    await element.click();
  }

  async close() {
    await soon(this.browser.close());
    this.lifetime.end();
  }
}

function openChromium() {
  // No sandbox: containers run as root. The rest keeps Chromium from calling home.
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return PuppeteerTab.open({ browser: "chrome", executablePath: process.env.CHROMIUM, args });
}

function openFirefox() {
  const extraPrefsFirefox = {
    // Whatever Firefox itself asks for goes to a proxy that is not there; loopback needs none.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "toolkit.telemetry.enabled": false,
    // Off by default; a visitor may have turned it on.
    "browser.send_pings": true,
  };
  return PuppeteerTab.open({ browser: "firefox", executablePath: process.env.FIREFOX, extraPrefsFirefox });
}

/** What the WebDriver standard calls the id of an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** WebKitGTK, over plain WebDriver. */
class WebDriverTab extends Tab {
  constructor(lifetime, session) {
    super();
    this.lifetime = lifetime;
    this.session = session;
  }

  goto(address) {
    return command("POST", `${this.session}/url`, { url: address });
  }

  async evaluate(run, ...values) {
    const script = `const [values, done] = arguments;
      (async () => (${run})(...values))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await command("POST", `${this.session}/execute/async`, { script, args: [values] });
    if (error) throw new Error(error);
    return value;
  }

  async click(xpath) {
    const element = await command("POST", `${this.session}/element`, { using: "xpath", value: xpath });
    await command("POST", `${this.session}/element/${element[ELEMENT]}/click`, {});
  }

  async close() {
    await soon(command("DELETE", this.session));
    this.lifetime.end();
  }
}

/** WebKitGTK draws on a screen: it gets one of its own that nobody sees. */
async function openWebKit() {
  const lifetime = begin();
  try {
    const screen = lifetime.start(process.env.XVFB, ["-displayfd", "3", "-nolisten", "tcp"]);
    const display = await firstLine(screen.stdio[3]);
    const port = await freePort();
    lifetime.start(process.env.WEBKIT_DRIVER, [`--port=${port}`], {
      DISPLAY: `:${display}`,
      HOME: lifetime.folder,
      // No message bus and no screen reader are started for it.
      DBUS_SESSION_BUS_ADDRESS: "disabled:",
      NO_AT_BRIDGE: "1",
      // Containers run as root, where its sandbox cannot be set up.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    });
    const driver = `http://127.0.0.1:${port}`;
    await answers(driver);
    const browser = { binary: process.env.MINIBROWSER, args: ["--automation"] };
    const alwaysMatch = { "webkitgtk:browserOptions": browser, timeouts: { implicit: PATIENCE, script: PATIENCE } };
    const { sessionId } = await command("POST", `${driver}/session`, { capabilities: { alwaysMatch } });
    return new WebDriverTab(lifetime, `${driver}/session/${sessionId}`);
  } catch (error) {
    lifetime.end();
    throw error;
  }
}

/** The first line that the virtual screen writes. */
async function firstLine(output) {
  for await (const line of createInterface(output)) return line;
  throw new Error("the virtual screen does not start");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Waits until the WebDriver program answers. */
async function answers(driver) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const status = await command("GET", `${driver}/status`).catch(() => undefined);
    if (status?.ready) return;
    await delay(100);
  }
  throw new Error("the WebDriver program does not answer");
}

/** One command of WebDriver. */
async function command(method, address, body) {
  const response = await fetch(address, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Waits for a polite end, but not for long: what does not end by itself is ended. */
function soon(end) {
  return Promise.race([end.catch(() => {}), delay(10_000, undefined, { ref: false })]);
}

/** What has begun and not ended. */
const alive = new Set();

/** A folder and programs that end together, with this process at the latest. */
export function begin() {
  const folder = mkdtempSync(join(tmpdir(), "fedcred-engines-"));
  const ending = new AbortController();
  const end = () => {
    alive.delete(end);
    ending.abort();
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Something still writes to it. What else has to end must not be kept from it.
    }
  };
  alive.add(end);
  return {
    folder,
    signal: ending.signal,
    end,
    start(program, args, environment = {}, stdio = ["ignore", "ignore", "ignore", "pipe"]) {
      const child = spawn(program, args, { detached: true, env: { ...process.env, ...environment }, stdio });
      ending.signal.addEventListener("abort", () => endGroup(child.pid));
      return child;
    },
  };
}

/** Ends a program and all that it started. */
function endGroup(leader) {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // They have ended already.
  }
}

// However this process ends, nothing outlives it. Node's test runner may end without a signal to this process.
// This process then notices that nobody reads its output, or that its parent has changed.
process.prependListener("exit", () => alive.forEach((end) => end()));
const leave = () => process.exit(1);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, leave);
process.stdout.on("error", leave);
const parent = process.ppid;
setInterval(() => process.ppid === parent || leave(), 1000).unref();

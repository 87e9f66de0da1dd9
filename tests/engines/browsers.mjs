// Opens a tab in Chromium, Firefox or WebKitGTK, with one interface for all three.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
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
  /** Waits until the function, run in the page, returns something true, and returns it. */
  async waitFor(condition, ...values) {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      const result = await this.evaluate(condition, ...values);
      if (result) return result;
      await delay(100);
    }
    throw new Error(`the page did not get there: ${condition} ${values.join(" ")}`);
  }

  /** Waits until this text is on the page. */
  says(text) {
    return this.waitFor((wanted) => document.body.innerText.includes(wanted), text);
  }

  /** Puts a text of any size into the box with this label at once, as a paste does. */
  paste(label, text) {
    return this.waitFor(fill, label, text, "input");
  }

  /** Chooses what this option says in the list with this label. */
  choose(label, option) {
    return this.waitFor(fill, label, option, "change");
  }
}

/** Runs in the page: fills in a control once it is there. */
function fill(label, value, type) {
  const labels = [...document.querySelectorAll("label")];
  const control =
    labels.find((one) => one.textContent.trim() === label)?.control ?? document.querySelector(`[aria-label="${label}"]`);
  if (!control) return false;
  control.focus();
  control.value = value;
  control.dispatchEvent(new InputEvent(type, { bubbles: true, inputType: "insertFromPaste" }));
  return control.value === value;
}

/** Chromium and Firefox. */
class PuppeteerTab extends Tab {
  static async open(options) {
    const browser = await puppeteer.launch({ headless: true, ...options });
    const [page] = await browser.pages();
    page.setDefaultTimeout(PATIENCE);
    return new PuppeteerTab(browser, page);
  }

  constructor(browser, page) {
    super();
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
    const { pid } = this.browser.process();
    await Promise.race([this.browser.close(), delay(10_000, undefined, { ref: false })]);
    endGroup(pid);
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
  // Whatever Firefox itself asks for goes to a proxy that is not there; loopback needs none.
  const extraPrefsFirefox = {
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
  constructor(session, end) {
    super();
    this.session = session;
    this.end = end;
  }

  goto(address) {
    return command("POST", `${this.session}/url`, { url: address });
  }

  async evaluate(run, ...values) {
    const script = `const done = arguments[arguments.length - 1];
      (async () => (${run})(...arguments[0]))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await command("POST", `${this.session}/execute/async`, { script, args: [values] });
    if (error) throw new Error(error);
    return value;
  }

  async click(xpath) {
    const element = await command("POST", `${this.session}/element`, { using: "xpath", value: xpath });
    await command("POST", `${this.session}/element/${element[ELEMENT]}/click`, {});
  }

  async close() {
    await Promise.race([command("DELETE", this.session).catch(() => {}), delay(10_000, undefined, { ref: false })]);
    await this.end();
  }
}

/** WebKitGTK draws on a screen: it gets one of its own that nobody sees. */
async function openWebKit() {
  const home = await mkdtemp(join(tmpdir(), "fedcred-webkit-"));
  const started = [];
  const begin = (...program) => {
    const child = start(...program);
    started.push(child);
    return child;
  };
  const end = async () => {
    for (const { pid } of started) endGroup(pid);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const screen = begin(process.env.XVFB, ["-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1280x1024x24"]);
    const display = await firstLine(screen.stdio[3]);
    const port = await freePort();
    begin(process.env.WEBKIT_DRIVER, [`--port=${port}`], {
      DISPLAY: `:${display}`,
      HOME: home,
      // No message bus and no screen reader are started for it.
      DBUS_SESSION_BUS_ADDRESS: "disabled:",
      NO_AT_BRIDGE: "1",
      // Containers run as root, where its sandbox cannot be set up.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    });
    const address = `http://127.0.0.1:${port}`;
    await ready(address);
    const browser = { binary: process.env.MINIBROWSER, args: ["--automation"] };
    const alwaysMatch = { "webkitgtk:browserOptions": browser, timeouts: { implicit: PATIENCE, script: PATIENCE } };
    const { sessionId } = await command("POST", `${address}/session`, { capabilities: { alwaysMatch } });
    return new WebDriverTab(`${address}/session/${sessionId}`, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** The first line that a program writes. */
async function firstLine(output) {
  for await (const line of createInterface(output)) return line;
  throw new Error("the virtual screen does not start");
}

/** Waits until the driver answers. */
async function ready(address) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const status = await command("GET", `${address}/status`).catch(() => undefined);
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

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts a program as leader of a group of its own, which ends with this process at the latest. */
export function start(program, args, environment = {}, stdio = ["ignore", "ignore", "ignore", "pipe"]) {
  const child = spawn(program, args, { detached: true, env: { ...process.env, ...environment }, stdio });
  process.once("exit", () => endGroup(child.pid));
  return child;
}

/** Ends a program and all that it started. */
export function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // They have ended already.
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

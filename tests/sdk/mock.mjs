// Starts `fedcred serve` for a test, and sends to it what a client means for other hosts.

import { once } from "node:events";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The command line, from `cargo xtask test`; or the one that was built last. */
const fedcred = process.env.FEDCRED ?? join(root, "target/debug/fedcred");

// Where the machine itself has an identity, the clients would ask for that.
for (const name of Object.keys(process.env)) {
  if (/^(AZURE|IDENTITY|IMDS|MSI)_/.test(name)) delete process.env[name];
}

/** What the scenarios hold. */
export const TENANT = "c0c0c0c0-0000-4000-8000-000000000001";
export const APP = "cccccccc-0000-4000-8000-000000000004";
export const IDENTITY = "bbbbbbbb-0000-4000-8000-000000000003";
export const SUBJECT = "aaaaaaaa-0000-4000-8000-000000000002";
export const SCOPE = "api://dddddddd-0000-4000-8000-000000000006/.default";
export const EXCHANGE = "api://AzureADTokenExchange";

/** The path of a scenario that comes with Fedcred. */
export function scenario(name) {
  return join(root, "core/data/scenarios", `${name}.json`);
}

/** A server of its own for one test; it stops when the test ends, or this program does. */
export async function serve(t, file, ...args) {
  const all = ["serve", file, "--port", "0", "--until-stdin-closes", "--format", "json", ...args];
  const child = spawn(fedcred, all, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  t.after(async () => {
    child.stdin.end();
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  const failed = ended.then(() => Promise.reject(new Error("fedcred serve ended")));
  const [line] = await Promise.race([once(lines, "line"), failed]);
  const { address } = JSON.parse(line);
  const log = [];
  lines.on("line", (text) => log.push(JSON.parse(text)));
  /** What was asked for, once it is so much: an answer may be faster than its line. */
  const logged = async (count) => {
    while (log.length < count) await once(lines, "line");
    return log;
  };
  return { address, logged, send: (url, options) => send(address, url, options) };
}

/** Sends a request to the mock, unchanged but for the address of the connection. */
async function send(address, url, { method = "GET", headers = {}, body = "" } = {}) {
  const { host, pathname, search } = new URL(url);
  const { hostname, port } = new URL(`http://${address}`);
  const length = Buffer.byteLength(body);
  const sent = request({
    hostname,
    port,
    method,
    path: pathname + search,
    headers: { ...headers, host, ...(length ? { "content-length": length } : {}) },
  });
  sent.end(body);
  const [response] = await once(sent, "response");
  const parts = await response.toArray();
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() };
}

/** MSAL's door to the network, with only the address redirected. */
export function networkClient(mock) {
  const through = (method) => async (url, { headers, body } = {}) => {
    const answer = await mock.send(url, { method, headers, body });
    return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.text) };
  };
  return { sendGetRequestAsync: through("GET"), sendPostRequestAsync: through("POST") };
}

/** An assertion of the identity, as its host gets it. */
export async function assertionOf(mock) {
  const query = `api-version=2018-02-01&resource=${encodeURIComponent(EXCHANGE)}&client_id=${IDENTITY}`;
  const url = `http://169.254.169.254/metadata/identity/oauth2/token?${query}`;
  const { text } = await mock.send(url, { headers: { Metadata: "true" } });
  return JSON.parse(text).access_token;
}

/** One that it got when its clock showed the day before yesterday. */
export async function assertionOfTheDayBeforeYesterday(t) {
  const text = await readFile(scenario("managed-identity"), "utf8");
  const clock = Math.floor(Date.now() / 1000) - 2 * 24 * 3600;
  const folder = await mkdtemp(join(tmpdir(), "fedcred-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "scenario.json");
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), clock }));
  return assertionOf(await serve(t, file, "--clock", "scenario"));
}

/** What a token says; nothing is verified. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
}

// Times servers from the start of their process to the first token, in turns: `fedcred serve` and oauth2-mock-server.

import { once } from "node:events";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const TURNS = 20;
const YARDSTICK = "oauth2-mock-server";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const scenario = path("../../../core/data/scenarios/managed-identity.json");
const theirs = path(`../node_modules/${YARDSTICK}/dist/${YARDSTICK}.mjs`);

/** The token of the scenario's identity, as its host asks for it. */
const identity = {
  path: "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2FAzureADTokenExchange",
  headers: { host: "169.254.169.254", metadata: "true" },
};
const credentials = {
  method: "POST",
  path: "/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "grant_type=client_credentials&scope=dummy",
};

/** The row of times, with the program whose path is in the environment. */
export async function timeServers() {
  const fedcred = [process.env.FEDCRED, ["serve", scenario, "--port", "0"], identity];
  const other = [process.execPath, [theirs, "-a", "127.0.0.1", "-p", "0"], credentials];
  const times = { calls: [1, 1], ours: [], yardstick: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    times.ours.push(await firstToken(...fedcred));
    times.yardstick.push(await firstToken(...other));
  }
  return [{ name: "serve to first token", what: "start of the process to the first token", yardstick: YARDSTICK, times }];
}

/** Milliseconds until a server has answered with a token. */
async function firstToken(program, args, asked) {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const body = await ask(await portOf(child), asked);
    const end = performance.now();
    if (!JSON.parse(body).access_token) throw new Error(`${program} gave no token: ${body}`);
    return end - start;
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

/** The port in the line that says where a server listens. */
async function portOf(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listening on .*127\.0\.0\.1:(\d+)/i.exec(line);
    if (port) return Number(port[1]);
  }
  throw new Error(`${child.spawnfile} ended before it listened.`);
}

async function ask(port, { body = "", ...options }) {
  const sent = request({ host: "127.0.0.1", port, ...options });
  sent.end(body);
  const [response] = await once(sent, "response");
  return Buffer.concat(await response.toArray()).toString();
}

// Times the core natively, tokens in turns with the jsonwebtoken crate. The program is in bench/ of the project.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const TURNS = 100;
/** How large the directories are, beside the scenario's own objects. */
const OBJECTS = [10, 1000, 100_000];
const YARDSTICK = "jsonwebtoken";

/** Rows of times, by the program whose path is in the environment. */
export function timeNatively({ decoded, verified }) {
  const scenario = readFileSync(new URL("../../../core/data/scenarios/managed-identity.json", import.meta.url), "utf8");
  const input = JSON.stringify({ turns: TURNS, decoded, verified, scenario, objects: OBJECTS });
  const run = spawnSync(process.env.FEDCRED_NATIVE, { input, maxBuffer: 2 ** 26, stdio: ["pipe", "pipe", "inherit"] });
  if (run.status !== 0) throw new Error(`The native program failed: ${run.error ?? run.status}`);
  const times = JSON.parse(run.stdout);
  const row = (work, words) => ({ name }) => {
    const key = `${work} ${name}`;
    return { name: `native ${key}`, what: `${words}, ${name}`, yardstick: YARDSTICK, times: times[key] };
  };
  const exchange = (objects) => ({
    name: `native exchange ${objects}`,
    what: `whole exchange, directory of ${objects.toLocaleString("en")} objects`,
    rate: true,
    times: times[`exchange ${objects}`],
  });
  const tokens = [...decoded.map(row("decode", "decode")), ...verified.map(row("verify", "decode and verify"))];
  return { tokens, exchanges: OBJECTS.map(exchange) };
}

// Times the core natively, in turns with the jsonwebtoken crate. The program is in bench/ of the project.

import { spawnSync } from "node:child_process";

const TURNS = 100;
const YARDSTICK = "jsonwebtoken";

/** Rows of times, by the program whose path is in the environment. */
export function timeNatively({ decoded, verified }) {
  const input = JSON.stringify({ turns: TURNS, decoded, verified });
  const run = spawnSync(process.env.FEDCRED_NATIVE, { input, maxBuffer: 2 ** 26, stdio: ["pipe", "pipe", "inherit"] });
  if (run.status !== 0) throw new Error(`The native program failed: ${run.error ?? run.status}`);
  const times = JSON.parse(run.stdout);
  const row = (work, words) => ({ name }) => {
    const key = `${work} ${name}`;
    return { name: `native ${key}`, what: `${words}, ${name}`, yardstick: YARDSTICK, times: times[key] };
  };
  return [...decoded.map(row("decode", "decode")), ...verified.map(row("verify", "decode and verify"))];
}

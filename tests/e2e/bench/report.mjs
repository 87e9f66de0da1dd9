// Makes numbers and a table of times.

/** Median, p95 and ratios of a row's times, and what its budget says to them. */
export function summary({ name, what, budget, rate, yardstick, times }) {
  const samples = { samples: times.ours.length, callsPerSample: times.calls[0] };
  const ours = spread(times.ours);
  const result = { name, what, ...samples, ...ours };
  if (budget) Object.assign(result, { budget, verdict: verdict(ours, budget) });
  if (rate) result.perSecond = Number((1000 / ours.median).toPrecision(3));
  if (yardstick) {
    result.yardstick = { what: yardstick, ...spread(times.yardstick) };
    result.ratio = spread(times.ours.map((one, i) => one / times.yardstick[i]));
  }
  return result;
}

function spread(values) {
  return { median: quantile(values, 0.5), p95: quantile(values, 0.95) };
}

function verdict({ median, p95 }, budget) {
  if (p95 <= budget) return "within";
  return median <= budget ? "over at p95" : "over";
}

/** The smallest of the values that at least this share of them does not exceed. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const HEAD = ["", "median", "p95", "budget", "", "ratio", "p95", "to", "its median"];
const WORDS = new Set([0, 4, 7]);

/** All groups of results as tables whose columns stand below each other. */
export function tables(groups) {
  const blocks = groups.map(({ title, results }) => [[title, ...HEAD.slice(1)], ...results.map(cells)]);
  const lines = blocks.flat();
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const padded = (cell, column) =>
    WORDS.has(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  const text = (line) => line.map(padded).join("  ").trimEnd();
  return blocks.map((block) => block.map(text).join("\n")).join("\n\n");
}

function cells({ what, median, p95, budget, verdict, perSecond, ratio, yardstick }) {
  const against = budget ? [String(budget), verdict] : ["", ""];
  const beside = yardstick
    ? [times(ratio.median), times(ratio.p95), yardstick.what, ms(yardstick.median)]
    : ["", "", "", ""];
  const rate = perSecond === undefined ? "" : `: ${perSecond} a second`;
  return [`  ${what}${rate}`, ms(median), ms(p95), ...against, ...beside];
}

function ms(value) {
  if (value < 1) return value.toFixed(value < 0.1 ? 4 : 3);
  return value.toFixed(value < 100 ? 1 : 0);
}

function times(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
}

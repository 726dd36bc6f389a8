/**
 * `npm run bench`: builds the image of the recipe that this project began with, and this project's image, and measures both in turn, part
 * by part. Each pair of runs is saved at once, so that a bench that was cut off continues where it stopped. If what a part measures has
 * changed since then, the part is measured anew. Words after `npm run bench --`:
 *
 *   --runs 5       pairs of runs of each part. Default: the number that parts.ts has for the part
 *   --only PART    one part of parts.ts, or `quota`: all parts about a Fly.io machine's CPU balance
 *   --idle-minutes 10   how long machines are left alone to measure idling
 *   --anew         discards earlier measurements (of that part)
 *   --check        only builds this project's image and compares its size with budget.json
 */
import { Command, Option } from "commander";
import pRetry from "p-retry";
import { oneAtATime } from "../local/toolchain/cache.ts";
import { setUp } from "../local/toolchain/setup.ts";
import { budget, overBudget, weigh } from "./budget.ts";
import { type Side, sides } from "./figures.ts";
import { busyCpus, host, quietness } from "./host.ts";
import { buildArgs, buildSide, imageName, versions } from "./images.ts";
import { NotOnThisHost } from "./notOnThisHost.ts";
import { type Part, type Selection, selected, selections, usualMinutes, usualRuns } from "./parts.ts";
import { idlePercentOf } from "./quota/idlePercent.ts";
import { quotaSection } from "./quota/tables.ts";
import { tables } from "./report.ts";
import { addPair, keepOnly, type Measured, type Results, readResults, subjectOf } from "./results.ts";
import { saveResults } from "./saveResults.ts";
import type { Session } from "./session.ts";
import { sessions } from "./sessions.ts";
import { tidyUp } from "./tidyUp.ts";

const options = new Command()
  .option("--runs <number>", "pairs of runs of each part")
  .addOption(new Option("--only <part>", "one part, or quota").choices([...selections]))
  .option("--idle-minutes <number>", "how long machines idle to be measured", "10")
  .option("--anew", "forgets what was measured before")
  .option("--check", "only hold the image's size to budget.json")
  .parse()
  .opts<{ runs?: string; only?: Selection; idleMinutes: string; anew?: boolean; check?: boolean }>();

const toolchain = await setUp();
const args = await buildArgs(toolchain);
// Two benches would measure each other, and each begins by removing what the other has made.
await (options.check ? check() : oneAtATime("bench", bench));

async function check() {
  await buildSide("ours", args);
  const actual = await weigh(imageName("ours"));
  const problems = overBudget(actual, await budget());
  console.log(problems.join("\n") || `within the budget: ${JSON.stringify(actual)}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function bench() {
  await tidyUp(toolchain, args.NODE_IMAGE);
  const description = { machine: await host(toolchain), versions: await versions() };
  const results: Results = (await readResults()) ?? { date: "", parts: {}, figures: [], ...description };
  Object.assign(results, description);
  for (const side of sides)
    console.log(`image ${side}: built in ${(await buildSide(side, args)).toFixed(0)} s`);
  for (const part of selected(options.only)) await measurePart(part, results);
  console.log(`\n${[...tables(results), ...quotaSection(results)].join("\n\n")}`);
}

async function measurePart(part: Part, results: Results) {
  const runs = options.runs ? Number(options.runs) : usualRuns(part);
  const subject = options.anew ? "" : await subjectOf(part);
  const done = keepOnly(results, part, subject);
  const minutesLeft = (pairs: number, minutes: number) => `about ${Math.ceil(pairs * minutes)} min left`;
  console.log(
    `\n${part}: ${done} of ${runs} pairs are measured, ${minutesLeft(runs - done, usualMinutes(part))}`,
  );
  if (done >= runs) return;
  const idlePercent = (side: Side) => idlePercentOf(results, side);
  const idleSeconds = Number(options.idleMinutes) * 60;
  const session = await sessions[part]({ toolchain, args, idleSeconds, idlePercent }).catch((error) => {
    if (!(error instanceof NotOnThisHost)) throw error;
    console.log(`${part} is not measured: ${error.message}`);
    return undefined;
  });
  if (!session) return;
  try {
    for (let pair = done; pair < runs; pair++) {
      const started = performance.now();
      // An occupied port, or a host that is overloaded for a moment, must not end an hour's work.
      const { measured, othersCpus } = await pRetry(() => measurePair(session, pair), {
        retries: 1,
        minTimeout: 0,
        onFailedAttempt: ({ error }) => console.log(`once more, as this failed: ${error.message}`),
      });
      addPair(results, part, await subjectOf(part), measured, othersCpus);
      await saveResults({ ...results, date: new Date().toISOString() });
      const minutes = (performance.now() - started) / 60_000;
      const left = minutesLeft(runs - pair - 1, minutes);
      console.log(`${part}: pair ${pair + 1} of ${runs} in ${minutes.toFixed(1)} min, ${left}`);
    }
  } finally {
    await session.close();
  }
}

async function measurePair(session: Session, pair: number) {
  const measured: Measured[] = [];
  let othersCpus = 0;
  const lookAtHost = async () => {
    const busy = await busyCpus();
    console.log(`  ${quietness(busy)}`);
    othersCpus = Math.max(othersCpus, busy);
  };
  const measure = async (side: Side) => {
    await lookAtHost();
    await session.measure(side, pair, (name, unit, value, more = {}) => {
      measured.push({ side, name, unit, value: value ?? null, ...more });
      const text = value === undefined ? "not done" : `${value.toFixed(2)} ${unit}`;
      console.log(`  ${side}: ${more.of ? `${more.of}: ` : ""}${name} ${text}`);
    });
  };
  // The sides take turns, so that both get their share of whatever else the host does.
  for (const side of pair % 2 === 0 ? sides : sides.toReversed()) await measure(side);
  await lookAtHost();
  return { measured, othersCpus };
}

import { describe, test } from "vitest";
import { comparable, recorded } from "./comparable.ts";
import { type Probe, readProbes } from "./recordings.ts";
import { replayServer } from "./replay.ts";
import { FlyctlSandbox, untilSent } from "./runFlyctl.ts";

// A deploy checks for ten seconds that its machine stays up, regardless of the server's answers.
const timeout = 120_000;

describe.each(["flyctl-probes.jsonl", "flyctl-more.jsonl"])("flyctl does as in %s:", (file) => {
  test.concurrent.for(readProbes(file))("$probe", { timeout }, async (probe, { expect }) => {
    const run = await untilSent(() => replay(probe));
    expect(comparable(run, run.requests)).toEqual(recorded(probe));
  });
});

async function replay(probe: Probe) {
  const { argv, given = {} } = probe;
  const server = replayServer(probe);
  const sandbox = await FlyctlSandbox.create(given);
  try {
    await server.start();
    const run = await sandbox.run(argv, given, server.environment);
    return { ...run, requests: server.requests };
  } finally {
    await sandbox.remove();
    await server.stop();
  }
}

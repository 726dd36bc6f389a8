/**
 * The program on a local platform of its own: a first `pulumi up`, one with nothing to do, and `destroy`, compared with the same work typed
 * by hand as flyctl and docker commands. Both build the image from nothing, as on a laptop that has never built it. Only npm's packages are
 * in the builder's cache, so that the network's speed does not count.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { openStack } from "../local/platform/stack.ts";
import { tailnetDomain } from "../local/platform/tailnet.ts";
import type { Toolchain } from "../local/toolchain/setup.ts";
import { ByHand } from "./byHand.ts";
import type { Side } from "./figures.ts";
import { type BuildArgs, newBase } from "./images.ts";
import type { Add } from "./results.ts";
import { type Phases, phasesOf, timesOf } from "./upPhases.ts";
import { type Bench, openBench, workshop } from "./workshop.ts";

const root = join(import.meta.dirname, "..");

/** What one side does, each step from beginning to end. */
interface Way {
  /** Deploys until the app is open in the tailnet. */
  deploy(): Promise<Phases>;
  deployAgain(): Promise<void>;
  destroy(): Promise<void>;
  /** Removes what a destroy leaves on this host. */
  forget(): Promise<void>;
}

export async function measureProgram(
  side: Side,
  toolchain: Toolchain,
  buildArgs: BuildArgs,
  add: Add,
): Promise<void> {
  const base = await newBase(buildArgs);
  // Each side has a registry of its own. One that already has the layers would take the second push in no time.
  const bench = await openBench(toolchain);
  const folder = join(workshop, "stack");
  await mkdir(folder, { recursive: true });
  try {
    const way =
      side === "seed"
        ? new ByHand(folder, bench, { ...buildArgs, ...base.args })
        : await byProgram(folder, bench, {
            ...toolchain,
            imageBuildArgs: { ...toolchain.imageBuildArgs, ...base.args },
          });
    await measureWay(way, bench, add);
  } finally {
    await bench.remove();
    await base.remove();
    await rm(folder, { recursive: true });
  }
}

async function measureWay(way: Way, bench: Bench, add: Add) {
  try {
    const started = performance.now();
    const phases = await way.deploy();
    const total = seconds(started);
    add("first deploy", "s", total);
    add("… image, built from nothing and pushed", "s", phases.image);
    add("… release, until it is healthy", "s", phases.release);
    add("… open in the tailnet", "s", phases.tailnet);
    add("… invitation", "s", phases.invitation);
    const { image, release, tailnet, invitation } = phases;
    add("… all else", "s", total - image - release - tailnet - invitation);
    const before = await calls(bench);
    const again = performance.now();
    await way.deployAgain();
    add("deploy with nothing changed", "s", seconds(again));
    add("calls to Fly.io with nothing changed", "calls", (await calls(bench)) - before);
    const destroying = performance.now();
    await way.destroy();
    add("destroy (by hand the app only)", "s", seconds(destroying));
  } finally {
    await way.forget();
  }
}

async function byProgram(folder: string, bench: Bench, toolchain: Toolchain): Promise<Way> {
  const stack = await openStack(folder, "dev", bench.platform, toolchain);
  const pulumi = (words: string[], env = {}) =>
    execa("pulumi", [...words, "--yes", "--skip-preview", ...stack.args], {
      cwd: root,
      env: { ...stack.env, ...env },
    });
  return {
    async deploy() {
      const times = await timesOf(join(folder, "events"), (eventLog) =>
        // Pulumi accepts this flag only from people who debug its commands.
        pulumi(["up", "--event-log", eventLog], { PULUMI_DEBUG_COMMANDS: "true" }),
      );
      await bench.laptop.eventually(`https://paperclip-dev.${tailnetDomain}/api/health`);
      return phasesOf(times);
    },
    async deployAgain() {
      await pulumi(["up"]);
    },
    async destroy() {
      await pulumi(["destroy"]);
    },
    forget: async () => undefined,
  };
}

/** The number of calls to Fly.io so far. */
async function calls({ platform }: Bench): Promise<number> {
  const response = await fetch(`${platform.env.FLY_API_BASE_URL}/_emulator/requests`);
  return ((await response.json()) as unknown[]).length;
}

const seconds = (since: number) => (performance.now() - since) / 1000;

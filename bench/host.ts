/** The host that the bench runs on, and whether it does anything else. */

import { cpus, loadavg, release, totalmem } from "node:os";
import { setTimeout } from "node:timers/promises";
import Docker from "dockerode";
import type { Toolchain } from "../local/toolchain/setup.ts";

export async function host(toolchain: Toolchain) {
  const from = (part: string) => toolchain.parts.find(({ name }) => name === part)?.from ?? "";
  return {
    cpu: cpus()[0]?.model ?? "",
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    // Over the last minute: much more than zero means that the times are those of a busy host.
    load: Number(loadavg()[0]?.toFixed(1)),
    kernel: release(),
    docker: (await new Docker().version()).Version,
    node: process.versions.node,
    flyctl: from("flyctl"),
    baseImages: from("base images"),
  };
}

/** The number of CPUs that something else may keep busy on a host that still counts as quiet. */
export const quietCpus = 0.3;

/** Seconds over which the CPUs are observed. */
const window = 3;

/**
 * The number of CPUs that are busy while the bench does nothing. The load average would not do: it includes the bench's own earlier work.
 */
export async function busyCpus(): Promise<number> {
  const before = busySeconds();
  const started = performance.now();
  await setTimeout(window * 1000);
  return (busySeconds() - before) / ((performance.now() - started) / 1000);
}

function busySeconds(): number {
  const times = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return times.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
}

export const quietness = (busy: number) =>
  busy <= quietCpus
    ? `the host is quiet (${busy.toFixed(2)} CPUs busy)`
    : `the host is NOT quiet: ${busy.toFixed(2)} CPUs are busy with something else, and times are longer for it`;

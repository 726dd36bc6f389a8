/** What the bench runs on. */
import { cpus, loadavg, release, totalmem } from "node:os";
import Docker from "dockerode";
import type { Toolchain } from "../local/toolchain/setup.ts";

export async function host(toolchain: Toolchain) {
  const from = (part: string) => toolchain.parts.find(({ name }) => name === part)?.from ?? "";
  return {
    cpu: cpus()[0]?.model ?? "",
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    // Over the last minute: much more than nothing means that the times are those of a busy host.
    load: Number(loadavg()[0]?.toFixed(1)),
    kernel: release(),
    docker: (await new Docker().version()).Version,
    node: process.versions.node,
    flyctl: from("flyctl"),
    baseImages: from("base images"),
  };
}

/**
 * The program on the local platform: a first `pulumi up`, one with nothing to do, and `destroy`, against the same work typed by hand as
 * flyctl and docker commands. Both take the image from Docker's cache, so that what is compared is the program and not the build.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { flyTomlText, volume } from "../components/fly/flyToml.ts";
import { startLaptop } from "../local/platform/laptop.ts";
import { type Platform, startPlatform } from "../local/platform/platform.ts";
import { openStack, stackOutputs } from "../local/platform/stack.ts";
import type { Toolchain } from "../local/toolchain/setup.ts";
import { imageName } from "./images.ts";
import type { Recorder } from "./recorder.ts";

const root = join(import.meta.dirname, "..");

export async function measureProgram(runs: number, toolchain: Toolchain, record: Recorder) {
  for (let run = 0; run < runs; run++) {
    const folder = await mkdtemp(join(tmpdir(), "paperclip-bench-"));
    const platform = await startPlatform(join(folder, "platform"), toolchain);
    try {
      await byHand(folder, platform, record);
      await byProgram(folder, platform, toolchain, record);
    } finally {
      await platform.remove();
    }
  }
}

async function byProgram(folder: string, platform: Platform, toolchain: Toolchain, record: Recorder) {
  const laptop = await startLaptop(join(folder, "platform"), platform);
  const stack = await openStack(folder, "dev", platform, toolchain);
  const pulumi = (...words: string[]) =>
    execa("pulumi", [...words, "--yes", "--skip-preview", ...stack.args], { cwd: root, env: stack.env });
  try {
    const started = performance.now();
    await pulumi("up");
    record.add("first deploy", "s", "ours", seconds(started));
    await laptop.eventually(`${(await stackOutputs(stack)).url}/api/health`);
    record.add("first deploy to HTTPS in the tailnet", "s", "ours", seconds(started));
    await record.timed("deploy with nothing changed", "ours", () => pulumi("up"));
  } finally {
    await record.timed("destroy", "ours", () => pulumi("destroy"));
    await laptop.stop();
  }
}

async function byHand(folder: string, platform: Platform, record: Recorder) {
  const app = `by-hand-${randomBytes(3).toString("hex")}`;
  // The registry's password would else be left in the home of whoever measures.
  const env = { ...platform.env, DOCKER_CONFIG: join(folder, "docker") };
  const flyctl = (words: string[], input = "") => execa("flyctl", words, { env, input });
  const image = `${platform.env.FLY_REGISTRY_HOST}/${app}:latest`;
  const config = join(folder, "fly.toml");
  const device = { controlServer: undefined, https: true, userspace: false, ssh: false };
  await writeFile(
    config,
    flyTomlText({
      appName: app,
      region: "ams",
      size: "shared-cpu-1x",
      memoryMb: 1024,
      device,
      agents: ["claude"],
      agentsAtOnce: 2,
      extraSecretNames: [],
    }),
  );
  const deploy = async () => {
    await execa("docker", ["push", "--quiet", image], { env });
    await flyctl([
      "deploy",
      "--app",
      app,
      "--config",
      config,
      "--image",
      image,
      "--ha=false",
      "--no-public-ips",
      "--wg=false",
      "--yes",
    ]);
  };
  try {
    await record.timed("first deploy", "seed", async () => {
      await flyctl(["apps", "create", app, "--org", "personal", "--network", app, "--yes"]);
      await flyctl([
        "volumes",
        "create",
        volume.name,
        "--app",
        app,
        "--region",
        "ams",
        "--size",
        "1",
        "--yes",
      ]);
      await flyctl(["ips", "allocate-v6", "--private", "--app", app]);
      await flyctl(
        ["secrets", "import", "--stage", "--app", app],
        `BETTER_AUTH_SECRET=${randomBytes(32).toString("hex")}\n`,
      );
      await flyctl(["auth", "docker"]);
      await execa("docker", ["tag", imageName("ours"), image]);
      await deploy();
    });
    await record.timed("deploy with nothing changed", "seed", deploy);
  } finally {
    await record.timed("destroy", "seed", () => flyctl(["apps", "destroy", app, "--yes"]));
    await execa("docker", ["image", "rm", image], { reject: false });
  }
}

const seconds = (since: number) => (performance.now() - since) / 1000;

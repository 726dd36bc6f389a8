/**
 * Sets up what the local platform and the tests need on this machine. A second set-up reuses what the first one made. Each tool comes from
 * the first place that has it: the PATH, its maker's download, a build from the Go module proxy, a stand-in of this repository.
 */
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { type DefaultRenderer, Listr, type ListrTask, type SimpleRenderer } from "listr2";
import { everything, type Need } from "../projects.ts";
import { baseImages } from "./baseImages.ts";
import { ensureDocker } from "./dockerDaemon.ts";
import { reachable } from "./download.ts";
import { builtPrograms, type GoTool } from "./goTools.ts";
import { officialPrograms } from "./official.ts";
import { onPath } from "./onPath.ts";
import { type OfficialTool, officialArchives } from "./pins.ts";
import { type Begin, Progress } from "./progress.ts";
import { providers } from "./providerPlugins.ts";

/** A part of the platform and whether it is the real thing. */
interface Part {
  name: string;
  real: boolean;
  from: string;
}

export interface Toolchain {
  /** PATH for every program that is started: the original PATH, then what was set up. */
  path: string;
  /** Build arguments for the image on a network without the public registry. */
  imageBuildArgs: Record<string, string>;
  parts: Part[];
}

const root = join(import.meta.dirname, "../..");

/** These folders come after the PATH: a real program that somebody installs takes precedence over a stand-in. */
const standIns = { flyctl: join(root, "local/flyctl/bin"), providers: join(root, "local/providers/bin") };

type Task = ListrTask<Toolchain, typeof DefaultRenderer, typeof SimpleRenderer>;

/**
 * Sets up what is missing and shows its progress.
 *
 * @param needed the parts to set up. Default: all
 */
export async function setUp(needed: readonly Need[] = everything): Promise<Toolchain> {
  const toolchain: Toolchain = { path: process.env.PATH ?? "", imageBuildArgs: {}, parts: [] };
  const tasks = everything.filter((need) => needed.includes(need)).flatMap((need) => tasksOf[need]());
  const options = { ctx: toolchain, rendererOptions: { collapseSubtasks: false }, concurrent: false };
  await new Listr<Toolchain>(tasks, options).run();
  return toolchain;
}

const tasksOf: Record<Need, () => Task[]> = {
  docker: () => [
    task("Docker", async (context, begin) =>
      note(context, "Docker", true, `daemon ${await ensureDocker(begin)}`),
    ),
  ],
  pulumi: () => [
    tool("pulumi", "pulumi", "pulumi"),
    tool("pulumi-language-nodejs", undefined, "language-host"),
    task("Pulumi's providers", providerPlugins),
  ],
  flyctl: () => [tool("flyctl", "flyctl", undefined, standIns.flyctl)],
  registry: () => [tool("registry", undefined, "registry")],
  tailnet: () => [
    tool("tailscaled", "tailscale", "tailscale"),
    tool("pebble", undefined, "pebble"),
    tool("tailnet", undefined, "tailnet"),
  ],
  images: () => [task("base images", assembleBaseImages)],
};

async function assembleBaseImages(context: Toolchain, begin: Begin): Promise<void> {
  const { buildArgs, real } = await baseImages(begin);
  context.imageBuildArgs = buildArgs;
  const from = real ? "public registry" : "assembled from Debian, npm and the Go proxy";
  note(context, "base images", real, from);
}

const task = (title: string, work: (context: Toolchain, begin: Begin) => Promise<void>): Task => ({
  title,
  async task(context, line) {
    const progress = new Progress(line);
    try {
      await work(context, progress.begin);
    } finally {
      progress.end();
    }
  },
});

/** A program and the ways to get it. */
function tool(program: string, archive?: OfficialTool, goTool?: GoTool, standIn?: string): Task {
  return task(program, async (context, begin) => {
    const { folder, real, from } = await locate(program, begin, context.path, archive, goTool, standIn);
    if (folder) context.path = [context.path, folder].join(delimiter);
    note(context, program, real, from);
  });
}

async function locate(
  program: string,
  begin: Begin,
  path: string,
  archive: OfficialTool | undefined,
  goTool: GoTool | undefined,
  standIn: string | undefined,
): Promise<{ folder?: string; real: boolean; from: string }> {
  const installed = await onPath(program, path);
  if (installed) return { real: true, from: installed };
  if (archive) {
    const folder = await officialPrograms(officialArchives[archive], begin);
    if (folder) return { folder, real: true, from: officialArchives[archive].url };
  }
  if (goTool) {
    const folder = await builtPrograms(goTool, begin);
    return { folder, real: true, from: "built from the Go module proxy" };
  }
  if (standIn)
    return { folder: standIn, real: false, from: "stand-in of this repository, held to recordings" };
  throw new Error(`${program} cannot be had on this machine`);
}

/** Where the engine downloads plugins from. */
const pluginServer = "https://get.pulumi.com/";

/** The engine looks for plugins on the PATH first. The stand-ins go there if the engine cannot download the real ones. */
async function providerPlugins(context: Toolchain, begin: Begin) {
  const missing: string[] = [];
  const online = await reachable(pluginServer);
  for (const { name, version } of await providers()) {
    const program = `pulumi-resource-${name}`;
    const installed = await onPath(program, context.path);
    if (!installed && online) begin(`fetching ${name} ${version}`, 1);
    const real = Boolean(installed) || (online && (await installPlugin(context.path, name, version)));
    if (!real) missing.push(name);
    note(
      context,
      program,
      real,
      installed ?? (real ? `plugin ${version}` : "stand-in of this repository, held to recordings"),
    );
  }
  if (missing.length > 0) context.path = [context.path, standIns.providers].join(delimiter);
}

async function installPlugin(path: string, name: string, version: string): Promise<boolean> {
  const args = ["plugin", "install", "resource", name, version];
  const { failed } = await execa("pulumi", args, {
    env: { PATH: path, PULUMI_SKIP_UPDATE_CHECK: "true" },
    reject: false,
    timeout: 300_000,
  });
  return !failed;
}

function note(context: Toolchain, name: string, real: boolean, from: string) {
  context.parts.push({ name, real, from });
}

/**
 * Builds tools from the Go module proxy: tools whose official downloads this machine cannot reach, and parts of the local platform that
 * exist only as Go modules. A go.sum pins every module by hash.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached, hashOf } from "./cache.ts";
import { officialPrograms } from "./official.ts";
import { onPath } from "./onPath.ts";
import { officialArchives } from "./pins.ts";
import { type Begin, silently } from "./progress.ts";

interface GoModule {
  /** Folder of the module. */
  source: string;
  /** What to install: the tools that its go.mod names, or the module itself, which is a program. */
  packages: "tool" | ".";
  /** How long a first build takes on two cores, in minutes. */
  minutes: number;
}

const tools = (name: string, minutes: number): GoModule => ({
  source: join(import.meta.dirname, "go", name),
  packages: "tool",
  minutes,
});

const goTools = {
  pulumi: tools("pulumi", 5),
  "language-host": tools("language-host", 1),
  tailscale: tools("tailscale", 2),
  registry: tools("registry", 1),
  pebble: tools("pebble", 1),
  /** The local tailnet, a program of this repository. */
  tailnet: { source: join(import.meta.dirname, "../tailnet"), packages: ".", minutes: 1 },
} satisfies Record<string, GoModule>;

export type GoTool = keyof typeof goTools;

/** The oldest Go 1.x that can build them. From this release on, Go itself fetches the newer release that a go.mod asks for. */
const oldestGo = 21;

/**
 * The folder with the programs of a Go tool.
 *
 * @throws Error if there is no Go and none can be fetched, or with the end of the compiler's output if a build fails.
 */
export async function builtPrograms(tool: GoTool, begin = silently): Promise<string> {
  const { source, packages, minutes }: GoModule = goTools[tool];
  return cached(join("go", `${tool}-${await sourceHash(source)}`), async (partial) => {
    const go = await findGo(begin);
    begin(`building ${tool} from the Go module proxy`, minutes);
    // Without a C compiler, so that the programs also run in an image that lacks the host's C library. Without debug symbols, which are a
    // third of the size.
    const env = { GOBIN: partial, CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false -ldflags=-s" };
    const { failed, all } = await execa(go, ["install", packages], {
      cwd: source,
      env,
      all: true,
      reject: false,
    });
    if (failed) throw new Error(`Building ${tool} failed:\n${all.split("\n").slice(-15).join("\n")}`);
  });
}

async function sourceHash(folder: string): Promise<string> {
  const all = await readdir(folder, { recursive: true });
  const files = all.filter((file) => /^go\.(mod|sum)$|(?<!_test)\.go$/.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return hashOf(...texts, process.arch);
}

/** @throws Error if there is none and none can be fetched */
export async function findGo(begin: Begin = silently): Promise<string> {
  const installed = await onPath("go");
  if (installed) {
    const { stdout } = await execa(installed, ["version"]);
    if (Number(/go1\.(\d+)/.exec(stdout)?.[1] ?? 0) >= oldestGo) return installed;
  }
  const official = await officialPrograms(officialArchives.go, begin);
  if (official) return join(official, "go");
  throw new Error(
    "Go is needed to build parts of the local platform. Install Go 1.21 or newer: apt-get install golang-go, or go.dev/dl",
  );
}

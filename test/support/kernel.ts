import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { asRoot } from "../../local/asRoot.ts";

/** What a machine's kernel can lack, and how it then refuses: netfilter's match by user, and rules for routes. */
type Lack = "owner match" | "route rules";

const iptables = ["iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"];
const refusals: Record<Lack, { programs: string[]; word: string; says: string; status: number }> = {
  "owner match": {
    programs: iptables,
    word: "owner",
    says: "Warning: Extension owner revision 0 not supported, missing kernel module?",
    status: 4,
  },
  "route rules": {
    programs: ["ip"],
    word: "rule",
    says: "RTNETLINK answers: Operation not supported",
    status: 2,
  },
};

/**
 * Lends out words for `docker run` that make the programs that talk to the kernel answer as if it lacked something, and work otherwise.
 * This host's kernel has these features built in.
 */
export function withKernelThatLacks(lacks: Lack[], work: (run: string[]) => Promise<void>): Promise<void> {
  const scripts: Record<string, string> = {};
  for (const { programs, word, says, status } of lacks.map((lack) => refusals[lack]))
    for (const program of programs) {
      const refusal = `if [ "$word" = ${word} ]; then echo "${says}" >&2; exit ${status}; fi`;
      scripts[program] = `for word; do ${refusal}; done\nexec /usr/sbin/${program} "$@"`;
    }
  return withPrograms(scripts, work);
}

/** Lends out words for `docker run` that put bash scripts ahead of the image's own programs of the same names. */
export async function withPrograms(
  scripts: Record<string, string>,
  work: (run: string[]) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "programs-"));
  const run: string[] = [];
  try {
    for (const [program, script] of Object.entries(scripts)) {
      const file = join(folder, program);
      await writeFile(file, `#!/bin/bash\n${script}\n`);
      await chmod(file, 0o755);
      // The first folder of the image's PATH.
      run.push("--volume", `${file}:/usr/local/sbin/${program}:ro`);
    }
    await work(run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lends out words for `docker run` that make a machine's kernel answer as a kernel without Landlock. */
export async function withoutLandlock(work: (run: string[]) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "seccomp-"));
  const file = join(folder, "profile.json");
  const names = ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"];
  const enosys = 38;
  const refusal = { names, action: "SCMP_ACT_ERRNO", errnoRet: enosys };
  try {
    await writeFile(file, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [refusal] }));
    await work(["--security-opt", `seccomp=${file}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a Docker volume without access control lists. Its content disappears when no machine uses it. */
export async function volumeWithoutLists(name: string, mode = "0755"): Promise<void> {
  const options = { type: "ramfs", device: "ramfs", o: `mode=${mode}` };
  const words = Object.entries(options).flatMap(([option, value]) => ["--opt", `${option}=${value}`]);
  await execa("docker", ["volume", "create", "--driver", "local", ...words, name]);
}

/** Settings of this host's kernel, by their names in /proc/sys. */
type Settings = Record<string, string>;

/**
 * Changes this host's kernel settings while the work runs. Only for tests that run alone, and only for settings whose change others hardly
 * notice.
 *
 * @param image has a shell, for a host on which this process is not root
 */
export async function withHostKernel(
  settings: Settings,
  image: string,
  work: () => Promise<void>,
): Promise<void> {
  const before = await hostKernel(Object.keys(settings), image);
  try {
    await setHostKernel(settings, image);
    await work();
  } finally {
    await setHostKernel(before, image);
  }
}

export async function hostKernel(names: string[], image: string): Promise<Settings> {
  const files = names.map((name) => `/proc/sys/${name.replaceAll(".", "/")}`);
  const values = (await asRoot(`cat ${files.join(" ")}`, image)).split("\n");
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

async function setHostKernel(settings: Settings, image: string): Promise<void> {
  const lines = Object.entries(settings).map(
    ([name, value]) => `echo ${value} > /proc/sys/${name.replaceAll(".", "/")}`,
  );
  await asRoot(lines.join("\n"), image);
}

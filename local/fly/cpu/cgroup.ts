import { readFileSync } from "node:fs";
import path from "node:path";

/** What a container has used since it was started, in seconds. */
export interface CpuUse {
  usedSeconds: number;
  /** User and system time as the kernel samples them: their proportion is right, their sum not exactly what was used. */
  userSeconds: number;
  systemSeconds: number;
  /** Time for which it would have run had it not used its quota, of all its CPUs together. */
  throttledSeconds: number;
}

/**
 * The CPU figures of a container, from its cgroup. The kernel's files, and not Docker's statistics: those cost a hundred times as much, and
 * Docker 20 takes a second to answer.
 */
export class CpuCgroup {
  readonly #folders: CpuFolders;

  private constructor(folders: CpuFolders) {
    this.#folders = folders;
  }

  /**
   * @param pid of the container's first process, as this host numbers it
   * @returns undefined if that has ended
   * @throws Error if the cgroup cannot be seen from here
   */
  static of(pid: number): CpuCgroup | undefined {
    const cgroup = unlessEnded(() => readFileSync(`/proc/${pid}/cgroup`, "utf8"));
    if (cgroup === undefined || hasLeft(cgroup)) return undefined;
    return new CpuCgroup(cpuFolders(readFileSync("/proc/self/mountinfo", "utf8"), cgroup));
  }

  /** Undefined once the container has ended. */
  read(): CpuUse | undefined {
    const file = (folder: string, name: string) => readFileSync(path.join(folder, name), "utf8");
    return unlessEnded(() => {
      if ("unified" in this.#folders) return parseUnified(file(this.#folders.unified, "cpu.stat"));
      const { cpu, cpuacct } = this.#folders;
      return parseV1({
        usage: file(cpuacct, "cpuacct.usage"),
        kinds: file(cpuacct, "cpuacct.stat"),
        bandwidth: file(cpu, "cpu.stat"),
      });
    });
  }
}

/**
 * Whether a container's process has ended and only waits to be fetched, by its /proc/PID/cgroup: the kernel has moved it out of the
 * container's cgroup, into the root or what is deleted.
 */
export function hasLeft(processCgroup: string): boolean {
  const paths = processCgroup
    .trim()
    .split("\n")
    .map((line) => line.split(":").slice(2).join(":"));
  return paths.every((path) => path === "/" || path.endsWith(" (deleted)"));
}

/** Reads files of a process that may end meanwhile. */
function unlessEnded<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    // ESRCH: /proc has the process and it has just ended. ENODEV: the cgroup is about to go.
    if (["ENOENT", "ESRCH", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/** Folders of the controllers in cgroup v1, or of everything in v2. */
type CpuFolders = { cpu: string; cpuacct: string } | { unified: string };

/**
 * Where a process's CPU figures are, from /proc/self/mountinfo and the process's /proc/PID/cgroup.
 *
 * @throws Error if they are outside of what this process sees.
 */
export function cpuFolders(mountInfo: string, processCgroup: string): CpuFolders {
  const mounts = mountInfo.split("\n").flatMap((line) => {
    const [place = "", source = ""] = line.split(" - ");
    const [, , , root = "", point = ""] = place.split(" ");
    const [type = "", , options = ""] = source.split(" ");
    return type.startsWith("cgroup") ? [{ type, root, point, options: options.split(",") }] : [];
  });
  const paths = processCgroup.split("\n").flatMap((line) => {
    const [, controllers = "", ...rest] = line.split(":");
    return rest.length > 0 ? [{ controllers: controllers.split(","), path: rest.join(":") }] : [];
  });
  const folder = (controller: string, mount: (typeof mounts)[number] | undefined) => {
    const own = paths.find(({ controllers }) => controllers.includes(controller))?.path;
    // The path of a cgroup that lies outside of this process's own begins with `/..`.
    const isHere = mount && own !== undefined && !own.startsWith("/..");
    const inside = isHere ? path.relative(mount.root, own) : "..";
    if (!mount || inside.startsWith("..")) {
      throw new Error(
        "the container's CPU figures cannot be seen from here: its cgroup is not under /sys/fs/cgroup. " +
          "Run this on the host of the Docker daemon, as it sees itself.",
      );
    }
    return path.join(mount.point, inside);
  };
  const v1 = (controller: string) =>
    mounts.find(({ type, options }) => type === "cgroup" && options.includes(controller));
  if (v1("cpu")) return { cpu: folder("cpu", v1("cpu")), cpuacct: folder("cpuacct", v1("cpuacct")) };
  return {
    unified: folder(
      "",
      mounts.find(({ type }) => type === "cgroup2"),
    ),
  };
}

/** cgroup v1: nanoseconds, and for user and system time hundredths of a second. */
export function parseV1(files: { usage: string; kinds: string; bandwidth: string }): CpuUse {
  const kinds = counters(files.kinds);
  return {
    usedSeconds: Number(files.usage) / 1e9,
    userSeconds: (kinds.user ?? 0) / 100,
    systemSeconds: (kinds.system ?? 0) / 100,
    throttledSeconds: (counters(files.bandwidth).throttled_time ?? 0) / 1e9,
  };
}

/** cgroup v2: microseconds. */
export function parseUnified(stat: string): CpuUse {
  const of = counters(stat);
  const seconds = (name: string) => (of[name] ?? 0) / 1e6;
  return {
    usedSeconds: seconds("usage_usec"),
    userSeconds: seconds("user_usec"),
    systemSeconds: seconds("system_usec"),
    throttledSeconds: seconds("throttled_usec"),
  };
}

function counters(text: string): Record<string, number> {
  const rows = text.trim().split("\n");
  return Object.fromEntries(rows.map((row) => row.split(" ")).map(([name, value]) => [name, Number(value)]));
}

import { readFileSync } from "node:fs";
import path from "node:path";

/** The CPU that a container has used since it was started, in seconds. */
export interface CpuUse {
  usedSeconds: number;
  /** User and system time as the kernel samples them. Their ratio is right; their sum is not exactly the CPU used. */
  userSeconds: number;
  systemSeconds: number;
  /** Time for which it was ready to run but had used up its quota, summed over its CPUs. */
  throttledSeconds: number;
}

/**
 * The CPU figures of a container, from the kernel's files of its cgroup. Docker's statistics would cost a hundred times as much, and
 * Docker 20 takes a second to answer.
 */
export class CpuCgroup {
  readonly #folders: CpuFolders;

  private constructor(folders: CpuFolders) {
    this.#folders = folders;
  }

  /**
   * @param pid of the container's first process, in this host's numbering
   * @returns undefined if that process has ended
   * @throws Error if this process cannot see the cgroup
   */
  static of(pid: number): CpuCgroup | undefined {
    const cgroup = unlessEnded(() => readFileSync(`/proc/${pid}/cgroup`, "utf8"));
    if (cgroup === undefined || hasLeft(cgroup)) return undefined;
    return new CpuCgroup(cpuFolders(readFileSync("/proc/self/mountinfo", "utf8"), cgroup));
  }

  /** @returns undefined once the container has ended */
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
 * Whether a container's process is a zombie: it has ended, and its parent has not fetched it yet. Its /proc/PID/cgroup tells, because the
 * kernel has moved it out of the container's cgroup into the root or a deleted one.
 */
export function hasLeft(processCgroup: string): boolean {
  const paths = processCgroup
    .trim()
    .split("\n")
    .map((line) => line.split(":").slice(2).join(":"));
  return paths.every((path) => path === "/" || path.endsWith(" (deleted)"));
}

/** Reads files of a process that can end at the same time. */
function unlessEnded<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    // ESRCH: the process is still in /proc but has just ended. ENODEV: the cgroup is being removed.
    if (["ENOENT", "ESRCH", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/** The folders of the controllers in cgroup v1, or the one folder of cgroup v2. */
type CpuFolders = { cpu: string; cpuacct: string } | { unified: string };

/**
 * Finds a process's CPU figures from /proc/self/mountinfo and the process's /proc/PID/cgroup.
 *
 * @throws Error if this process cannot see them.
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
    // The path of a cgroup outside this process's own begins with `/..`.
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

/** cgroup v1 counts in nanoseconds, user and system time in hundredths of a second. */
export function parseV1(files: { usage: string; kinds: string; bandwidth: string }): CpuUse {
  const kinds = counters(files.kinds);
  return {
    usedSeconds: Number(files.usage) / 1e9,
    userSeconds: (kinds.user ?? 0) / 100,
    systemSeconds: (kinds.system ?? 0) / 100,
    throttledSeconds: (counters(files.bandwidth).throttled_time ?? 0) / 1e9,
  };
}

/** cgroup v2 counts in microseconds. */
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

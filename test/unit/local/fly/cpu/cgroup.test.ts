import { expect, test } from "vitest";
import { cpuFolders, hasLeft, parseUnified, parseV1 } from "../../../../../local/fly/cpu/cgroup.ts";

const v1Mounts = [
  "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct",
  "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset",
  "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
].join("\n");
const v2Mounts = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

test("finds a container's CPU figures where cgroup v1 has its controllers, together or not", () => {
  const together = "5:cpuset:/docker/a\n1:cpu,cpuacct:/docker/a\n0::/docker/a\n";
  const folder = "/sys/fs/cgroup/cpu,cpuacct/docker/a";
  expect(cpuFolders(v1Mounts, together)).toEqual({ cpu: folder, cpuacct: folder });
  const apart = v1Mounts.replace("cpu,cpuacct rw", "cpu rw").replace("rw,cpu,cpuacct", "rw,cpu");
  const cpuacct = "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct";
  expect(cpuFolders(`${apart}\n${cpuacct}`, "2:cpuacct:/docker/a\n1:cpu:/docker/a\n")).toEqual({
    cpu: "/sys/fs/cgroup/cpu/docker/a",
    cpuacct: "/sys/fs/cgroup/cpuacct/docker/a",
  });
});

test("finds them in cgroup v2, also where only a part of the tree is mounted", () => {
  const cgroup = "0::/system.slice/docker-a.scope\n";
  expect(cpuFolders(v2Mounts, cgroup)).toEqual({ unified: "/sys/fs/cgroup/system.slice/docker-a.scope" });
  const part = v2Mounts.replace(" / /sys", " /system.slice /sys");
  expect(cpuFolders(part, cgroup)).toEqual({ unified: "/sys/fs/cgroup/docker-a.scope" });
});

test("fails where a container's cgroup is outside of what is mounted", () => {
  expect(() => cpuFolders(v2Mounts, "0::/../docker/a\n")).toThrow("on the host of the Docker daemon");
  expect(() => cpuFolders("", "0::/docker/a\n")).toThrow("on the host of the Docker daemon");
});

test("reads both versions' units as seconds", () => {
  const files = {
    usage: "12502293835\n",
    kinds: "user 1248\nsystem 1\n",
    bandwidth: "nr_periods 2498\nnr_throttled 2496\nthrottled_time 186311911072\n",
  };
  expect(parseV1(files)).toEqual({
    usedSeconds: 12.502293835,
    userSeconds: 12.48,
    systemSeconds: 0.01,
    throttledSeconds: 186.311911072,
  });
  const stat =
    "usage_usec 12502293\nuser_usec 12480000\nsystem_usec 22293\nnr_periods 2498\nthrottled_usec 9000\n";
  expect(parseUnified(stat)).toEqual({
    usedSeconds: 12.502293,
    userSeconds: 12.48,
    systemSeconds: 0.022293,
    throttledSeconds: 0.009,
  });
});

test("a process that has ended, and that nobody has fetched yet, is not taken for the whole host", () => {
  expect(hasLeft("4:cpu,cpuacct:/\n3:memory:/\n1:name=systemd:/\n")).toBe(true);
  expect(hasLeft("0::/system.slice/docker-12ab.scope (deleted)\n")).toBe(true);
  expect(hasLeft("4:cpu,cpuacct:/docker/12ab\n3:memory:/docker/12ab\n0::/\n")).toBe(false);
  expect(hasLeft("0::/system.slice/docker-12ab.scope\n")).toBe(false);
});

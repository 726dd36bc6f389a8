/**
 * The start closes what a kernel's own defaults leave open to agents. In a container these settings are the host's. They are set to the
 * defaults here and restored at the end, so this file needs a host on which no other test runs meanwhile.
 */
import { beforeAll, expect, test } from "vitest";
import { hostKernel, withHostKernel } from "../support/kernel.ts";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

/** The kernel's own defaults. */
const defaults = {
  "fs.protected_hardlinks": "0",
  "fs.protected_symlinks": "0",
  "fs.protected_fifos": "0",
  "fs.protected_regular": "0",
  "kernel.io_uring_disabled": "0",
};
/**
 * Further settings that the start closes. A container can set the first only in a name space of its own. Most hosts have closed the second.
 */
const others = ["user.max_user_namespaces", "kernel.unprivileged_bpf_disabled"];

let image: string;

beforeAll(async () => {
  image = await paperclipImage();
});

/** Runs a script as an agent. Returns its output and its exit status. */
async function agent(machine: Machine, script: string): Promise<string> {
  const user = ["setpriv", "--reuid=agent", "--regid=agent", "--clear-groups"];
  return machine.exec(...user, "bash", "-c", `{ ${script}; } 2>&1; echo "status $?"`);
}

const workspace = "/paperclip/instances/default/workspaces/snoop";
const settings = "/paperclip/instances/default/config.json";
const link = `mkdir -p ${workspace}/.claude && ln ${settings} ${workspace}/.claude/settings.local.json`;
const namespace = "unshare --user --map-root-user id --user";
const ring = `python3 -c 'import ctypes; print("ring", ctypes.CDLL(None, use_errno=True).syscall(425, 1, ctypes.create_string_buffer(120)) >= 0)'`;

/** Lets the server look through the files that it has made for an agent, before it starts a program in the workspace. */
const handOver = (machine: Machine) =>
  machine.exec(
    ...["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"],
    ...["/usr/local/lib/paperclip-on-fly/handOver.sh", workspace, `${workspace}/.claude/settings.local.json`],
  );

const status = async (machine: Machine) => JSON.parse(await machine.exec("paperclip-kernel"));

test("where nothing can be set, the machine starts all the same and says what is open, and the server does not open a hard link of its files to agents", async () => {
  await withHostKernel(defaults, image, async () => {
    const machine = await Machine.start(image);
    try {
      await machine.healthy();
      const host = await hostKernel(others, image);
      const open = [
        ...Object.keys(defaults).filter((name) => name.startsWith("fs.")),
        ...others.filter((name) => (host[name] === "0") !== name.includes("max_")),
        "kernel.io_uring_disabled",
      ];
      expect((await status(machine)).open).toEqual(open);
      expect(await machine.logs()).toContain(`open to agents: ${open.join(" ")}`);
      // What agents can do then.
      expect(await agent(machine, link)).toBe("status 0");
      expect(await agent(machine, namespace)).toBe("0\nstatus 0");
      expect(await agent(machine, ring)).toBe("ring True\nstatus 0");
      await handOver(machine);
      expect(await agent(machine, `cat ${workspace}/.claude/settings.local.json`)).toMatch(
        /Permission denied\nstatus 1/,
      );
    } finally {
      await machine.remove();
    }
  });
});

test("the start closes what it can: agents cannot link somebody else's file or make an io_uring, and they finish their tasks", async () => {
  await withHostKernel(defaults, image, async () => {
    // The machine's root is allowed to set the kernel's settings, as on Fly.io.
    const work = await Workplace.start(image, { run: ["--security-opt", "systempaths=unconfined"] });
    try {
      const { open } = await status(work.machine);
      // A container's root has no right to set this one.
      expect(open.filter((name: string) => name !== "user.max_user_namespaces")).toEqual([]);
      expect(await hostKernel(Object.keys(defaults), image)).toEqual({
        "fs.protected_hardlinks": "1",
        "fs.protected_symlinks": "1",
        "fs.protected_fifos": "1",
        "fs.protected_regular": "2",
        "kernel.io_uring_disabled": "2",
      });
      expect(await agent(work.machine, link)).toMatch(/Operation not permitted\nstatus 1/);
      expect(await agent(work.machine, ring)).toBe("ring False\nstatus 0");
      expect(await closedNamespace(work.machine)).toMatch(/open:\n.*No space left on device\nstatus 1/);
      // The image's switch for agents that need user namespaces.
      expect(await closedNamespace(work.machine, "true")).toBe("open:user.max_user_namespaces\n0\nstatus 0");
      for (const engine of ["acp", "cli"]) {
        const hired = await work.hire(`Counter ${engine}`, { engine });
        await work.done(await work.give(hired, `Count the words of our motto with ${engine}`));
      }
    } finally {
      await work.stop();
    }
  });
});

/**
 * Runs the part of the start that closes user namespaces, and then an agent's attempt to make one. Both run in a user namespace in which
 * root has the right to close it, and whose limit affects nobody else.
 */
function closedNamespace(machine: Machine, sandboxes = "false"): Promise<string> {
  const start =
    "log() { :; }; PAPERCLIP_AGENT_SANDBOXES=$0; source /usr/local/lib/paperclip-on-fly/kernel.sh; kernel_close";
  const script = `${start}; echo "open:${"$"}{kernel_open[*]}"; { ${namespace}; } 2>&1; echo "status $?"`;
  return machine.exec("unshare", "--user", "--map-root-user", "bash", "-c", script, sandboxes);
}

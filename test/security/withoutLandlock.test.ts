import { beforeAll, expect, test } from "vitest";
import { withoutLandlock } from "../support/kernel.ts";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { scriptOf } from "./attempts.ts";

/** What still separates agents where the kernel cannot confine them, or is told not to (agentHomes.test.ts has the rest). */
let image: string;

beforeAll(async () => {
  image = await paperclipImage();
});

const status = async (machine: Machine) => JSON.parse(await machine.exec("paperclip-kernel"));

/** Starts a program as the server does when it belongs to no agent. */
async function started(machine: Machine, ...words: string[]): Promise<string> {
  const server = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
  const sudo = ["sudo", "--user=agent", "--", "/usr/local/lib/paperclip-on-fly/asAgent.sh"];
  const script = '"$@" 2>&1; echo "status $?"';
  return machine.exec(...server, ...sudo, "bash", "-c", script, "-", ...words);
}

const sandbox = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"];

test("a kernel without Landlock is reported, and each agent still works in a home of its own", () =>
  withoutLandlock(async (run) => {
    const work = await Workplace.start(image, { run });
    try {
      expect(await status(work.machine)).toMatchObject({ homes: "none" });
      expect(await work.machine.logs()).toContain("agents kept from each other by none");
      const hook = { type: "command", command: "touch /tmp/hooked-$PAPERCLIP_AGENT_ID" };
      const hooks = JSON.stringify({ hooks: { SessionStart: [{ hooks: [hook] }] } });
      await work.put(
        "/tmp/look-around.sh",
        scriptOf([{ name: "leave", script: `echo '${hooks}' > ~/.claude/settings.json; echo $HOME` }]),
      );
      const agents: string[] = [];
      for (const engine of ["cli", "acp"]) {
        const agent = await work.hire(`Agent ${engine}`, { engine });
        await work.done(await work.give(agent, `Look around in this machine with ${engine}`));
        agents.push(agent);
      }
      for (const agent of agents)
        expect(await work.machine.exec("ls", `/paperclip/agents/${agent}/.claude`)).toContain(
          "settings.json",
        );
      expect(await work.machine.exec("sh", "-c", "ls /tmp/hooked-* || true")).toBe("");
    } finally {
      await work.stop();
    }
  }));

test("agents' programs can make their own sandboxes only if the image's switch is on, as doctor's finding says", async () => {
  for (const [variable, homes, found] of [
    ["false", "landlock", /(not permitted|denied)[\s\S]*status [1-9]/],
    ["true", "none", /^status 0$/],
  ] as const) {
    const machine = await Machine.start(image, { run: ["--env", `PAPERCLIP_AGENT_SANDBOXES=${variable}`] });
    try {
      await machine.healthy();
      expect(await started(machine, ...sandbox)).toMatch(found);
      const { open, ...rest } = await status(machine);
      expect(rest).toMatchObject({ homes });
      if (homes === "none") expect(open).toContain("user.max_user_namespaces");
    } finally {
      await machine.remove();
    }
  }
});

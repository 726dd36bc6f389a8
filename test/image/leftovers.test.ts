import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

/** What runs leave behind, while others are at work: two agents at once, and more of them with a task. */
let work: Workplace;

/** Programs that stay. Each is named in its first argument after what it does and after whose it is. */
const stay = `exec -a "$0" sleep 4000`;
const kinds = {
  session: `setsid bash -c "$stay" "$me-session"`,
  nohup: `nohup bash -c "$stay" "$me-nohup"`,
  variables: `env -i /usr/bin/setsid /bin/bash -c "$stay" "$me-variables"`,
  daemon: `setsid bash -c 'setsid bash -c "$1" "$0" &' "$me-daemon" "$stay"`,
  deaf: `setsid bash -c "trap '' TERM; $stay" "$me-deaf"`,
  lowered: `setsid bash -c "ulimit -q 5; $stay" "$me-lowered"`,
  none: `setsid bash -c "ulimit -x 0; ulimit -q 0; $stay" "$me-none"`,
  server: `setsid bash -c 'exec -a "$0" python3 -m http.server --bind 127.0.0.1 0' "$me-server"`,
  maker: `setsid bash -c "trap '' TERM; while :; do bash -c 'exec -a \\$0 sleep 3' $me-maker & sleep 0.3; done"`,
};
const script = `
  pgrep --full --list-full '^left-' >before.txt
  me=left-$PAPERCLIP_AGENT_ID stay='${stay}'
  for kind in ${Object.keys(kinds).join(" ")}; do
    case $kind in
${Object.entries(kinds)
  .map(([kind, start]) => `${kind}) ${start} >/dev/null 2>&1 </dev/null & ;;`)
  .join("\n")}
    esac
    until pgrep --full "^$me-$kind" >/dev/null; do sleep 0.1; done
  done
  echo It stays.`;

beforeAll(async () => {
  const run = ["--env", "PAPERCLIP_AGENTS_AT_ONCE=2"];
  work = await Workplace.start(await paperclipImage(), { memoryMb: 2048, run });
  await work.put("/tmp/leave-behind.sh", script);
  await work.put("/tmp/service.sh", "exec -a left-service-preview sleep 4000");
});

afterAll(() => work?.stop());

beforeEach(() => work.anthropic.closeGate("leaving"));

/** The programs of an agent that are there, by kind. */
async function left(of: string): Promise<string[]> {
  const programs = await work.machine.exec("bash", "-c", "pgrep --full --list-full '^left-' || :");
  const found = [...programs.matchAll(new RegExp(`left-${of}-(\\w+)`, "g"))];
  return [...new Set(found.map(([, kind = ""]) => kind))].sort();
}
const all = Object.keys(kinds).sort();
/** What has lowered its limits is nobody's, and ends with any run. */
const marked = all.filter((kind) => kind !== "lowered" && kind !== "none");

/** An agent's first run. A run that fails is retried later. */
const runOf = async (agentId: string) =>
  (
    await work.operator.ok<{ id: string; agentId: string; status: string; error: string | null }[]>(
      "GET",
      `/api/companies/${work.companyId}/heartbeat-runs`,
    )
  ).findLast((run) => run.agentId === agentId);

/** Waits until an agent has left everything behind and its model waits. */
const leaving = (agentId: string) =>
  pWaitFor(
    async () => {
      expect(work.problems()).toEqual([]);
      const there = await left(agentId);
      return marked.every((kind) => there.includes(kind)) && work.waitingAt("leaving") > 0;
    },
    { interval: 300, timeout: 120_000 },
  );

/** Waits for the end of an agent's run; returns its status and what is there of it at that moment. */
async function ended(agentId: string) {
  const over = async () => !["queued", "running"].includes((await runOf(agentId))?.status ?? "queued");
  await pWaitFor(over, { interval: 100, timeout: 120_000 });
  return { left: await left(agentId), status: (await runOf(agentId))?.status };
}

const gone = (agentId: string) =>
  pWaitFor(async () => (await left(agentId)).length === 0, { interval: 200, timeout: 30_000 });

describe("a service of a workspace", () => {
  test("that a person starts is at work", async () => {
    const { id } = await work.operator.ok<{ id: string }>(
      "POST",
      `/api/companies/${work.companyId}/projects`,
      { name: "Preview" },
    );
    const agent = await work.hire("Guest", { engine: "cli" });
    const cwd = `/paperclip/instances/default/workspaces/${agent}`;
    await work.machine.exec("install", "-d", "-o", "agent", "-g", "agent", cwd);
    const services = [{ name: "preview", command: "bash /tmp/service.sh" }];
    const workspace = {
      name: "preview",
      sourceType: "local_path",
      cwd,
      runtimeConfig: { workspaceRuntime: { services } },
    };
    const { id: workspaceId } = await work.operator.ok<{ id: string }>(
      "POST",
      `/api/projects/${id}/workspaces`,
      workspace,
    );
    const start = `/api/projects/${id}/workspaces/${workspaceId}/runtime-services/start`;
    await work.operator.ok("POST", start, {});
    expect(await left("service")).toEqual(["preview"]);
  });
});

describe.each([
  ["acp", "cli"],
  ["cli", "acp"],
])("with the engines %s and %s at once", (one, other) => {
  let cancelled: string;
  let failing: string;
  let waiting: string;

  test("what both leave behind is there while they work", async () => {
    [cancelled, failing, waiting] = (await Promise.all([
      work.hire(`Cancelled ${one}`, { engine: one }),
      work.hire(`Failing ${other}`, { engine: other }),
      work.hire(`Waiting ${one}`, { engine: one }),
    ])) as [string, string, string];
    await work.give(cancelled, `Leave something behind, cancelled ${one}`);
    await work.give(failing, `Leave something behind, failing ${other}`);
    await Promise.all([leaving(cancelled), leaving(failing)]);
    await work.give(waiting, `Leave something behind, waiting ${one}`);
  });

  test("when one is cancelled, nothing of it stays, and all of the other's does; the next begins when it is gone", async () => {
    await work.operator.ok("POST", `/api/heartbeat-runs/${(await runOf(cancelled))?.id}/cancel`, {});
    await gone(cancelled);
    expect((await runOf(cancelled))?.status).toBe("cancelled");
    expect(await left(failing)).toEqual(marked);
    await leaving(waiting);
    const before = `/paperclip/instances/default/workspaces/${waiting}/before.txt`;
    expect(await work.machine.exec("cat", before)).not.toContain(cancelled);
  });

  test("when one fails, nothing of it stays", async () => {
    const programs = `for pid in $(pgrep --uid agent --exact claude); do
      if tr '\\0' '\\n' <"/proc/$pid/environ" | grep --quiet ${failing}; then kill -KILL "$pid"; fi
    done`;
    await work.machine.exec("bash", "-c", programs);
    expect(await ended(failing)).toEqual({ status: "failed", left: [] });
    // Otherwise Paperclip tries again, and takes a place.
    await work.operator.ok("POST", `/api/agents/${failing}/pause`, {});
    expect(await left(waiting)).toEqual(marked);
  });

  test("when one has finished its task, nothing of it stays; the service does", async () => {
    work.anthropic.openGate("leaving");
    expect(await ended(waiting)).toEqual({ status: "succeeded", left: [] });
    expect(await left("service")).toEqual(["preview"]);
    expect(await work.machine.logs()).not.toContain("cannot be ended");
  });
});

describe("a command that people choose, with the adapter process", () => {
  const command = (words: string, more: object = {}) => ({
    command: "bash",
    args: ["-c", `exec -a "left-$PAPERCLIP_AGENT_ID-x" sleep 4000 & ${words}`],
    cwd: "/tmp",
    ...more,
  });
  const started = async (name: string, adapterConfig: object) => {
    const agent = await work.add("agents", { name, role: "engineer", adapterType: "process", adapterConfig });
    await work.operator.ok("POST", `/api/agents/${agent}/heartbeat/invoke`, {});
    return agent;
  };

  test("ends when its program does, though what it leaves behind has its output open", async () => {
    const agent = await started("Open", command("echo done"));
    expect(await ended(agent)).toEqual({ status: "succeeded", left: [] });
  });

  test("leaves nothing behind when its time is over", async () => {
    const config = command("setsid -w sleep 4000", { timeoutSec: 3, graceSec: 1 });
    expect(await ended(await started("Late", config))).toEqual({ status: "timed_out", left: [] });
  });
});

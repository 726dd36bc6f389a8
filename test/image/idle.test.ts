/** What a machine does when nobody does anything. Nothing waits longer because of that than it has to. */
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";

let work: Workplace;
let agents: string[];

beforeAll(async () => {
  // With one place for runs, the second run has to wait for the first.
  work = await Workplace.start(await paperclipImage(), { run: ["--env", "PAPERCLIP_AGENTS_AT_ONCE=1"] });
  agents = [await work.hire("Ada", {}), await work.hire("Ben", {})];
});

afterAll(() => work?.stop());

/**
 * Waits until the last action is long over, and this many seconds are left until the next full minute, when Paperclip looks for work. It
 * makes no call meanwhile, because a person's call would be a change.
 */
async function quiet(secondsLeft: number) {
  const since = Date.now();
  const isQuiet = () => {
    const now = new Date();
    const second = now.getSeconds();
    // After the full minute's own work, and after PostgreSQL has counted it: an idle connection reports its counters ten seconds late.
    return now.getTime() - since > 45_000 && second >= 15 && second <= 59 - secondsLeft;
  };
  await pWaitFor(isQuiet, { interval: 200, timeout: 180_000 });
}

const after = (seconds: number) => {
  const at = Date.now() + seconds * 1000;
  return pWaitFor(() => Date.now() > at, { interval: 100, timeout: 180_000 });
};

/** Transactions that PostgreSQL has ended in Paperclip's database so far. */
const transactions = async () => {
  const asPostgres = ["setpriv", "--reuid=postgres", "--clear-groups", "psql", "--host=/run/postgresql"];
  const query = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'paperclip'";
  return Number(await work.machine.exec(...asPostgres, "-tA", `--command=${query}`, "postgres"));
};

/** CPU of the programs that the server has started and that have ended, in hundredths of a second. git alone took about three. */
const programsTicks = async () => {
  const pid = await work.machine.exec("pgrep", "--oldest", "--full", "server/dist/start.js");
  const stat = await work.machine.exec("cat", `/proc/${pid}/stat`);
  // proc_pid_stat(5): cutime and cstime are the 16th and 17th field. The second field can contain blanks.
  const [cutime, cstime] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15)
    .map(Number);
  return (cutime ?? Number.NaN) + (cstime ?? Number.NaN);
};

describe("with nobody there", () => {
  test("the database is left alone from one full minute to the next", async () => {
    await quiet(20);
    const before = await transactions();
    await after(10);
    // An unmodified Paperclip makes about three hundred in that time.
    expect((await transactions()) - before).toBeLessThan(10);
  });

  test("a health check starts no program", async () => {
    const before = await programsTicks();
    // Paperclip remembers git's answers for three seconds.
    const ended = Date.now() + 5000;
    const checks = async () => {
      expect((await work.machine.health())?.statusCode).toBe(200);
      return Date.now() > ended;
    };
    await pWaitFor(checks, { interval: 1000, timeout: 60_000 });
    expect(await programsTicks()).toBe(before);
  });
});

describe("nothing is lost by it:", () => {
  /** Seconds between two of Paperclip's own times. */
  const between = (from: string | null, to: string | null) =>
    (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;

  interface TimedRun {
    id: string;
    status: string;
    agentId: string;
    createdAt: string;
    startedAt: string | null;
    finishedAt: string | null;
  }
  const runsOf = async (agent: string | undefined) =>
    (await work.operator.ok<TimedRun[]>("GET", `/api/companies/${work.companyId}/heartbeat-runs`)).filter(
      ({ agentId }) => agentId === agent,
    );

  test("a task that a person gives to an agent begins within two seconds", async () => {
    await work.done(await work.give(agents[0] ?? "", "Count the words of our motto"));
    const [run] = await runsOf(agents[0]);
    expect(between(run?.createdAt ?? null, run?.startedAt ?? null)).toBeLessThan(2);
  });

  test("a run that waits for the place of another begins as soon as that is over", async () => {
    const before = (await runsOf(agents[0])).map(({ id }) => id);
    const diary = await work.give(agents[0] ?? "", "Write a page of the diary");
    await pWaitFor(() => work.waitingAt("diary") === 1, { interval: 200, timeout: 120_000 });
    const waiting = await work.give(agents[1] ?? "", "Count the words of our motto again");
    await pWaitFor(async () => (await runsOf(agents[1]))[0]?.status === "queued", {
      interval: 200,
      timeout: 60_000,
    });
    // Without a notification, Paperclip would look again only at the next full minute.
    await quiet(20);
    work.anthropic.openGate("diary");
    await work.done(diary);
    await work.done(waiting);
    const over = (await runsOf(agents[0])).find(({ id }) => !before.includes(id));
    const next = (await runsOf(agents[1])).at(-1);
    expect(between(over?.finishedAt ?? null, next?.startedAt ?? null)).toBeLessThan(5);
  });

  test("a routine begins in its minute", async () => {
    const routine = await work.operator.ok<{ id: string }>(
      "POST",
      `/api/companies/${work.companyId}/routines`,
      { title: "Count the words of our motto each minute", assigneeAgentId: agents[1] },
    );
    const due = new Date(Math.ceil((Date.now() + 5_000) / 60_000) * 60_000);
    await work.operator.ok("POST", `/api/routines/${routine.id}/triggers`, {
      kind: "schedule",
      cronExpression: `${due.getUTCMinutes()} * * * *`,
      timezone: "UTC",
    });
    const triggered = async () =>
      (await work.operator.ok<{ triggeredAt: string }[]>("GET", `/api/routines/${routine.id}/runs`))[0];
    await pWaitFor(async () => (await triggered()) !== undefined, { interval: 500, timeout: 120_000 });
    const late = between(due.toISOString(), (await triggered())?.triggeredAt ?? null);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(10);
  });
});

/** The measurements of a machine with a small company. */
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { Side } from "../figures.ts";
import type { Add } from "../results.ts";
import { busy } from "./busy.ts";
import { calmWith } from "./calm.ts";
import { type Company, hire } from "./company.ts";
import { sizeName } from "./guest.ts";
import { idle } from "./idle.ts";
import { limits } from "./limits.ts";
import { sizes } from "./prices.ts";
import { processKinds } from "./processes.ts";
import type { Rig, Tenant } from "./rig.ts";
import { doTasks } from "./task.ts";
import { unlessStalled, visit } from "./visit.ts";
import { sightOf, visits } from "./visits.ts";
import { withCompany } from "./withCompany.ts";

/** CPU of an idle machine by process, and what an open dashboard adds to it. */
export const measureIdle = (seconds: number) => (rig: Rig, side: Side, add: Add) =>
  withCompany(rig, side, async (tenant, company) => {
    const { machine } = tenant;
    const { total, byKind } = await idle(machine, seconds);
    add("idle", "%", total);
    for (const kind of processKinds) add(`… ${kind}`, "%", byKind[kind]);
    const profile = await rig.profileOf(tenant, company);
    try {
      const sight = sightOf(tenant, company);
      const { page } = await unlessStalled(() => visit(profile, machine, sight, limits.page));
      await calmWith(machine, mostBalanceSeconds);
      // The same time with the page and, right afterwards, without it, because idling differs from minute to minute.
      const open = await idle(machine, seconds / 5);
      await page.close();
      await calmWith(machine, mostBalanceSeconds);
      const closed = await idle(machine, seconds / 5);
      add("an open dashboard adds", "%", open.total - closed.total);
    } finally {
      await profile.close();
    }
  });

/** Two agents at work in a machine without balance. */
export const measureBusy = (rig: Rig, side: Side, add: Add) =>
  withCompany(rig, side, async (tenant, company) => {
    const { machine } = tenant;
    const agents = [await hire(company, "Clippy"), await hire(company, "Scribe")];
    const profile = await rig.profileOf(tenant, company);
    try {
      const sight = sightOf(tenant, company);
      const { page } = await unlessStalled(() => visit(profile, machine, sight, limits.page));
      await page.close();
      await calmWith(machine, 0);
      const result = await busy(machine, company, rig.anthropic, agents, profile, sight);
      add("two agents at once, both tasks done", "s", result.tasks?.seconds, { limitSeconds: limits.task });
      add("… dashboard meanwhile", "s", result.dashboardSeconds, { limitSeconds: limits.page });
      const call = Number.isFinite(result.callSeconds) ? result.callSeconds : undefined;
      add("… an API call meanwhile", "s", call);
      add("… slowest health check meanwhile", "s", result.healthSeconds);
    } finally {
      await profile.close();
    }
  });

/** Each size of machine. */
export async function measureSizes(rig: Rig, add: Add): Promise<void> {
  const memoryMb = 1024;
  for (const { cpus } of sizes.filter((size) => size.memoryMb === memoryMb)) {
    const guest = { cpu_kind: "shared", cpus, memoryMb } as const;
    await withCompany(
      rig,
      "ours",
      (tenant, company) => measureSize(rig, tenant, company, sizeName(guest), add),
      guest,
    );
  }
}

/** The dashboard with and without balance, and what a task takes. */
async function measureSize(rig: Rig, tenant: Tenant, company: Company, of: string, add: Add): Promise<void> {
  const { machine } = tenant;
  for (const [name, balance] of [
    ["with balance", mostBalanceSeconds],
    ["without", 0],
  ] as const) {
    const [seen] = await visits(rig, tenant, company, 1, () => calmWith(machine, balance));
    add(`dashboard, ${name}`, "s", seen?.seconds, { of, limitSeconds: limits.page });
  }
  const agents = [await hire(company, "Clippy")];
  // An agent's first task takes more than the later ones.
  for (const name of ["first task", "task"]) {
    await calmWith(machine, mostBalanceSeconds);
    const task = await doTasks(machine, company, rig.anthropic, agents, limits.task);
    add(`${name}, CPU`, "CPU s", task?.cpuSeconds, { of });
  }
  await calmWith(machine, 0);
  const held = await doTasks(machine, company, rig.anthropic, agents, limits.task);
  add("task, without", "s", held?.seconds, { of, limitSeconds: limits.task });
}

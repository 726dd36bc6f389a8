/** How a machine with a certain CPU balance serves people and agents, from its first start on. */
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { Add } from "../results.ts";
import { boot, firstInvitation } from "./boot.ts";
import { calmWith } from "./calm.ts";
import { type Company, foundCompany, grow, hire, smallestCompany } from "./company.ts";
import { limits } from "./limits.ts";
import type { Rig, Tenant } from "./rig.ts";
import { doTasks } from "./task.ts";
import { addVisits, visits } from "./visits.ts";

export interface LifeOptions {
  /** Seconds of CPU that the machine has saved at the beginning of each measurement. */
  balanceSeconds: number;
  /** Runs before each measurement. Default: nothing. */
  before?: () => Promise<unknown>;
}

export async function life(
  rig: Rig,
  tenant: Tenant,
  { balanceSeconds, before }: LifeOptions,
  add: Add,
): Promise<void> {
  const { machine } = tenant;
  const ready = async () => {
    await calmWith(machine, mostBalanceSeconds);
    await before?.();
    await machine.setBalance(balanceSeconds);
  };
  const company = await firstStart(tenant, add);
  await grow(company, smallestCompany);
  const agent = await hire(company, "Clippy");
  await machine.stop();
  await tenant.address.bench.forgetConnections();
  await before?.();
  await machine.startAgain(balanceSeconds);
  addBoot("restart", await boot(machine, tenant.address), add);
  await comesUp(tenant);

  addVisits(await visits(rig, tenant, company, 2, ready), add);
  await ready();
  const task = await doTasks(machine, company, rig.anthropic, [agent], limits.task);
  add("an agent's first task", "s", task?.seconds, { limitSeconds: limits.task });
  add("… task, CPU", "CPU s", task?.cpuSeconds);
}

/** Measures a machine's first start, and makes a company in it. */
async function firstStart(tenant: Tenant, add: Add): Promise<Company> {
  const { side, machine, address, newPerson } = tenant;
  const first = await boot(machine, address);
  addBoot("first boot", first, add);
  const invited = first.healthy && (await firstInvitation(side, machine));
  const more = { limitSeconds: limits.boot };
  add("first boot to the invitation", "s", invited?.stage.seconds, more);
  await comesUp(tenant);
  const link = (invited ?? (await firstInvitation(side, machine, machine.seconds + patience)))?.link;
  if (!link) throw new Error(`there is no invitation:\n${await machine.log()}`);
  return foundCompany(newPerson, link);
}

/** Seconds in which a machine with full balance has to be up. */
const patience = 120;

/** Gives a machine that was not up in time the balance that it needs, and waits for it. */
async function comesUp({ machine, newPerson }: Tenant): Promise<void> {
  await machine.setBalance(mostBalanceSeconds);
  await newPerson().eventually("/api/health");
}

function addBoot(name: string, { healthy, https }: Awaited<ReturnType<typeof boot>>, add: Add) {
  const more = { limitSeconds: limits.boot };
  add(`${name} to healthy`, "s", healthy?.seconds, more);
  add(`${name} to HTTPS in the tailnet`, "s", https?.seconds, more);
  add(`… ${name} to HTTPS, CPU`, "CPU s", https?.cpuSeconds);
}

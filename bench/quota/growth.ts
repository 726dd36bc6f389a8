/** How a machine with a whole CPU grows with the work in it. */
import Docker from "dockerode";
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import { anonymous } from "../machine.ts";
import type { Add } from "../results.ts";
import { calmWith } from "./calm.ts";
import { type Company, companySizes, grow } from "./company.ts";
import type { FlyMachine } from "./flyMachine.ts";
import { idle } from "./idle.ts";
import type { Rig, Tenant } from "./rig.ts";
import { addVisits, visits } from "./visits.ts";

/** Measures each size of a company in one machine, the smallest first. */
export async function growth(
  rig: Rig,
  tenant: Tenant,
  company: Company,
  idleSeconds: number,
  add: Add,
): Promise<void> {
  const { machine } = tenant;
  for (const size of companySizes) {
    const of = `${size.tasks} tasks`;
    await grow(company, size);
    await calmWith(machine, mostBalanceSeconds);
    add("idle", "%", (await idle(machine, idleSeconds)).total, { of });
    add("memory", "MB", await memoryMegabytes(machine), { of });
    add("database", "MB", await databaseMegabytes(machine), { of });
    addVisits(await visits(rig, tenant, company, 2), add, { of });
  }
}

const memoryMegabytes = async ({ container }: FlyMachine) =>
  anonymous(await new Docker().getContainer(container.id).stats({ stream: false, "one-shot": true }));

/** The size of all of PostgreSQL's files on the volume. */
async function databaseMegabytes(machine: FlyMachine): Promise<number> {
  const [kilobytes] = (await machine.exec(["du", "-sk", "/paperclip/postgres"])).split("\t");
  return (Number(kilobytes) * 1024) / 1e6;
}

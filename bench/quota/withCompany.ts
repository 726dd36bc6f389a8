/** A machine with a small company in it, whose agents and people have something to look at. */
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { Side } from "../figures.ts";
import { boot, firstInvitation } from "./boot.ts";
import { calmWith } from "./calm.ts";
import { type Company, foundCompany, grow, smallestCompany } from "./company.ts";
import type { Guest } from "./guest.ts";
import type { Rig, Tenant } from "./rig.ts";

/** Starts one with full balance, and waits until it has nothing more to do. */
export function withCompany(
  rig: Rig,
  side: Side,
  work: (tenant: Tenant, company: Company) => Promise<void>,
  guest?: Guest,
): Promise<void> {
  const options = { balanceSeconds: mostBalanceSeconds, ...(guest ? { guest } : {}) };
  return rig.withTenant(side, options, async (tenant) => {
    const { machine, address, newPerson } = tenant;
    await boot(machine, address);
    const invited = await firstInvitation(side, machine);
    if (!invited) throw new Error(`there is no invitation:\n${await machine.log()}`);
    const company = await foundCompany(newPerson, invited.link);
    await grow(company, smallestCompany);
    await calmWith(machine, mostBalanceSeconds);
    await work(tenant, company);
  });
}

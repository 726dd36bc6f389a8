/** Visits to the dashboard by somebody who has not been there before. */
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { Figure } from "../figures.ts";
import type { Add } from "../results.ts";
import { calmWith } from "./calm.ts";
import { type Company, taskTitle } from "./company.ts";
import { limits } from "./limits.ts";
import type { Rig, Tenant } from "./rig.ts";
import { type Sight, unlessStalled, type Visit, visit } from "./visit.ts";

/** The dashboard with the newest task, which appears once the page has its data. */
export const sightOf = ({ url }: Tenant, { prefix, size }: Company): Sight => ({
  url: `${url}/${prefix}/dashboard`,
  words: taskTitle(size.tasks),
});

/**
 * Visits it with a new profile of the browser, and then again.
 *
 * @param howOften 1 or 2
 * @param ready runs before each visit. Default: waits until the machine is calm and gives it full balance
 */
export function visits(
  rig: Rig,
  tenant: Tenant,
  company: Company,
  howOften: number,
  ready: () => Promise<void> = () => calmWith(tenant.machine, mostBalanceSeconds),
): Promise<(Visit | undefined)[]> {
  return unlessStalled(async () => {
    const seen: (Visit | undefined)[] = [];
    const profile = await rig.profileOf(tenant, company);
    try {
      while (seen.length < howOften) {
        await ready();
        const one = await visit(profile, tenant.machine, sightOf(tenant, company), limits.page);
        await one.page.close();
        seen.push(one.visit);
      }
    } finally {
      await profile.close();
    }
    return seen;
  });
}

/** Adds a first and a second visit. */
export function addVisits(
  [first, second]: readonly (Visit | undefined)[],
  add: Add,
  more: Pick<Figure, "of"> = {},
): void {
  for (const [name, seen] of [
    ["dashboard, first visit", first],
    ["dashboard, second visit", second],
  ] as const) {
    add(name, "s", seen?.seconds, { ...more, limitSeconds: limits.page });
    add(`… ${name}, on the wire`, "KB", seen && seen.bytes / 1e3, more);
    add(`… ${name}, CPU`, "CPU s", seen?.cpuSeconds, more);
  }
}

import { accountProbes } from "./account.ts";
import { machineProbes } from "./machine.ts";
import type { Probe } from "./probe.ts";
import { tailnetProbes } from "./tailnet.ts";

/** Every probe that a run can do on its own. Probes that need a person's eyes or another account are only in docs/assumptions. */
export const allProbes: readonly Probe[] = [...machineProbes, ...tailnetProbes, ...accountProbes];

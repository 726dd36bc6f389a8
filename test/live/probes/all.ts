import { accountProbes } from "./account.ts";
import { machineProbes } from "./machine.ts";
import type { Probe } from "./probe.ts";
import { tailnetProbes } from "./tailnet.ts";

/** Every probe that a run can do by itself. Those that need a person's eyes or another account are in docs/assumptions only. */
export const allProbes: readonly Probe[] = [...machineProbes, ...tailnetProbes, ...accountProbes];

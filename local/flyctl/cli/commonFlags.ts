import type { Flag } from "./flagSet.ts";

// Flags that several commands take.

export const app: Flag = { name: "app", short: "a", type: "string" };
export const json: Flag = { name: "json", type: "bool" };
export const org: Flag = { name: "org", short: "o", type: "string" };
export const region: Flag = { name: "region", short: "r", type: "string" };
export const yes: Flag = { name: "yes", short: "y", type: "bool" };
export const stage: Flag = { name: "stage", type: "bool" };
export const dnsChecks: Flag = { name: "dns-checks", type: "bool", default: "true" };

import { sortedEntries } from "../go/json.ts";
import type { Compute, Config } from "./schema.ts";

export const defaultGroup = "app";

/** The process groups there are, sorted; one named `app` if fly.toml has none. */
export function processNames(config: Config): string[] {
  const names = sortedEntries(config.processes).map(([name]) => name);
  return names.length > 0 ? names : [defaultGroup];
}

/** The group that sections without `processes` belong to. */
export function defaultProcessName(config: Config): string {
  const names = processNames(config);
  return names.includes(defaultGroup) ? defaultGroup : (names[0] ?? defaultGroup);
}

/** The configuration of one process group: only the sections that apply to it, and only its own process. */
export function flatten(config: Config, group: string): Config {
  const name = group || defaultProcessName(config);
  const isDefault = name === defaultProcessName(config);
  const applies = ({ processes }: { processes: string[] }) =>
    processes.length === 0 ? isDefault : processes.includes(name);
  const ofGroup = <T extends { processes: string[] }>(sections: T[]): T[] =>
    sections.filter(applies).map((section) => ({ ...section, processes: [name] }));
  const flat = structuredClone(config);
  const vm = computeFor(config, name);
  return {
    ...flat,
    processes: Object.fromEntries(Object.entries(flat.processes).filter(([process]) => process === name)),
    checks: Object.fromEntries(
      Object.entries(flat.checks)
        .filter(([, check]) => applies(check))
        .map(([key, check]) => [key, { ...check, processes: [name] }]),
    ),
    http_service:
      flat.http_service && applies(flat.http_service) ? { ...flat.http_service, processes: [name] } : null,
    services: ofGroup(flat.services),
    mounts: ofGroup(flat.mounts),
    files: ofGroup(flat.files),
    metrics: ofGroup(flat.metrics),
    restart: ofGroup(flat.restart),
    vm: vm ? [{ ...vm, processes: [name] }] : [],
    host_dedication_id: vm?.host_dedication_id || flat.host_dedication_id,
  };
}

/** The [[vm]] section that names the group, else one that names none. */
function computeFor(config: Config, name: string): Compute | undefined {
  const candidates = config.vm.filter(({ processes }) => processes.length === 0 || processes.includes(name));
  return candidates.find(({ processes }) => processes.includes(name)) ?? candidates[0];
}

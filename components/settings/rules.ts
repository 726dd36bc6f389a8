/**
 * What a valid setting is. Each function returns the reason why a value is refused, or undefined where it is fine, so that the stack's
 * settings and the component's arguments share one set of rules and each can report all mistakes at once.
 */
import { machineSizes } from "../fly/machineSizes.ts";
import { importLines } from "../fly/secretsImport.ts";
import { sizeText } from "./units.ts";

export { secretNameProblem } from "./secretNames.ts";

/** Least memory of a machine, in MB: PostgreSQL, Paperclip and one agent at work take 665 to 745 MB of it. */
export const minimumMemoryMb = 1024;

/** Longest app name, in characters: it is also a DNS label, the device's name in the tailnet. */
export const maximumAppNameLength = 63;

/** Longest secret, in KB of 1024 bytes. */
const maximumSecretKb = 100;

/** The most that flyctl takes of a secret by itself, in KB; several of them go together, line by line. */
const maximumSingleSecretKb = 64;

/** Lowercase letters, digits and dashes, as Fly.io and DNS have it. */
export function appNameProblem(name: string): string | undefined {
  if (name.length > maximumAppNameLength) {
    return `is ${name.length} characters long; at most ${maximumAppNameLength} make a DNS name`;
  }
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    return "must start with a letter and hold only lowercase letters, digits and single dashes between them";
  }
  return undefined;
}

export function regionProblem(region: string): string | undefined {
  return /^[a-z]{3}$/.test(region) ? undefined : "is not a region code, which has three lowercase letters";
}

export function organizationProblem(slug: string): string | undefined {
  return /^[a-z0-9][a-z0-9-]*$/.test(slug)
    ? undefined
    : "is not an organization's slug (see `flyctl orgs list`)";
}

export function sizeProblem(size: string): string | undefined {
  return machineSizes.has(size)
    ? undefined
    : `is not a machine preset; Fly.io has ${[...machineSizes.keys()].join(", ")}`;
}

/** The least memory in MB that a machine preset can have here. */
export function leastMemoryMb(size: string): number {
  const preset = machineSizes.get(size);
  return preset?.cpuKind === "performance" ? Math.max(minimumMemoryMb, preset.memoryMb) : minimumMemoryMb;
}

/** Memory in MB, for a known machine preset. */
export function memoryProblem(memoryMb: number, size: string): string | undefined {
  if (!Number.isInteger(memoryMb)) return "is not a whole number of MB";
  if (memoryMb < minimumMemoryMb) {
    return `is less than ${sizeText(minimumMemoryMb)}, which PostgreSQL, Paperclip and one agent need: with less the kernel kills the server in mid-run`;
  }
  if (memoryMb % 256 !== 0) return "is not a multiple of 256mb, the step in which Fly.io sells memory";
  const preset = machineSizes.get(size);
  if (preset && memoryMb > preset.maximumMemoryMb) {
    return `is more than ${size} can have, ${preset.maximumMemoryMb}mb; take a larger size`;
  }
  if (preset && memoryMb < preset.memoryMb && preset.cpuKind === "performance") {
    return `is less than ${size} comes with, ${preset.memoryMb}mb`;
  }
  return undefined;
}

/**
 * The largest attachment in MB that can be allowed with so much memory: the server has an uploaded file in memory twice, and needs as much
 * again for whoever uploads at the same time.
 */
export const mostAttachmentMb = (memoryMb: number): number => Math.floor(memoryMb / 10);

/** Size of the largest attachment in MB. */
export function attachmentLimitProblem(limitMb: number, memoryMb: number): string | undefined {
  if (!Number.isInteger(limitMb) || limitMb < 1) return "is not a whole number of mb, at least 1";
  const most = mostAttachmentMb(memoryMb);
  return limitMb <= most
    ? undefined
    : `is more than a tenth of the machine's memory, ${sizeText(most)}: the server holds what is uploaded in memory`;
}

/** Agents that work at once, at most: Paperclip itself runs no more than these of one agent. */
export const mostAgentsAtOnce = 50;

export function agentsAtOnceProblem(agents: number): string | undefined {
  return Number.isInteger(agents) && agents >= 1 && agents <= mostAgentsAtOnce
    ? undefined
    : `is not a whole number of agents from 1 to ${mostAgentsAtOnce}`;
}

/** The agents' programs that the image can carry, by the name of each program. Claude Code is what the stack's own token is for. */
const agentPrograms = ["claude", "codex"];

export function agentsProblem(agents: readonly string[]): string | undefined {
  const unknown = agents.filter((agent) => !agentPrograms.includes(agent));
  if (unknown.length > 0)
    return `has ${unknown.map((agent) => `"${agent}"`).join(", ")}; the agents are ${agentPrograms.join(", ")}`;
  if (new Set(agents).size < agents.length) return "names an agent twice";
  return agents.includes("claude")
    ? undefined
    : "has no claude, which every image has; others come besides it";
}

/** What the image can carry for agents, by the names in docker/build/addTools.sh. */
const imageTools = ["base", "native"];

export function toolsProblem(tools: readonly string[]): string | undefined {
  const unknown = tools.filter((tool) => !imageTools.includes(tool));
  if (unknown.length > 0)
    return `has ${unknown.map((tool) => `"${tool}"`).join(", ")}; the tools are ${imageTools.join(", ")}`;
  if (new Set(tools).size < tools.length) return "names tools twice";
  return tools.includes("base") ? undefined : "has no base, which every image has; others come besides it";
}

/** Volume size in GB; Fly.io's volumes have 1 to 500. */
export function volumeSizeProblem(sizeGb: number): string | undefined {
  return Number.isInteger(sizeGb) && sizeGb >= 1 && sizeGb <= 500
    ? undefined
    : "is not a whole number of gb from 1 to 500";
}

/** Size in GB up to which the volume extends itself. */
export function volumeLimitProblem(limitGb: number, sizeGb: number): string | undefined {
  const reason = volumeSizeProblem(limitGb);
  if (reason) return reason;
  return limitGb > sizeGb ? undefined : `is not more than the volume's size, ${sizeGb}gb`;
}

/** Snapshot retention in days. */
export function snapshotRetentionProblem(days: number): string | undefined {
  return Number.isInteger(days) && days >= 1 && days <= 60
    ? undefined
    : "is not a whole number of days from 1 to 60";
}

export function tailnetProblem(tailnet: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(tailnet)) return "is a URL; only the name is wanted, without https://";
  if (!tailnet.includes(".")) return "is not a full DNS name; it has a dot, like tail1234.ts.net";
  const label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
  return new RegExp(`^(${label}\\.)+${label}$`).test(tailnet)
    ? undefined
    : "is not a DNS name in lowercase letters, digits, dashes and dots";
}

/** URL of a control server other than Tailscale's. */
export function controlServerProblem(url: string): string | undefined {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
    ? undefined
    : "is not a URL that begins with https:// or http://";
}

export function tagsProblem(tags: readonly string[]): string | undefined {
  if (tags.length === 0)
    return "is empty; a device without a tag would belong to a person and its key would expire";
  const wrong = tags.filter((tag) => !/^tag:[a-zA-Z][a-zA-Z0-9-]*$/.test(tag));
  return wrong.length === 0
    ? undefined
    : `has ${wrong.map((tag) => `"${tag}"`).join(", ")}; a tag is written tag:name`;
}

export function imageProblem(image: string): string | undefined {
  return /^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/.test(image)
    ? undefined
    : "is not an image by digest, HOST/NAME@sha256:… with 64 hexadecimal digits";
}

/** The value of a secret, which is in no message. */
export function secretSizeProblem(value: string): string | undefined {
  const kb = Math.ceil(Buffer.byteLength(value) / 1024);
  if (kb > maximumSecretKb) {
    return `has ${kb} KB, and ${maximumSecretKb} are allowed: Linux starts no program with a variable of 128 KB, so the machine could not start`;
  }
  const alone = Object.keys(importLines({ NAME: value }).rest).length > 0;
  return alone && kb > maximumSingleSecretKb
    ? `has ${kb} KB in a form of which flyctl takes ${maximumSingleSecretKb}; break it into lines of less than 60 KB`
    : undefined;
}

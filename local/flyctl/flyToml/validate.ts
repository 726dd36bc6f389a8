import { FlyError, messageOf } from "../errors.ts";
import { formatDuration } from "../go/duration.ts";
import { sortedEntries } from "../go/json.ts";
import { splitCommand } from "../go/shlex.ts";
import { green, red, yellow } from "../output/streams.ts";
import { type Findings, problem, remark } from "./findings.ts";
import type { FlyToml } from "./flyToml.ts";
import { invalidCheckType, restartPolicy } from "./machineConfig.ts";
import { processNames } from "./processGroups.ts";
import type { Config } from "./schema.ts";
import { mountProblems } from "./validateMounts.ts";
import { serviceProblems } from "./validateServices.ts";

export const strategies = ["canary", "rolling", "immediate", "bluegreen"];
const second = 1e9;

/** Checks an app's configuration without asking anybody. @returns the report, which the caller shows. */
export function validate({ config, path, problem: decodeProblem }: FlyToml): {
  report: string;
  isValid: boolean;
} {
  const findings = [
    ...buildSection(config),
    ...deploySection(config),
    ...topLevelChecks(config),
    ...serviceProblems(config),
    ...commands(config),
    ...mountProblems(config),
    ...restarts(config),
    ...compression(config),
  ];
  let report = `Validating ${path}\n${findings.map(({ text }) => text).join("")}`;
  const reason =
    decodeProblem ?? (findings.some(({ invalid }) => invalid) ? "invalid app configuration" : undefined);
  report += reason ? `\n   ${red("✘")}${reason}\n` : `${green("✓")} Configuration is valid\n`;
  return { report, isValid: !reason };
}

export const invalidConfig = (): FlyError => new FlyError("App configuration is not valid");

/** What the [build] section names to make an image from. */
export function imageSources({ build }: Config): string[] {
  if (!build) return [];
  const found: string[] = [];
  if (build.image) found.push(`the "${build.image}" docker image`);
  if (build.builder || build.buildpacks.length > 0) found.push("a buildpack");
  if (build.dockerfile) found.push(`the "${build.dockerfile}" dockerfile`);
  else if (build["build-target"]) found.push("a dockerfile");
  if (build.builtin) found.push(`the "${build.builtin}" builtin image`);
  return found;
}

function buildSection(config: Config): Findings[] {
  const found = imageSources(config);
  if (found.length < 2) return [];
  return [remark(`${yellow("WARN")} more than one build configuration found: [${found.join(", ")}]\n`)];
}

function deploySection({ deploy, mounts }: Config): Findings[] {
  if (!deploy) return [];
  const findings: Findings[] = [];
  if (!isSplittable(deploy.release_command)) {
    findings.push(problem(`Can't shell split release command: '${deploy.release_command}'\n`));
  }
  if (deploy.strategy && !strategies.includes(deploy.strategy)) {
    const supported = strategies.join(", ");
    findings.push(
      problem(
        `unsupported deployment strategy '${deploy.strategy}'; Apps v2 supports the following strategies: ${supported}`,
      ),
    );
  }
  if (deploy.strategy === "canary" && mounts.length > 0) {
    findings.push(problem("error canary deployment strategy is not supported when using mounted volumes"));
  }
  return findings;
}

function topLevelChecks({ checks }: Config): Findings[] {
  return sortedEntries(checks).flatMap(([name, { type, interval, timeout }]) => {
    const findings: Findings[] = [];
    if (type !== "http" && type !== "tcp") {
      findings.push(problem(`Can't process top level check '${name}': ${invalidCheckType}\n`));
    }
    if (interval !== null && interval < 2 * second) {
      findings.push(
        problem(`Check '${name}' interval is too short: ${formatDuration(interval)}, minimum is 2 seconds\n`),
      );
    }
    if (timeout !== null && timeout > 60 * second) {
      findings.push(
        problem(`Check '${name}' timeout is too long: ${formatDuration(timeout)}, maximum is 60 seconds\n`),
      );
    }
    return findings;
  });
}

function commands(config: Config): Findings[] {
  const findings = sortedEntries(config.processes).flatMap(([name, command]) => {
    const reason = splitProblem(command);
    const where = `Could not parse command for '${name}' process group; check [processes] section: ${reason}\n`;
    return reason ? [problem(where)] : [];
  });
  if (isSplittable(config.console_command)) return findings;
  return [...findings, problem(`Can't shell split console command: '${config.console_command}'\n`)];
}

const isSplittable = (command: string): boolean => splitProblem(command) === undefined;

function splitProblem(command: string): string | undefined {
  try {
    splitCommand(command);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function restarts(config: Config): Findings[] {
  const names = processNames(config);
  return config.restart.flatMap(({ policy, processes }) => {
    const findings = processes
      .filter((process) => !names.includes(process))
      .map((name) =>
        problem(
          `Restart policy specifies '${name}' as one of its processes, but no processes are defined with that name; ` +
            `update fly.toml [processes] to add '${name}' process or remove it from restart policy's processes list\n`,
        ),
      );
    try {
      restartPolicy(policy);
    } catch (error) {
      findings.push(problem(`${messageOf(error)}\n`));
    }
    return findings;
  });
}

function compression({ build }: Config): Findings[] {
  const reasons = [
    compressionProblem(build?.compression ?? ""),
    compressionLevelProblem(build?.compression_level ?? 0),
  ];
  return reasons.flatMap((reason) => (reason ? [problem(`${reason}\n`)] : []));
}

export function compressionProblem(value: string): string | undefined {
  if (["", "gzip", "zstd"].includes(value)) return undefined;
  return `Invalid value '${value}' for compression. Valid options are 'gzip', 'zstd', or leave unset.`;
}

export function compressionLevelProblem(level: number): string | undefined {
  if (level >= 0 && level <= 9) return undefined;
  return `Invalid value '${level}' for compression level. Must be an integer between 0 and 9.`;
}

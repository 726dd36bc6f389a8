import { FlyError, messageOf } from "../errors.ts";
import { formatDuration } from "../go/duration.ts";
import { sortedEntries } from "../go/json.ts";
import { green, red, yellow } from "../output/streams.ts";
import { type Findings, problem, remark } from "./findings.ts";
import type { FlyToml } from "./flyToml.ts";
import { restartPolicy } from "./machineConfig.ts";
import type { Config } from "./schema.ts";
import { mountProblems } from "./validateMounts.ts";

const second = 1e9;

/** Checks an app's configuration without any request. @returns the report, which the caller shows. */
export function validate({ config, path, problem: decodeProblem }: FlyToml): {
  report: string;
  isValid: boolean;
} {
  const findings = [
    ...topLevelChecks(config),
    ...serviceChecks(config),
    ...mountProblems(config),
    ...restarts(config),
  ];
  let report = `Validating ${path}\n${findings.map(({ text }) => text).join("")}`;
  const reason =
    decodeProblem ?? (findings.some(({ invalid }) => invalid) ? "invalid app configuration" : undefined);
  report += reason ? `\n   ${red("✘")}${reason}\n` : `${green("✓")} Configuration is valid\n`;
  return { report, isValid: !reason };
}

export const invalidConfig = (): FlyError => new FlyError("App configuration is not valid");

function topLevelChecks({ checks }: Config): Findings[] {
  return sortedEntries(checks).flatMap(([name, { type, interval, timeout }]) => {
    const findings: Findings[] = [];
    if (type !== "http" && type !== "tcp") {
      const reason = "Missing or invalid check type, must be 'http' or 'tcp'";
      findings.push(problem(`Can't process top level check '${name}': ${reason}\n`));
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

/** Warns of times of a service's checks that will be raised to one second or lowered to one minute. */
function serviceChecks({ http_service: service }: Config): Findings[] {
  const one = (span: number | null, name: string, mayBeZero: boolean) => {
    if (span === null || (mayBeZero && span === 0)) return [];
    const less = mayBeZero ? "that is non-zero and less than 1 second" : "less than 1 second";
    const [wrong, becomes] =
      span < second ? [less, "raised to 1 second"] : ["greater than 1 minute", "lowered to 1 minute"];
    if (span >= second && span <= 60 * second) return [];
    const what = `Service HTTP check has ${name} ${wrong} (${formatDuration(span)})`;
    return [remark(`${yellow("WARN")} ${what}; this will be ${becomes}\n`)];
  };
  return (service?.checks ?? []).flatMap((check) => [
    ...one(check.interval, "an interval", false),
    ...one(check.timeout, "a timeout", false),
    ...one(check.grace_period, "a grace period", true),
  ]);
}

function restarts(config: Config): Findings[] {
  return config.restart.flatMap(({ policy }) => {
    try {
      restartPolicy(policy);
      return [];
    } catch (error) {
      return [problem(`${messageOf(error)}\n`)];
    }
  });
}

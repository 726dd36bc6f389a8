import { formatDuration } from "../go/duration.ts";
import { yellow } from "../output/streams.ts";
import { type Findings, problem, remark } from "./findings.ts";
import { processNames } from "./processGroups.ts";
import type { Config } from "./schema.ts";
import { allServices } from "./services.ts";

const second = 1e9;

/** What is wrong with the services' processes, ports and check times. */
export function serviceProblems(config: Config): Findings[] {
  const names = processNames(config);
  const count = Object.keys(config.processes).length;
  return allServices(config).flatMap((service) => {
    const findings: Findings[] = [];
    if (service.processes.length === 0 && count > 0) {
      findings.push(
        problem(
          `Service has no processes set but app has ${count} processes defined; ` +
            "update fly.toml to set processes for each service\n",
        ),
      );
    }
    for (const name of service.processes.filter((process) => !names.includes(process))) {
      findings.push(
        problem(
          `Service specifies '${name}' as one of its processes, but no processes are defined with that name; ` +
            `update fly.toml [processes] to add '${name}' process or remove it from service's processes list\n`,
        ),
      );
    }
    if (service.ports.length === 0) findings.push(remark(noPorts));
    for (const check of service.tcp_checks) findings.push(...checkTimes(check, "TCP"));
    for (const check of service.http_checks) findings.push(...checkTimes(check, "HTTP"));
    return findings;
  });
}

const noPorts =
  "WARNING: Service must expose at least one port. Add a [[services.ports]] section to fly.toml; " +
  "Check docs at https://fly.io/docs/reference/configuration/#services-ports \n " +
  "Validation for _services without ports_ will hard fail after February 15, 2024.";

type CheckTimes = Record<"interval" | "timeout" | "grace_period", number | null>;

function checkTimes(check: CheckTimes, protocol: string): Findings[] {
  const one = (span: number | null, name: string, mayBeZero: boolean) => {
    const warn = (text: string) =>
      remark(
        `${yellow("WARN")} Service ${protocol} check has ${name} ${text} (${formatDuration(span ?? 0)}); `,
      );
    if (span === null || (mayBeZero && span === 0)) return [];
    if (span < second) {
      const { text } = warn(mayBeZero ? "that is non-zero and less than 1 second" : "less than 1 second");
      return [remark(`${text}this will be raised to 1 second\n`)];
    }
    return span > 60 * second
      ? [remark(`${warn("greater than 1 minute").text}this will be lowered to 1 minute\n`)]
      : [];
  };
  return [
    ...one(check.interval, "an interval", false),
    ...one(check.timeout, "a timeout", false),
    ...one(check.grace_period, "a grace period", true),
  ];
}

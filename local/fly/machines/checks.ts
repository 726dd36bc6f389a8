import type { CheckConfig, MachineConfig } from "./config.ts";
import { durationMilliseconds } from "./duration.ts";

/** A check of a machine, with every default filled in. Times in milliseconds. */
export interface Check {
  name: string;
  type: "http" | "tcp";
  port: number;
  interval: number;
  timeout: number;
  gracePeriod: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Whether it is a service check. The proxy sends nothing to a machine with a failing service check. */
  isServiceCheck: boolean;
}

export interface CheckStatus {
  status: "passing" | "critical";
  output: string;
  updatedAt: string;
}

export type ProbeResult = { ok: true; output: string } | { ok: false; output: string };

/** The checks that a machine's config asks for, under the names that Fly reports. */
export function checksOf(config: MachineConfig): Check[] {
  const ofServices = (config.services ?? []).flatMap((service) =>
    (service.checks ?? []).map((check, index) => {
      const port = check.port ?? service.internal_port;
      const name = `servicecheck-${String(index).padStart(2, "0")}-${check.type}-${port}`;
      return complete(name, check, port, true);
    }),
  );
  const ofMachine = Object.entries(config.checks ?? {}).map(([name, check]) =>
    // A top-level check has no service that gives it a port. flyctl refuses it if it names none.
    complete(name, check, check.port ?? 0, false),
  );
  return [...ofServices, ...ofMachine];
}

/** What is wrong with the times of an app's own check. A service's check is clamped instead. Source: flyctl, validateChecksSection. */
export function checkTimeProblem({ interval, timeout }: CheckConfig): string | undefined {
  if (interval != null && (durationMilliseconds(interval) ?? 0) < 2_000) return "the interval is under 2 s";
  if (timeout != null && (durationMilliseconds(timeout) ?? 0) > minute) return "the timeout is over 60 s";
  return undefined;
}

const minute = 60_000;

function complete(name: string, check: CheckConfig, port: number, isServiceCheck: boolean): Check {
  const milliseconds = (value: CheckConfig["interval"], fallback: number) => {
    const wanted = value == null ? fallback : (durationMilliseconds(value) ?? fallback);
    // Fly lowers every time of a service's check to a minute, including its grace period. Source: flyctl, validateSingleServiceCheckDuration.
    return isServiceCheck ? Math.min(wanted, minute) : wanted;
  };
  return {
    name,
    type: check.type,
    port,
    interval: milliseconds(check.interval, 15_000),
    timeout: milliseconds(check.timeout, 2_000),
    gracePeriod: milliseconds(check.grace_period, 1_000),
    method: (check.method ?? "GET").toUpperCase(),
    path: check.path ?? "/",
    headers: Object.fromEntries(
      (check.headers ?? []).map(({ name: header, values }) => [header, values.join(", ")]),
    ),
    isServiceCheck,
  };
}

/**
 * The status after one more probe. A failure within the grace period changes the output but does not end a passing status.
 * @param before undefined for the first probe.
 * @param upMilliseconds how long the machine has been up.
 */
export function nextStatus(
  check: Check,
  before: CheckStatus | undefined,
  probe: ProbeResult,
  upMilliseconds: number,
  now: Date,
): CheckStatus {
  const updatedAt = now.toISOString();
  if (probe.ok) return { status: "passing", output: probe.output, updatedAt };
  const inGrace = upMilliseconds < check.gracePeriod;
  return { status: (inGrace && before?.status) || "critical", output: probe.output, updatedAt };
}

/**
 * Milliseconds until the next probe. Until the first pass the emulator probes at least every half second, so that nobody
 * waits a whole interval for a machine that is ready. Fly always keeps to the interval.
 */
export function nextDelay(check: Check, hasPassed: boolean): number {
  return hasPassed ? check.interval : Math.min(check.interval, 500);
}

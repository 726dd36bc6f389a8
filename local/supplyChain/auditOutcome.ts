import { z } from "zod";

const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.string(), range: z.string(), fixAvailable: z.unknown() }),
  ),
});

const failure = z.object({
  message: z.string().optional(),
  error: z.object({ code: z.string().optional(), summary: z.string().optional() }).optional(),
});

/** The outcome of an audit. */
export type AuditOutcome =
  /** The service answered; `blocking` are the findings that a change must not introduce. */
  | { audited: true; findings: string[]; blocking: string[] }
  /** The service did not answer: nothing is known. */
  | { audited: false; reason: string };

const blockingSeverities = ["high", "critical"];

/**
 * Reads what `npm audit --json` printed. Its exit status is 1 both for a finding and for a service that cannot be reached.
 *
 * @throws Error if it is neither.
 */
export function auditOutcome(printed: string): AuditOutcome {
  const json = parsed(printed);
  const answered = report.safeParse(json);
  if (answered.success) {
    const lines = Object.entries(answered.data.vulnerabilities).map(([name, { severity, range }]) => ({
      severity,
      line: `${severity}: ${name} ${range}`,
    }));
    const blocking = lines.filter(({ severity }) => blockingSeverities.includes(severity));
    return {
      audited: true,
      findings: lines.map(({ line }) => line),
      blocking: blocking.map(({ line }) => line),
    };
  }
  const { message, error } = failure.safeParse(json).data ?? {};
  const reason = message ?? error?.summary ?? error?.code;
  if (!reason) {
    const said = printed.trim().slice(0, 200) || "nothing";
    throw new Error(
      `npm audit printed neither a report nor an error, but: ${said}\nTry again; a proxy between here and the registry may have answered.`,
    );
  }
  return { audited: false, reason };
}

/** npm's answer; undefined if it is not JSON, e.g. a proxy's page or nothing at all. */
function parsed(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return undefined;
  }
}

import { describe, expect, test } from "vitest";
import { auditOutcome } from "../../../../local/supplyChain/auditOutcome.ts";

const found = (severity: string) => ({ severity, range: "<1.2.3", via: [], fixAvailable: false });
const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities });

describe("npm audit's report", () => {
  test("without advisories is clean", () => {
    expect(auditOutcome(report({}))).toEqual({ audited: true, findings: [], blocking: [] });
  });

  test("blocks for what is high or critical, and tells the rest", () => {
    const vulnerabilities = { a: found("low"), b: found("high"), c: found("critical") };
    expect(auditOutcome(report(vulnerabilities))).toEqual({
      audited: true,
      findings: ["low: a <1.2.3", "high: b <1.2.3", "critical: c <1.2.3"],
      blocking: ["high: b <1.2.3", "critical: c <1.2.3"],
    });
  });

  test.each([
    ["that refuses", { message: "405 Method Not Allowed - POST", error: { summary: "", detail: "" } }, "405"],
    ["that is not there", { error: { code: "ENOTFOUND", summary: "getaddrinfo ENOTFOUND" } }, "ENOTFOUND"],
  ])("of a service %s is no report, and never passes for a clean one", (_, printed, reason) => {
    expect(auditOutcome(JSON.stringify(printed))).toEqual({
      audited: false,
      reason: expect.stringContaining(reason),
    });
  });

  test.each([
    ["another answer", "{}"],
    ["a page", "<html>Bad Gateway</html>"],
    ["nothing", ""],
  ])("that is none of these but %s is an error that shows what came", (_, printed) => {
    expect(() => auditOutcome(printed)).toThrow(
      `neither a report nor an error, but: ${printed || "nothing"}`,
    );
  });
});

/**
 * `npm run audit`: asks the registry's advisory service about every package of every lock file. It fails if a finding is high or critical.
 * If the service cannot be reached, it says so explicitly, here and in test-results/audit.json, and succeeds: otherwise a network without
 * the service would have no CI at all.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { styleText } from "node:util";
import { execa } from "execa";
import { type AuditOutcome, auditOutcome } from "./auditOutcome.ts";
import { packageSets, resultsFolder } from "./packageSets.ts";

const outcomes: Record<string, AuditOutcome> = {};
for (const { name, folder } of packageSets) {
  const args = ["audit", "--json", "--package-lock-only"];
  const { stdout } = await execa("npm", args, { cwd: folder, reject: false });
  const outcome = auditOutcome(stdout);
  outcomes[name] = outcome;
  console.log(lines(name, outcome).join("\n"));
  if (outcome.audited && outcome.blocking.length > 0) process.exitCode = 1;
}
await mkdir(resultsFolder, { recursive: true });
await writeFile(join(resultsFolder, "audit.json"), JSON.stringify(outcomes, null, 2));

function lines(name: string, outcome: AuditOutcome): string[] {
  if (!outcome.audited) {
    const text = `${name}: NOT AUDITED, the advisory service did not answer: ${outcome.reason}`;
    return [styleText("yellow", text)];
  }
  if (outcome.findings.length === 0) return [`${name}: no known advisory`];
  return [
    `${name}: ${outcome.findings.length} advisories, ${outcome.blocking.length} of them high or critical`,
    ...outcome.findings.map((line) => `  ${line}`),
  ];
}

/** The findings of a run, for people and for programs. */
import type { ProbeResult } from "./probes/probe.ts";

interface StepResult {
  name: string;
  seconds: number;
  ok: boolean;
  /** What was seen, or the error. */
  text: string;
}

export interface Report {
  /** RFC 3339. */
  started: string;
  app: string;
  region: string;
  /** Hosts that were asked, so that nobody takes a run on another platform for one on Fly.io. */
  asked: { fly: string; tailscale: string };
  price: string;
  steps: StepResult[];
  probes: ProbeResult[];
  /** What `pulumi destroy` left, and the run removed by name. */
  removedByName: string[];
  /** What could not be removed, or is still there. */
  left: string[];
  /** Folder of the recordings; empty if they held a secret and were deleted. */
  recordings: string;
}

/** Whether the story reached its end and nothing is left. What a probe finds is a finding, not a failure. */
export const succeeded = ({ steps, left, removedByName }: Report): boolean =>
  steps.length > 0 && steps.every(({ ok }) => ok) && left.length === 0 && removedByName.length === 0;

export function reportText(report: Report): string {
  const { started, app, region, asked, price, steps, probes, removedByName, left, recordings } = report;
  const counts = ["as assumed", "otherwise", "no answer"].map(
    (verdict) => `${probes.filter((probe) => probe.verdict === verdict).length} ${verdict}`,
  );
  return [
    `# Run of ${started}`,
    "",
    `App \`${app}\` in ${region}, on ${asked.fly} and ${asked.tailscale}. Price: ${price}.`,
    "",
    ...table(
      ["step", "seconds", "", "what was seen"],
      steps.map(({ name, seconds, ok, text }) => [
        name,
        seconds.toFixed(1),
        ok ? "well" : "**failed**",
        text,
      ]),
    ),
    "",
    `Probes: ${counts.join(", ")}.`,
    "",
    ...table(
      ["probe", "assumed", "found", "verdict"],
      probes.map(({ name, assumes, found, verdict }) => [
        name,
        assumes,
        found,
        verdict === "otherwise" ? "**otherwise**" : verdict,
      ]),
    ),
    "",
    removedByName.length === 0
      ? "`pulumi destroy` left nothing."
      : `\`pulumi destroy\` left ${removedByName.join(", ")}, which was removed by name.`,
    left.length === 0 ? "Nothing is left." : `**Still there: ${left.join(", ")}.**`,
    recordings === ""
      ? "**The recordings held a secret and were thrown away.**"
      : `Recordings, without secrets: ${recordings}`,
    "",
  ].join("\n");
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

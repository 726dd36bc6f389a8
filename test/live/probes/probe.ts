/** A probe: one command that shows whether something that the program assumes of others is so. */
import type { Commands, Outcome } from "../commands.ts";

/** What a probe's command has answered. */
export type Answer = Pick<Outcome, "exitCode" | "stdout" | "stderr" | "seconds">;

export interface Reading {
  /** What was found, in a few words. */
  found: string;
  /** Whether that is what is assumed. */
  asAssumed: boolean;
}

export interface Probe {
  name: string;
  /** What is assumed, and would be found if it is so. */
  assumes: string;
  /**
   * One command for a shell, as docs/assumptions has it. APP, ID, VOLUME, ORGANIZATION and KEYFILE stand for this run's own; an app of its
   * own that it makes and destroys begins with `APP-`.
   */
  command: string;
  /** Reads the answer; undefined where it says nothing about the question. */
  read(answer: Answer): Reading | undefined;
  /** `beside`: it mostly waits, so it runs while the others do. `last`: it ends what the others need. Default: in its turn. */
  turn?: "beside" | "last";
}

export interface ProbeResult {
  name: string;
  assumes: string;
  command: string;
  found: string;
  verdict: "as assumed" | "otherwise" | "no answer";
}

/** What the words of a command stand for. */
export type Words = Record<"APP" | "ID" | "VOLUME" | "ORGANIZATION" | "KEYFILE", string>;

/** The command with this run's own words. */
export function commandFor({ command }: Pick<Probe, "command">, words: Words): string {
  const names = new RegExp(`\\b(${Object.keys(words).join("|")})\\b`, "g");
  return command.replaceAll(names, (word) => words[word as keyof Words]);
}

/** Puts an answer and its probe together. */
export function resultOf({ name, assumes, command, read }: Probe, answer: Answer): ProbeResult {
  const about = { name, assumes, command };
  const reading = read(answer);
  if (reading) {
    return { ...about, found: reading.found, verdict: reading.asAssumed ? "as assumed" : "otherwise" };
  }
  const said = (answer.stderr.trim() || answer.stdout.trim()).split("\n").slice(-3).join(" ").slice(0, 300);
  return { ...about, found: `exit code ${answer.exitCode}: ${said}`, verdict: "no answer" };
}

/**
 * Runs all probes: one after the other, with those that wait beside them, and then the last ones.
 *
 * @param before lines of a shell that come before each command
 */
export async function runProbes(
  probes: readonly Probe[],
  words: Words,
  { commands, env, before }: { commands: Commands; env: Record<string, string>; before: string },
): Promise<ProbeResult[]> {
  const results = new Map<Probe, ProbeResult>();
  const ask = async (probe: Probe) => {
    const answer = await commands.run("bash", ["-c", `${before}\n${commandFor(probe, words)}`], { env });
    const result = resultOf(probe, answer);
    results.set(probe, result);
    console.log(`  ${result.verdict.padEnd(10)}  ${probe.name}: ${result.found}`);
  };
  const inTurn = async (turn: Probe["turn"]) => {
    for (const probe of probes.filter((one) => one.turn === turn)) await ask(probe);
  };
  await Promise.all([inTurn(undefined), ...probes.filter(({ turn }) => turn === "beside").map(ask)]);
  await inTurn("last");
  return probes.flatMap((probe) => results.get(probe) ?? []);
}

/** A command in the machine. */
export const inMachine = (command: string, flags = ""): string =>
  `flyctl machine exec ID "${command}" --app APP${flags}`;

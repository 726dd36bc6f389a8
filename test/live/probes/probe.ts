/** A probe: one command that shows whether an assumption of the program about others is true. */
import type { Commands, Outcome } from "../commands.ts";

/** The answer to a probe's command. */
export type Answer = Pick<Outcome, "exitCode" | "stdout" | "stderr" | "seconds">;

export interface Reading {
  /** What was found, in a few words. */
  found: string;
  /** Whether it matches the assumption. */
  asAssumed: boolean;
}

export interface Probe {
  name: string;
  /** The assumption: what is found if it is true. */
  assumes: string;
  /**
   * One command for a shell, as in docs/assumptions. APP, ID, VOLUME, ORGANIZATION and KEYFILE stand for this run's own values. The name of
   * an app that the command itself makes and destroys begins with `APP-`.
   */
  command: string;
  /** Reads the answer; undefined where it says nothing about the question. */
  read(answer: Answer): Reading | undefined;
  /** `beside`: it mostly waits, so it runs alongside the others. `last`: it removes what the others need. Default: in its turn. */
  turn?: "beside" | "last";
}

export interface ProbeResult {
  name: string;
  assumes: string;
  command: string;
  found: string;
  verdict: "as assumed" | "otherwise" | "no answer";
}

/** The values of a command's placeholders. */
export type Words = Record<"APP" | "ID" | "VOLUME" | "ORGANIZATION" | "KEYFILE", string>;

/** The command with this run's own values. */
export function commandFor({ command }: Pick<Probe, "command">, words: Words): string {
  const names = new RegExp(`\\b(${Object.keys(words).join("|")})\\b`, "g");
  return command.replaceAll(names, (word) => words[word as keyof Words]);
}

/** Combines an answer with its probe. */
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
 * Runs all probes: one after another, with the waiting ones alongside, and then the last ones.
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

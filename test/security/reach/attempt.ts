import { createHash } from "node:crypto";
import { execa } from "execa";
import type { Agent, Answer } from "./agent.ts";
import { type Canaries, privatePlaces } from "./canaries.ts";
import type { Ground, Operation } from "./operation.ts";
import type { Placement } from "./placements.ts";

/** An operation and a placement, with the private place that this attempt aims at. */
export interface Attempt {
  operation: Operation;
  placement: Placement;
  place: string;
}

/**
 * The attempts that a run makes: each operation and each placement at least once, and the share of all their pairs that the seed chooses.
 *
 * @param share of all pairs, from 0 to 1
 */
export function chosen(
  operations: Operation[],
  placements: Placement[],
  seed: string,
  share: number,
): Attempt[] {
  const number = (...words: string[]) =>
    createHash("sha256")
      .update([seed, ...words].join("\n"))
      .digest()
      .readUInt32BE() /
    2 ** 32;
  const all = operations.flatMap((operation) =>
    placements
      // These placements replace the file itself. Replacing a folder with a pipe is a different attack.
      .filter(({ hangs }) => !(hangs && operation.tells === "names"))
      .map((placement) => {
        const key = [operation.name, placement.name];
        const place = privatePlaces[Math.floor(number("place", ...key) * privatePlaces.length)] ?? "";
        return { operation, placement, place, rank: number("rank", ...key) };
      }),
  );
  const first = (by: (attempt: Attempt) => string) =>
    [...Map.groupBy(all, by).values()].map((same) =>
      same.reduce((one, other) => (one.rank < other.rank ? one : other)),
    );
  const always = new Set([...first((one) => one.operation.name), ...first((one) => one.placement.name)]);
  // Attempts that can hang come last, because one that does hang takes the others down with it.
  return all
    .filter((attempt) => always.has(attempt) || attempt.rank < share)
    .sort((one, other) => Number(one.placement.hangs ?? false) - Number(other.placement.hangs ?? false));
}

/**
 * Makes the workspace what it is for an agent at work: a skill with a note in the folder `s`, a skill where agents' programs look for one,
 * and nothing else.
 */
export async function tidy(agent: Agent, control: string): Promise<void> {
  const skill = `---\nname: s\ndescription: its own\n---\n${control}\n`;
  await agent.shell(`cd ${agent.workspace}; find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
    for file in s/SKILL.md s/notes/a.md .claude/skills/x/SKILL.md; do mkdir -p "$(dirname "$file")"; printf '%s' '${skill}' >"$file"; done`);
}

/** What an attempt achieved: the secret it was told, what it changed, or that it hung. Empty if it achieved nothing. */
export async function make(
  { operation, placement, place }: Attempt,
  agent: Agent,
  ground: Ground,
  canaries: Canaries,
): Promise<string[]> {
  await tidy(agent, "before the exchange");
  const before = await canaries.state();
  const made = (await operation.before?.(agent, ground)) ?? "";
  const names = `at='${operation.at}' target='${canaries.tree(place)}/${operation.at}'`;
  let answers: Answer[] = [];
  const problems: string[] = [];
  if (placement.goesOn)
    answers = await whileItGoesOn(agent, `${names}; ${placement.script}`, () =>
      operation.ask(agent, ground, made),
    );
  else {
    await agent.shell(`${names}; ${placement.script}`);
    answers = await operation.ask(agent, ground, made).catch((error: Error) => {
      problems.push(`has no answer: ${error.message}`);
      return [];
    });
  }
  const told = canaries.toldBy(answers.map(({ text }) => text).join("\n"));
  if (told) problems.push(`tells ${told}`);
  if ((await canaries.state()) !== before) problems.push("changes what is not the agent's");
  if (problems.length > 0) await canaries.plant();
  return problems;
}

/** Asks again and again while the script runs, for a few seconds. */
async function whileItGoesOn(agent: Agent, script: string, ask: () => Promise<Answer[]>): Promise<Answer[]> {
  const seconds = 3;
  const words = ["exec", "--user", "agent", "--workdir", agent.workspace, agent.work.machine.name];
  const loop = execa("docker", [...words, "timeout", String(seconds), "bash", "-ec", script], {
    reject: false,
  });
  const answers: Answer[] = [];
  let over = false;
  void loop.then(() => {
    over = true;
  });
  while (!over) answers.push(...(await ask().catch(() => [])));
  const { exitCode, stderr } = await loop;
  // 124 is the exit status of `timeout` when it has ended the script.
  if (exitCode !== 124) throw new Error(`the script of the attack has failed: ${stderr}`);
  return answers;
}

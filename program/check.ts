/**
 * `npm run check`: what can be told from the files alone, each gate at the same time. `npm run check -- NAME…` runs only these gates. The
 * one that failed says what it found, and how to run it alone.
 */
import { styleText } from "node:util";
import { execa } from "execa";
import { checkShell } from "./shell.ts";

/** What a gate printed, when something is wrong. */
type Findings = string | undefined;

const command =
  (file: string, ...args: string[]) =>
  async (): Promise<Findings> => {
    const color = styleText("red", "", { validateStream: true }) === "" ? {} : { FORCE_COLOR: "1" };
    const { failed, all, shortMessage } = await execa(file, args, { all: true, reject: false, env: color });
    return failed ? all.trim() || shortMessage : undefined;
  };

/** By the name that people give on the command line. */
const gates: Record<string, () => Promise<Findings>> = {
  types: command("tsc"),
  style: command("biome", "check", "--error-on-warnings", "."),
  imports: command("depcruise", "--output-type", "err-long", "."),
  unused: command("knip"),
  generated: command(process.execPath, "program/docs.ts", "--check"),
  shell: checkShell,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in gates));
  if (unknown.length > 0)
    throw new Error(`There is no gate ${unknown.join(", ")}. There are: ${Object.keys(gates).join(", ")}`);
  const chosen = Object.entries(gates).filter(([name]) => names.length === 0 || names.includes(name));
  const failed: string[] = [];
  await Promise.all(
    chosen.map(async ([name, run]) => {
      const started = performance.now();
      const findings = await run();
      const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      if (findings === undefined) return console.log(`${styleText("green", "✓")} ${name} (${took})`);
      failed.push(name);
      console.error(`${styleText("red", "✗")} ${name} (${took})\n\n${findings}\n`);
    }),
  );
  if (failed.length === 0) return;
  console.error(`Failed: ${failed.join(", ")}. Alone: npm run check -- ${failed.join(" ")}`);
  process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

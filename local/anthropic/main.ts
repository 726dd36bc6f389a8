import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { startAnthropic } from "./anthropic.ts";

/*
 * node local/anthropic/main.ts --listen HOST:PORT --scripts FOLDER --credentials FILE
 *
 * Prints one line of JSON on stdout when it is ready, {"url"}; its log goes to stderr. SIGTERM and SIGINT stop it.
 */

const program = new Command("anthropic")
  .description("The Anthropic Messages API on this machine, which says what scripts say.")
  .requiredOption("--listen <host:port>", "address, with port 0 for a free one", address)
  .requiredOption("--scripts <folder>", "folder with scripts, NAME.yaml (see script.ts)")
  .requiredOption("--credentials <file>", "JSON file: who may ask (see credentials.ts)")
  .action(async ({ listen, scripts, credentials }) => {
    const seeded = JSON.parse(readFileSync(credentials, "utf8"));
    const anthropic = await startAnthropic({
      ...listen,
      scripts,
      credentials: seeded,
      logTo: process.stderr,
    });
    process.stdout.write(`${JSON.stringify({ url: anthropic.url })}\n`);
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => anthropic.stop());
  });

function address(text: string): { host: string; port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (!host || !port) throw new InvalidArgumentError("It is not HOST:PORT.");
  return { host, port: Number(port) };
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

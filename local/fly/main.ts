import { readFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { startBalances } from "./cpu/balance.ts";
import { removeEverythingOf, startEmulator } from "./emulator.ts";
import type { Seed } from "./seed.ts";

/*
 * node local/fly/main.ts --data FOLDER --registry HOST:PORT --seed FILE
 *
 * When it is ready, it prints one line of JSON on stdout: {"url", "proxyUrl", "instanceId"}. Its log goes to stderr. SIGTERM
 * and SIGINT stop it and leave the machines running. `remove --data FOLDER` removes what it created in Docker.
 */

const data = new Option("--data <folder>", "folder of its state")
  .env("FLY_EMULATOR_DATA")
  .makeOptionMandatory();

const program = new Command("fly-emulator").description("A Fly.io on this machine, for flyctl and Docker.");

program
  .command("start", { isDefault: true })
  .description("run the emulator until SIGTERM or SIGINT")
  .addOption(data)
  .addOption(
    new Option("--registry <host:port>", "OCI registry on loopback that stands for registry.fly.io")
      .env("FLY_REGISTRY_HOST")
      .makeOptionMandatory(),
  )
  .addOption(
    new Option("--seed <file>", "JSON file: users, organizations, tokens, apps (see seed.ts)")
      .env("FLY_EMULATOR_SEED")
      .makeOptionMandatory(),
  )
  .addOption(
    new Option("--port <port>", "loopback port of the APIs, 0 for a free one")
      .env("FLY_EMULATOR_PORT")
      .default(0)
      .argParser(portNumber),
  )
  .addOption(
    new Option("--proxy-port <port>", "loopback port of Fly Proxy, 0 for a free one")
      .env("FLY_EMULATOR_PROXY_PORT")
      .default(0)
      .argParser(portNumber),
  )
  .addOption(
    new Option(
      "--cpu-balance <kind>",
      "CPU that new machines have saved: Fly's 5 seconds, or all that can be",
    )
      .env("FLY_EMULATOR_CPU_BALANCE")
      .choices(Object.keys(startBalances))
      .default("new"),
  )
  .option(
    "--machine-env <name=value...>",
    "variable of every machine, e.g. where a service of this host is that stands in for one of the internet",
    [],
  )
  .option("--host <name=address...>", "address that every machine has for a name of the internet", [])
  .option(
    "--trust <file>",
    "certificate of an authority that every machine trusts besides those of its image",
  )
  .action(async (options) => {
    const emulator = await startEmulator({
      dataFolder: path.resolve(options.data),
      port: options.port,
      proxyPort: options.proxyPort,
      registryHost: options.registry,
      seed: JSON.parse(readFileSync(options.seed, "utf8")) as Seed,
      environment: process.env,
      machineEnvironment: variables(options.machineEnv),
      hosts: variables(options.host),
      trusted: options.trust === undefined ? undefined : readFileSync(options.trust, "utf8"),
      cpuBalance: options.cpuBalance,
      logTo: process.stderr,
    });
    const { url, proxyUrl, instanceId } = emulator;
    process.stdout.write(`${JSON.stringify({ url, proxyUrl, instanceId })}\n`);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, async () => {
        await emulator.stop();
        // Pending work on containers would keep the process alive. The next start finishes it.
        process.exit(0);
      });
    }
  });

program
  .command("remove")
  .description("remove the containers, networks, volumes and images of an emulator that is not running")
  .addOption(data)
  .action(async (options) => removeEverythingOf(options.data));

/** Lines of `name=value` as an object. */
function variables(lines: string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError("It is no port.");
  return port;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

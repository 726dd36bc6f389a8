import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ConfigDirectory } from "../config/configDirectory.ts";
import type { Environment } from "../config/environment.ts";
import { rfc3339Seconds } from "../go/time.ts";
import { faint, type Streams, yellow } from "./streams.ts";

const kept = 10;
const levels = ["debug", "info", "warn", "error"];

/**
 * flyctl's messages besides its output: a debug log on stderr (LOG_LEVEL), and INFO and WARN lines
 * on stdout. Both also go to a file in the configuration directory, which includes every request body. It shows the
 * secrets of `secrets import` in clear text, unless `logs` is a regular file.
 */
export class Log {
  readonly #streams: Streams;
  readonly #level: number;
  readonly #terminalLevel: number;
  #file: number | undefined;

  constructor(streams: Streams, environment: Environment, directory: ConfigDirectory) {
    this.#streams = streams;
    const wanted = levels.indexOf(environment.nonEmpty("LOG_LEVEL", "warn").toLowerCase());
    this.#level = wanted < 0 ? levels.indexOf("info") : wanted;
    this.#terminalLevel = environment.isSet("LOG_LEVEL") && wanted >= 0 ? wanted : levels.indexOf("info");
    this.#file = openLogFile(directory);
  }

  debug(message: string): void {
    const text = indentedJson(message);
    if (this.#level === 0) this.#streams.error(`${faint("DEBUG")} ${text}\n`);
    this.#append(`DEBUG ${text}\n`);
  }

  /** A warning on stderr. */
  warn(message: string): void {
    if (this.#level <= 2) this.#streams.error(`${yellow("WARN")} ${message}\n`);
    this.#append(`WARN ${message}\n`);
  }

  /** An INFO line on stdout. */
  terminalInfo(message: string): void {
    if (this.#terminalLevel <= 1) this.#streams.out(`${faint("INFO")} ${message}\n`);
    this.#append(`INFO ${message}\n`);
  }

  /** A WARN line on stdout. */
  terminalWarn(message: string): void {
    if (this.#terminalLevel <= 2) this.#streams.out(`${yellow("WARN")} ${message}\n`);
    this.#append(`WARN ${message}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #append(line: string): void {
    if (this.#file !== undefined) writeSync(this.#file, line);
  }
}

function openLogFile(directory: ConfigDirectory): number | undefined {
  const logs = join(directory.path, "logs");
  try {
    if (!statSync(logs, { throwIfNoEntry: false })) mkdirSync(logs, { recursive: true, mode: 0o700 });
    const file = openSync(join(logs, `flyctl-${rfc3339Seconds(new Date())}.log`), "w", 0o644);
    const old = readdirSync(logs)
      .filter((name) => /^flyctl-.*\.log$/.test(name))
      .sort()
      .slice(0, -kept);
    for (const name of old) rmSync(join(logs, name));
    return file;
  } catch {
    // As in flyctl, a log that cannot be written is not an error.
    return undefined;
  }
}

function indentedJson(message: string): string {
  if (!/^[[{]/.test(message)) return message;
  try {
    return `${JSON.stringify(JSON.parse(message), null, 2)}\n`;
  } catch {
    return message;
  }
}

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import { parseYaml } from "../config/yaml.ts";
import { FlyError, fileErrorText, messageOf } from "../errors.ts";
import { isObject } from "../go/json.ts";
import { parseGoJson } from "../go/parseJson.ts";
import { normalise } from "./normalise.ts";
import { Config } from "./schema.ts";

/** An app's configuration and where it came from. */
export interface FlyToml {
  config: Config;
  /** As flyctl names it: an absolute path, the path of `-c`, or a text that says there is none. */
  path: string;
  /** The file as it stands, for strict validation. */
  raw: Record<string, unknown>;
  /** Why the file could not be decoded; only its `app` is known then. */
  problem?: string;
}

/** @param path the value of `-c`, empty if it was not given. @returns undefined if there is no file and none was asked for. */
export function loadFlyToml(path: string): FlyToml | undefined {
  const candidates = path
    ? [path, `${path.replace(/\/$/, "")}/fly.toml`]
    : ["fly.toml", "fly.json", "fly.yaml"].map((name) => resolve(name));
  for (const candidate of candidates) {
    const content = readIfPresent(candidate);
    if (content === undefined) continue;
    try {
      return decode(parserFor(candidate)(content), candidate);
    } catch (error) {
      throw new FlyError(`failed loading app config from ${candidate}: ${messageOf(error)}`);
    }
  }
  if (path) {
    throw new FlyError(`config file not found at specified path: ${path} (also tried: ${candidates[1]})`);
  }
  return undefined;
}

/** The configuration that a release keeps. */
export function fromDefinition(definition: Record<string, unknown>): FlyToml {
  return decode(definition, "--config path unset--");
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new FlyError(`failed loading app config from ${path}: ${fileErrorText(error, path)}`);
  }
}

function parserFor(path: string): (content: string) => unknown {
  if (path.endsWith(".json")) return (content) => parseGoJson(content, "text");
  return path.endsWith(".yaml") ? parseYaml : parseToml;
}

function parseToml(content: string): Record<string, unknown> {
  try {
    return parse(content);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new Error(describe(error, content));
  }
}

/** The lines up to the mistake, and what is wrong below it. */
function describe({ line, column, message }: TomlError, content: string): string {
  const reason = message.replace(/^Invalid TOML document: /, "").split("\n")[0];
  const width = String(line).length;
  const lines = content.split("\n").slice(0, line);
  const shown = lines.map((text, index) => `${String(index + 1).padStart(width)}| ${text}`).slice(-4);
  const mark = `${" ".repeat(width)}| ${" ".repeat(column - 1)}~ ${reason}`;
  return [`row ${line} column ${column}`, ...shown, mark].join("\n");
}

function decode(raw: unknown, path: string): FlyToml {
  if (!isObject(raw)) throw new Error("json: cannot unmarshal into Go value of type map[string]interface {}");
  try {
    return { config: Config.decode(normalise(raw)), path, raw };
  } catch (error) {
    const config = Config.zero();
    if (typeof raw.app === "string") config.app = raw.app;
    return { config, path, raw, problem: messageOf(error) };
  }
}

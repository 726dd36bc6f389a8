import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import { FlyError, fileErrorText, messageOf } from "../errors.ts";
import { type GoType, isObject } from "../go/json.ts";
import { Config } from "./schema.ts";

/** An app's configuration and where it came from. */
export interface FlyToml {
  config: Config;
  /** The path that flyctl shows: an absolute one, or that of `--config`. */
  path: string;
  /** Sections and keys that the stand-in does not know. It does not deploy a file that has any. */
  unknown: string[];
  /** Why the file could not be decoded. Only its `app` is known then. */
  problem?: string;
}

/** @param path the value of `--config`; empty if it was not given. @returns undefined if `path` is empty and there is no fly.toml. */
export function loadFlyToml(path: string): FlyToml | undefined {
  const file = path || resolve("fly.toml");
  const content = readIfPresent(file);
  if (content === undefined && !path) return undefined;
  if (content === undefined)
    throw new FlyError(`config file not found at specified path: ${path} (also tried: ${path}/fly.toml)`);
  try {
    return decode(parseToml(content), file);
  } catch (error) {
    throw new FlyError(`failed loading app config from ${file}: ${messageOf(error)}`);
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new FlyError(`failed loading app config from ${path}: ${fileErrorText(error, path)}`);
  }
}

function parseToml(content: string): Record<string, unknown> {
  try {
    return parse(content);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new Error(describe(error, content));
  }
}

/** The lines up to the mistake, with the message below. */
function describe({ line, column, message }: TomlError, content: string): string {
  const reason = message.replace(/^Invalid TOML document: /, "").split("\n")[0];
  const width = String(line).length;
  const lines = content.split("\n").slice(0, line);
  const shown = lines.map((text, index) => `${String(index + 1).padStart(width)}| ${text}`).slice(-4);
  const mark = `${" ".repeat(width)}| ${" ".repeat(column - 1)}~ ${reason}`;
  return [`row ${line} column ${column}`, ...shown, mark].join("\n");
}

/** @param raw a parsed fly.toml, or the definition that a release keeps */
export function decode(raw: Record<string, unknown>, path: string): FlyToml {
  const lists = Object.fromEntries(
    ["mounts", "vm"].map((key) => [key, isObject(raw[key]) ? [raw[key]] : raw[key]]),
  );
  const given = { ...raw, ...lists };
  try {
    return { config: Config.decode(given), path, unknown: unknownKeys("", given, Config as GoType<unknown>) };
  } catch (error) {
    const config = Config.zero();
    if (typeof raw.app === "string") config.app = raw.app;
    return { config, path, unknown: [], problem: messageOf(error) };
  }
}

function unknownKeys(path: string, value: unknown, { fields, element, goName }: GoType<unknown>): string[] {
  // An older spelling: a number without a unit counts in the section's own unit.
  if (goName === "fly.Duration" && typeof value === "number") return [`${path} without a unit`];
  if (fields && isObject(value)) {
    return Object.entries(value).flatMap(([key, nested]) => {
      const [field, inner] = [fields[key], path ? `${path}.${key}` : key];
      if (nested === undefined) return [];
      return field ? unknownKeys(inner, nested, field) : [inner];
    });
  }
  if (!element) return [];
  if (Array.isArray(value)) return value.flatMap((item) => unknownKeys(path, item, element));
  if (goName.startsWith("map[") && isObject(value))
    return Object.values(value).flatMap((item) => unknownKeys(path, item, element));
  return unknownKeys(path, value, element);
}

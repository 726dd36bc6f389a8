import { formatDuration } from "../go/duration.ts";
import { isObject, mapValues, sortedEntries } from "../go/json.ts";

// fly.toml has many spellings from earlier times. Before it is decoded, flyctl rewrites them all to today's.

type Section = Record<string, unknown>;

const second = 1e9;
const millisecond = 1e6;

/** @throws an error that says which section has an unknown form. */
export function normalise(file: Section): Section {
  const config: Section = { ...file };
  if (config.env !== undefined) config.env = envOf(config.env);
  if (config.services !== undefined) {
    config.services = tables(config.services, "Error processing services").map(normaliseService);
  }
  if (config.processes !== undefined) normaliseProcesses(config);
  if (config.experimental !== undefined) normaliseExperimental(config);
  if (config.checks !== undefined) config.checks = topLevelChecks(config.checks);
  config.vm = merged(config, ["compute", "computes", "vm"], "Error processing compute").map(
    withText("memory"),
  );
  config.mounts = merged(config, ["mount", "mounts"], "Error processing mounts").map(
    withText("initial_size"),
  );
  config.metrics = merged(config, ["metric", "metrics"], "Error processing mounts");
  if (config.kill_timeout !== undefined) config.kill_timeout = timeSpan(config.kill_timeout, second);
  if (config.build !== undefined) config.build = normaliseBuild(config.build);
  return config;
}

function envOf(section: unknown): Record<string, string> {
  if (Array.isArray(section)) return Object.assign({}, ...section.map(envOf)) as Record<string, string>;
  if (isObject(section)) return mapValues(section, text);
  throw new Error(`Do not know how to process 'env' section of type: ${goTypeOf(section)}`);
}

function normaliseService(service: Section): Section {
  const result: Section = { ...service };
  if (result.concurrency !== undefined) result.concurrency = concurrencyOf(result.concurrency);
  if (result.ports !== undefined) {
    result.ports = tables(result.ports, "Error processing ports").map((port) =>
      port.port === undefined ? port : { ...port, port: integer(port.port) },
    );
  }
  for (const kind of ["tcp_checks", "http_checks"]) {
    if (result[kind] === undefined) continue;
    result[kind] = tables(result[kind], `Error processing ${kind}`).map(normaliseCheck);
  }
  if (result.internal_port !== undefined) result.internal_port = integer(result.internal_port);
  return result;
}

/** `"20,25"` once meant a soft and a hard limit. */
function concurrencyOf(value: unknown): unknown {
  if (isObject(value)) return value;
  if (typeof value !== "string") throw new Error(`Unknown type for service concurrency: ${goTypeOf(value)}`);
  const [soft, hard] = value.split(",");
  if (soft === undefined || hard === undefined)
    throw new Error(`Unknown value '${value}' for concurrency limits`);
  return { type: "requests", hard_limit: integer(hard), soft_limit: integer(soft) };
}

function normaliseProcesses(config: Section): void {
  const processes = config.processes;
  if (isObject(processes)) return;
  if (!Array.isArray(processes)) throw new Error(`Unknown processes type: ${goTypeOf(processes)}`);
  const named = processes.filter(isObject).filter(({ name }) => name !== undefined);
  if (named.length === 0) delete config.processes;
  else
    config.processes = Object.fromEntries(
      named.map(({ name, command }) => [text(name), text(command ?? "")]),
    );
}

function normaliseExperimental(config: Section): void {
  const section = config.experimental;
  if (!isObject(section)) throw new Error(`Experimental section of unknown type: ${goTypeOf(section)}`);
  const result = { ...section };
  for (const key of ["cmd", "entrypoint", "exec"]) {
    if (result[key] !== undefined) result[key] = words(result[key], key);
  }
  if (result.kill_timeout !== undefined && config.kill_timeout === undefined) {
    config.kill_timeout = timeSpan(result.kill_timeout, second);
  }
  const metrics = Object.fromEntries(
    ["port", "path"].flatMap((key) => {
      const value = result[`metrics_${key}`];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  if (config.metrics === undefined && Object.keys(metrics).length > 0) config.metrics = metrics;
  if (Object.keys(result).length === 0) delete config.experimental;
  else config.experimental = result;
}

function words(value: unknown, key: string): string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value))
    throw new Error(`could not cast ${text(value)} of type ${goTypeOf(value)} to []string on ${key}`);
  return value.map((item) => {
    if (typeof item === "string") return item;
    throw new Error(`could not cast ${text(item)} of type ${goTypeOf(item)} to string on ${key}`);
  });
}

function topLevelChecks(section: unknown): Section | undefined {
  const named = Array.isArray(section) ? Object.fromEntries(section.map(namedCheck)) : section;
  if (!isObject(named)) throw new Error(`'checks' section of unknown type: ${goTypeOf(section)}`);
  if (Object.keys(named).length === 0) return undefined;
  return mapValues(named, (check) => {
    if (!isObject(check)) throw new Error(`'checks' section of unknown type: ${goTypeOf(check)}`);
    return normaliseCheck(check);
  });
}

function namedCheck(check: unknown): [string, unknown] {
  if (!isObject(check)) throw new Error(`check item of unknown type: ${goTypeOf(check)}`);
  if (typeof check.name !== "string") throw new Error("check item name not a string");
  return [check.name, check];
}

function normaliseCheck(check: Section): Section {
  const result: Section = { ...check };
  for (const key of ["interval", "timeout", "grace_period"]) {
    if (result[key] !== undefined) result[key] = timeSpan(result[key], millisecond);
  }
  if (result.headers !== undefined) result.headers = headersOf(result.headers);
  return result;
}

function headersOf(section: unknown): Record<string, string> {
  if (isObject(section)) return mapValues(section, text);
  if (!Array.isArray(section)) throw new Error(`Unsupported headers format: ${text(section)}`);
  return Object.fromEntries(
    section.map((header) => {
      if (!isObject(header) || header.name === undefined) throw new Error("Unsupported headers format");
      return [text(header.name), text(header.value ?? "")];
    }),
  );
}

function normaliseBuild(section: unknown): unknown {
  if (!isObject(section)) throw new Error(`Build section of unknown type: ${goTypeOf(section)}`);
  const { build_target: target, ...rest } = section;
  const result = target === undefined ? rest : { ...rest, "build-target": target };
  return Object.keys(result).length === 0 ? undefined : result;
}

function merged(config: Section, keys: string[], problem: string): Section[] {
  return keys.flatMap((key) => {
    const section = config[key];
    delete config[key];
    return section === undefined ? [] : tables(section, problem);
  });
}

function tables(section: unknown, problem: string): Section[] {
  const list = isObject(section) ? [section] : section;
  if (!Array.isArray(list)) throw new Error(`${problem}: Unknown type '${goTypeOf(section)}'`);
  return list.map((item) => {
    if (isObject(item)) return item;
    throw new Error(`${problem}: Can not cast '${text(item)}' as map[string]any`);
  });
}

const withText =
  (key: string) =>
  (section: Section): Section =>
    section[key] === undefined ? section : { ...section, [key]: text(section[key]) };

/** A value as Go prints it. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(" ")}]`;
  if (value instanceof Date) return value.toISOString().replace(/T(.*?)(?:\.0+)?Z$/, " $1 +0000 UTC");
  if (!isObject(value)) return String(value);
  const entries = sortedEntries(value).map(([key, item]) => `${key}:${text(item)}`);
  return `map[${entries.join(" ")}]`;
}

/** A bare number counts the section's own unit; an empty text is no value. */
function timeSpan(value: unknown, unit: number): string | undefined {
  if (typeof value === "number") return formatDuration(value * unit);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function integer(value: unknown): number {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value !== "string") throw new Error(`Unknown type for cast: ${goTypeOf(value)}`);
  if (!/^[+-]?\d+$/.test(value)) {
    const reason = `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`;
    throw new Error(`Can not convert '${value}' to integer: ${reason}`);
  }
  return Number(value);
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}

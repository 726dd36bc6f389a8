import type { Description, Row, Schema } from "../routes/row.ts";

/** A request that puts a text into one field of a route, with as little else as the route's description requires. */
export interface Request {
  route: string;
  field: string;
  method: string;
  path: string;
  body?: unknown;
}

/** Ids for the parameters of routes: by the part of the path before the parameter, or by the parameter's own name. */
export type Ids = Record<string, string>;

const nobody = "00000000-0000-4000-8000-000000000000";

/** The requests of a row: one for each of its fields of these kinds. */
export function requestsOf(
  row: Row,
  kinds: ("paths" | "urls" | "programs" | "open")[],
  text: string,
  ids: Ids,
  description: Description,
): Request[] {
  const fields = kinds.flatMap((kind) =>
    (row[kind] ?? "")
      .split(" ")
      .filter(Boolean)
      .map((field) => ({ kind, field })),
  );
  return fields.map(({ kind, field }) =>
    requestOf(row.route, field, kind === "open" ? anything(text) : text, ids, description),
  );
}

/**
 * The value for a field that takes anything: the text, under the names that Paperclip and its plugins use for paths, addresses and
 * commands.
 */
const anything = (text: string) => ({
  path: text,
  cwd: text,
  url: text,
  command: text,
  nested: [{ file: text }],
});

function requestOf(
  route: string,
  field: string,
  value: unknown,
  ids: Ids,
  description: Description,
): Request {
  const [method = "", described = ""] = route.split(" ");
  const inPath = field.startsWith("path.") ? field.slice("path.".length) : undefined;
  const path = described.replaceAll(
    /(?:\/([a-z-]+))?\/\{\*?([A-Za-z]+)\}/g,
    (_, before: string | undefined, name: string) => {
      const id =
        name === inPath ? encodeURIComponent(String(value)) : (ids[name] ?? ids[before ?? ""] ?? nobody);
      return `${before ? `/${before}` : ""}/${id}`;
    },
  );
  if (inPath) return { route, field, method, path };
  if (field.startsWith("query.")) {
    const query = new URLSearchParams({
      [field.slice("query.".length)]: String(value),
      projectId: ids.projects ?? nobody,
    });
    return { route, field, method, path: `${path}?${query}` };
  }
  const operation = description.paths[described]?.[method.toLowerCase()];
  const schema = operation?.requestBody?.content["application/json"]?.schema;
  const sample = schema ? sampleOf(schema, description, 0) : {};
  const body: Record<string, unknown> = sample && typeof sample === "object" ? { ...sample } : {};
  if (field === "body") Object.assign(body, value);
  else put(body, field.split("."), value);
  return { route, field, method, path, body };
}

/** Puts a value into `a.b[].c{}`: `[]` is the first of a list, `{}` one key of a map. */
function put(into: Record<string, unknown>, [first = "", ...rest]: string[], value: unknown): void {
  const [, name = "", marks = ""] = /^([^[{]*)(.*)$/.exec(first) ?? [];
  const own = () => {
    if (rest.length === 0) return value;
    const given = into[name];
    const inner = Array.isArray(given) ? given[0] : given;
    const next: Record<string, unknown> = { ...(inner && typeof inner === "object" ? inner : {}) };
    put(next, rest, value);
    return next;
  };
  const wrap = (one: unknown, mark: string): unknown => (mark === "[]" ? [one] : { [String(value)]: one });
  into[name] = (marks.match(/\[\]|\{\}/g) ?? []).reduceRight(wrap, own());
}

/** The smallest value that a schema accepts. */
function sampleOf(given: Schema, description: Description, depth: number): unknown {
  let schema = given;
  while (schema.$ref) schema = description.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {};
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (choice && depth < 8) return sampleOf(choice, description, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (schema.type === "object" || schema.properties) {
    const required = (schema.required ?? []).filter((name) => schema.properties?.[name]);
    const own = required.map((name) => [
      name,
      sampleOf(schema.properties?.[name] ?? {}, description, depth + 1),
    ]);
    return Object.fromEntries(own);
  }
  if (schema.type === "array") return [];
  if (schema.type === "number" || schema.type === "integer") return schema.minimum ?? 1;
  if (schema.type === "boolean") return false;
  return schema.format === "uuid" ? nobody : "attempt";
}

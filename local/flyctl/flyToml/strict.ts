import { type GoType, isObject } from "../go/json.ts";
import { normalise } from "./normalise.ts";
import { Config } from "./schema.ts";

/** flyctl rebuilds these lists when it reads the file, and then does not look into them. */
const unexamined = ["services", "vm", "mounts", "metrics"];

/** Sections and keys that fly.toml should not have, as lines for the user. */
export function unrecognised(raw: Record<string, unknown>): string[] {
  const sections: string[] = [];
  const keys: string[] = [];
  for (const [key, value] of Object.entries(normalise(raw))) {
    const type = Config.fields?.[key];
    if (!type) sections.push(`  - ${key}`);
    else if (!unexamined.includes(key)) keys.push(...unknownKeys(key, value, type));
  }
  return [...sections, ...keys];
}

function unknownKeys(path: string, value: unknown, type: GoType<unknown>): string[] {
  const { fields, element } = type;
  if (fields && isObject(value)) {
    return Object.entries(value).flatMap(([key, nested]) => {
      const field = fields[key];
      return field ? unknownKeys(`${path}.${key}`, nested, field) : [`  - ${path}.${key}`];
    });
  }
  if (!element) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownKeys(`${path}[${index}]`, item, element));
  const isMap = type.goName.startsWith("map[");
  if (isMap && isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => unknownKeys(`${path}.${key}`, item, element));
  }
  return isMap ? [] : unknownKeys(path, value, element);
}

import { parse, stringify } from "yaml";
import { FlyError, messageOf } from "../errors.ts";
import { isObject } from "../go/json.ts";

export type YamlMap = { [key: string]: YamlValue };
type YamlValue = string | number | boolean | null | YamlMap;

/** @throws FlyError if the text is not YAML */
export function parseYaml(text: string): YamlMap {
  try {
    const value: unknown = parse(text);
    return isObject(value) ? (value as YamlMap) : {};
  } catch (error) {
    throw new FlyError(`yaml: ${messageOf(error).split("\n")[0]}`);
  }
}

/** YAML in the style of the Go library that flyctl uses. */
export const formatYaml = (map: YamlMap): string =>
  stringify(map, { indent: 4, sortMapEntries: true, lineWidth: 0 });

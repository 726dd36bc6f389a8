import { parse, stringify } from "yaml";
import { isObject } from "../go/json.ts";

export type YamlMap = { [key: string]: YamlValue };
export type YamlValue = string | number | boolean | null | YamlMap;

/** @throws if the text is no YAML */
export function parseYaml(text: string): YamlMap {
  const value: unknown = parse(text);
  return isObject(value) ? (value as YamlMap) : {};
}

/** As the Go library that flyctl uses writes it. */
export const formatYaml = (map: YamlMap): string =>
  stringify(map, { indent: 4, sortMapEntries: true, lineWidth: 0 });

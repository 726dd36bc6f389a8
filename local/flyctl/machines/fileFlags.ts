import { readFileSync } from "node:fs";
import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError, fileErrorText, prefixed } from "../errors.ts";
import type { TomlFile } from "../flyToml/schema.ts";
import { File } from "../types/machine.ts";

/** Files to write into the machine, from `--file-local`, `--file-literal` and `--file-secret`. */
export function filesFromFlags(flags: FlagSet): File[] {
  return [
    ...parse(flags, "file-local", (path) => ({ raw_value: readLocal(path) })),
    ...parse(flags, "file-literal", (text) => ({ raw_value: base64(text) })),
    ...parse(flags, "file-secret", (name) => ({ secret_name: name })),
  ];
}

function parse(flags: FlagSet, flag: string, content: (source: string) => Partial<File>): File[] {
  try {
    return flags.strings(flag).map((value) => {
      const [, guestPath = value, source] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
      if (source === undefined) throw new FlyError(`invalid ${flag} argument ${value}`);
      if (!guestPath.startsWith("/")) throw new FlyError(`guest path, ${guestPath}, must be absolute`);
      // Nothing after the sign takes the file away.
      return { ...File.zero(), guest_path: guestPath, ...(source ? content(source) : {}) };
    });
  } catch (error) {
    throw prefixed(`failed to read ${flag}: `, error);
  }
}

/** The files of fly.toml with those of the flags over them. */
export const mergeTomlFiles = (configured: TomlFile[], fromFlags: File[]): File[] =>
  mergeFiles(configured.map(fromToml), fromFlags);

/** A file without content takes the configured one away. */
export function mergeFiles(configured: File[], fromFlags: File[]): File[] {
  const merged = [...configured];
  for (const file of fromFlags) {
    const index = merged.findIndex(({ guest_path }) => guest_path === file.guest_path);
    if (index < 0) merged.push(file);
    else if (file.raw_value === null && file.secret_name === null) merged.splice(index, 1);
    else merged[index] = file;
  }
  return merged;
}

function fromToml({ guest_path, local_path, secret_name, raw_value }: TomlFile): File {
  const file = { ...File.zero(), guest_path };
  if (local_path) return { ...file, raw_value: readLocal(local_path) };
  if (secret_name) return { ...file, secret_name };
  return raw_value ? { ...file, raw_value: base64(raw_value) } : file;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function readLocal(path: string): string {
  try {
    return readFileSync(path).toString("base64");
  } catch (error) {
    throw new FlyError(`could not read file ${path}: ${fileErrorText(error, path)}`);
  }
}

import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { FlyError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { formatYaml, parseYaml, type YamlMap } from "./yaml.ts";

/** FLY_CONFIG_DIR, or `~/.fly`: configuration, logs and lock files. */
export class ConfigDirectory {
  readonly path: string;
  readonly #file: string;

  constructor(environment: Environment) {
    this.path = environment.first("FLY_CONFIG_DIR") ?? join(homedir(), ".fly");
    this.#file = join(this.path, "config.yml");
  }

  /** Creates the directory, readable only by its owner, and checks that it is writable. */
  ensure(): void {
    const existing = statSync(this.path, { throwIfNoEntry: false });
    if (existing && !existing.isDirectory()) {
      throw new FlyError(`the path to the config directory (${this.path}) is occupied by not a directory`);
    }
    if (!existing) mkdirSync(this.path, { recursive: true, mode: 0o700 });
    try {
      rmdirSync(mkdtempSync(join(this.path, "perms.")));
    } catch (error) {
      throw new FlyError(`failed ensuring config directory perms: ${(error as Error).message}`);
    }
    for (const lock of ["flyctl.cache.lock", "flyctl.config.lock"]) {
      closeSync(openSync(join(this.path, lock), "a", 0o600));
    }
  }

  /** Content of config.yml; undefined if there is no such file. */
  read(): YamlMap | undefined {
    try {
      return parseYaml(readFileSync(this.#file, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Replaces top-level keys of config.yml and keeps the others. */
  update(values: YamlMap): void {
    const text = formatYaml({ ...this.read(), ...values });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

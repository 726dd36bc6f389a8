import { isObject } from "../go/json.ts";
import type { ConfigDirectory } from "./configDirectory.ts";

const key = "app_secrets_minvers";

/**
 * The minimum version of each app's secrets that its machines must have. It is remembered between runs, so that a
 * deploy right after `secrets import` cannot start with older secrets.
 */
export class SecretVersions {
  readonly #directory: ConfigDirectory;

  constructor(directory: ConfigDirectory) {
    this.#directory = directory;
  }

  of(app: string): number | undefined {
    return this.#all()[app];
  }

  set(app: string, version: number): void {
    this.#directory.update({ [key]: { ...this.#all(), [app]: version } });
  }

  delete(app: string): void {
    const { [app]: _, ...others } = this.#all();
    this.#directory.update({ [key]: others });
  }

  #all(): Record<string, number> {
    const versions = this.#directory.read()?.[key];
    return isObject(versions) ? (versions as Record<string, number>) : {};
  }
}

import { createHash } from "node:crypto";
import { maximumAppNameLength } from "../settings/rules.ts";

/**
 * The app's name where none is set: PROJECT-STACK in the letters that Fly.io and DNS allow. A name that is too long is cut and gets the
 * first digits of its hash, so that two long stack names with the same beginning stay two apps.
 */
export function deriveAppName(project: string, stack: string): string {
  const name = `${project}-${stack}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  if (name.length <= maximumAppNameLength) return name;
  const tail = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, maximumAppNameLength - tail.length - 1).replace(/-+$/, "")}-${tail}`;
}

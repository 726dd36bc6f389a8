import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { version } from "../version.ts";

const shells = ["ash", "bash", "dash", "fish", "sh", "zsh"];

/** Headers in which flyctl names its version and what started it. */
export function identityHeaders(): Record<string, string> {
  const interactive = isatty(1);
  const parent = parentKind();
  return {
    "User-Agent": `flyctl/${version} (interactive=${interactive}; parent=${parent})`,
    "Fly-Client-Interactive": String(interactive),
    "Fly-Client-Parent": parent,
  };
}

function parentKind(): string {
  try {
    return shells.includes(readFileSync(`/proc/${process.ppid}/comm`, "utf8").trim()) ? "shell" : "other";
  } catch {
    return "other";
  }
}

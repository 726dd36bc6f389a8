// Go's filepath.EvalSymlinks: unlike fs.realpath it leaves a relative path relative, and that path goes into the digest.
import { lstatSync, readlinkSync } from "node:fs";
import { normalize } from "node:path";
import { getSystemErrorMessage } from "node:util";

const maxLinks = 255;

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    throw new Error(`lstat ${path}: ${getSystemErrorMessage((error as NodeJS.ErrnoException).errno ?? 0)}`, {
      cause: error,
    });
  }
}

const parentOf = (path: string) => path.replace(/\/?[^/]*$/, "");

/** Throws when a link leads nowhere, or round and round. */
export function evalSymlinks(path: string): string {
  let resolved = path.startsWith("/") ? "/" : "";
  const steps = path.split("/");
  for (let links = 0; steps.length > 0; ) {
    const step = steps.shift() ?? "";
    if (step === "" || step === ".") continue;
    if (step === "..") {
      const canGoUp = resolved !== "" && !/(^|\/)\.\.$/.test(resolved);
      if (resolved === "/") continue;
      resolved = canGoUp
        ? parentOf(resolved) || (resolved.startsWith("/") ? "/" : "")
        : [resolved, ".."].filter(Boolean).join("/");
      continue;
    }
    const next = resolved === "" || resolved === "/" ? `${resolved}${step}` : `${resolved}/${step}`;
    const target = linkTarget(next);
    if (target === undefined) {
      resolved = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw new Error("EvalSymlinks: too many links");
    if (target.startsWith("/")) resolved = "/";
    steps.unshift(...target.split("/"));
  }
  return normalize(resolved === "" ? "." : resolved);
}

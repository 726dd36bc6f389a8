/** The shell scripts of the repository, read by shellcheck. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const root = join(import.meta.dirname, "..");

/** The script that sources most of docker/lib/: only with all of it are its variables set and used. */
const start = "docker/start.sh";

/** Warnings about variables that are set in one file and used in another one, which a file alone cannot tell. */
const acrossFiles = "SC2034,SC2154";

/** @returns what shellcheck found; undefined where that is nothing */
export async function checkShell(): Promise<string | undefined> {
  const { programs, libraries } = await shellFiles();
  // What is sourced is read with what sources it.
  const runs = [
    ["--external-sources", ...programs],
    ["--external-sources", "--check-sourced", start],
    ["--exclude", acrossFiles, ...libraries],
  ];
  const found = await Promise.all(runs.map(shellcheck));
  return [...new Set(found)].filter((text) => text !== "").join("\n\n") || undefined;
}

async function shellcheck(args: string[]): Promise<string> {
  const { code, failed, all } = await execa("shellcheck", args, { cwd: root, all: true, reject: false });
  if (code === "ENOENT")
    return "shellcheck is not on the PATH. Install it: apt-get install shellcheck, or: brew install shellcheck";
  return failed ? all.trim() : "";
}

/** A program begins with `#!` and a shell; what it sources ends with .sh. */
async function shellFiles(): Promise<{ programs: string[]; libraries: string[] }> {
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  const programs: string[] = [];
  const libraries: string[] = [];
  for (const file of stdout.split("\n").filter((name) => /(\/|^)[^.]+(\.sh)?$|\.sh$/.test(name))) {
    const text = await readFile(join(root, file), "utf8").catch(() => "");
    if (/^#!.*\b(ba|da)?sh\b/.test(text)) programs.push(file);
    else if (file.endsWith(".sh")) libraries.push(file);
  }
  return { programs, libraries };
}

/** Checkouts of one repository as several machines have them. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");

/** How a machine checks out. */
export interface Checkout {
  umask: string;
  /** Words for git before its verb, e.g. `-c core.autocrlf=true`. */
  git?: string[];
}

/** Makes a repository from paths of this one, as they are now, and from the changes that `change` then makes. */
export async function repositoryOf(
  folder: string,
  paths: readonly string[],
  change: (repository: string) => Promise<void> = async () => {},
): Promise<string> {
  const repository = join(folder, "repository");
  await mkdir(repository);
  for (const path of paths) {
    const filter = (name: string) => !name.includes("node_modules");
    await cp(join(root, path), join(repository, path), { recursive: true, filter });
  }
  await change(repository);
  const identity = [
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.test",
    "-c",
    "commit.gpgsign=false",
  ];
  for (const words of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...identity, "commit", "--quiet", "--message=x"],
  ])
    await execa("git", words, { cwd: repository });
  return repository;
}

/** Clones it into a folder, and returns that. */
export async function checkOut(
  repository: string,
  folder: string,
  { umask, git = [] }: Checkout,
): Promise<string> {
  // A shell, because every process has its own umask.
  await execa("sh", [
    "-c",
    `umask ${umask} && exec git "$@"`,
    "sh",
    ...git,
    "clone",
    "--quiet",
    repository,
    folder,
  ]);
  return folder;
}

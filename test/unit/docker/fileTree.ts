import fs from "node:fs";
import { join } from "node:path";
import { filesFor } from "../../../docker/server/files.js";
import { placesIn } from "../../../docker/server/places.js";

export type Files = typeof fs;

export const secret = "secret of the server";

/**
 * Makes a folder with a volume and a machine's other places. Returns the file functions of a module that keeps no place (`files`), and of
 * one that keeps the keys (`keeper`).
 */
export function makeTree() {
  const base = fs.mkdtempSync("/tmp/files-test-");
  const instance = join(base, "volume/instances/default");
  const work = join(instance, "workspaces/agent");
  for (const folder of [
    work,
    join(instance, "projects/acme"),
    join(instance, "secrets/deep"),
    join(instance, "companies/acme/agents/boss/instructions"),
    join(instance, "skills/acme"),
    join(base, "programs"),
    join(base, "tmp/run-1"),
    join(base, "tmp/run-2"),
  ])
    fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(join(instance, "secrets/master.key"), secret);
  fs.writeFileSync(join(instance, "skills/acme/SKILL.md"), "a skill");
  fs.writeFileSync(join(base, "programs/tool"), "a program");
  fs.writeFileSync(join(base, "tmp/run-2/file"), secret);
  fs.writeFileSync(join(work, "notes.txt"), "notes");
  const placeOf = placesIn({
    volume: join(base, "volume"),
    temporary: [join(base, "tmp")],
    programs: [join(base, "programs")],
  });
  return {
    base,
    /** An agent's workspace. */
    work,
    files: filesFor(placeOf, []) as Files,
    keeper: filesFor(placeOf, ["secrets"]) as Files,
    /** A path of the instance. */
    at: (...names: string[]) => join(instance, ...names),
  };
}

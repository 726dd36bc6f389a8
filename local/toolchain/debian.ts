/** Installs programs from Debian's packages if they are missing and this process is root. */
import { execa } from "execa";
import { onPath } from "./onPath.ts";

/**
 * Makes sure that a program is there.
 *
 * @throws Error with the command to type when it is missing and cannot be installed from here.
 */
export async function ensureProgram(program: string, packages: string[]): Promise<void> {
  // Daemons live in folders that are not on every user's PATH.
  if (await onPath(program, `${process.env.PATH}:/usr/sbin:/sbin`)) return;
  const command = `apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() !== 0 || !(await onPath("apt-get"))) {
    throw new Error(`${program} is needed on this machine. Install it as root: ${command}`);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () => execa(command, { shell: true, env, all: true, reject: false });
  let result = await install();
  if (result.failed) {
    // A new machine has no package lists, and an old one has stale lists.
    await execa("apt-get", ["update"], { env, reject: false });
    result = await install();
  }
  if (result.failed) throw new Error(`${command} failed:\n${result.all.split("\n").slice(-10).join("\n")}`);
}

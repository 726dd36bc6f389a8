/** `npm run check`: types, style and generated parts of the whole repository. */
import { execa } from "execa";

for (const [command, ...args] of [
  ["tsc"],
  ["biome", "check", "."],
  [process.execPath, "program/docs.ts", "--check"],
]) {
  const { failed } = await execa(command as string, args, { stdio: "inherit", reject: false });
  if (failed) process.exitCode = 1;
}

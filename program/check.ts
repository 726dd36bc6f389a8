/** `npm run check`: types and style of the whole repository. */
import { execa } from "execa";

for (const [command, ...args] of [["tsc"], ["biome", "check", "."]]) {
  const { failed } = await execa(command as string, args, { stdio: "inherit", reject: false });
  if (failed) process.exitCode = 1;
}

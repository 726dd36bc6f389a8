// Starts the server and, once it is well, writes the code that V8 has compiled so far into the file that is named as argument.
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { script, startServer } from "./index.js";

await startServer();
while (!(await isWell())) await setTimeout(100);
writeFileSync(process.argv[2], script.createCachedData());
process.exit();

async function isWell() {
  const answer = await fetch("http://127.0.0.1:3100/api/health");
  return answer.ok && (await answer.json()).status === "ok";
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { vi } from "vitest";

/** What flyctl answers: an object is printed as JSON, a text as it is. With `error` it prints the text and fails. */
type FlyctlAnswer = object | string | { error: string };

/** A flyctl with prepared answers, for tests of how the program reads them. */
export interface FakeFlyctl {
  /** Sets the answers to the calls that begin with these words, in turn; the last answer stays. The longest match counts. */
  answers(words: string, ...answers: FlyctlAnswer[]): Promise<void>;
  /** The command lines so far. */
  calls(): Promise<string[]>;
  remove(): Promise<void>;
}

const script = `#!${process.execPath}
const { appendFileSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const line = process.argv.slice(2).join(" ");
appendFileSync(__dirname + "/../calls", line + "\\n");
const byLength = (one, other) => other.length - one.length;
for (const name of readdirSync(__dirname + "/../answers").sort(byLength)) {
  const file = __dirname + "/../answers/" + name;
  const { words, answers } = JSON.parse(readFileSync(file, "utf8"));
  if (!line.startsWith(words)) continue;
  const [answer, ...more] = answers;
  if (more.length > 0) writeFileSync(file, JSON.stringify({ words, answers: more }));
  if (answer.error) { console.error("Error: " + answer.error); process.exit(1); }
  process.stdout.write(typeof answer === "string" ? answer : JSON.stringify(answer));
  process.exit(0);
}
console.error("Error: this test expects no flyctl " + line);
process.exit(1);
`;

/** Puts it first on the PATH; `remove` restores the PATH. */
export async function fakeFlyctl(): Promise<FakeFlyctl> {
  const folder = await mkdtemp(join(tmpdir(), "fake-flyctl-"));
  for (const name of ["bin", "answers"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "bin/flyctl"), script, { mode: 0o755 });
  await writeFile(join(folder, "bin/package.json"), '{"type": "commonjs"}');
  vi.stubEnv("PATH", [join(folder, "bin"), process.env.PATH].join(delimiter));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  return {
    answers: (words, ...answers) =>
      writeFile(join(folder, "answers", words.replaceAll("/", "_")), JSON.stringify({ words, answers })),
    calls: async () => {
      const text = await readFile(join(folder, "calls"), "utf8").catch(() => "");
      return text.split("\n").filter((line) => line !== "");
    },
    async remove() {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

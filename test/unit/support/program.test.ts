import { expect, test } from "vitest";
import { startProgram } from "../../support/program.ts";

const shell = (script: string) => startProgram("sh", ["-c", script], /ready at (\S+)/);

test.each(["1", "2"])("a program is started when it says so, on output %s", async (output) => {
  const program = await shell(`echo "ready at here" >&${output}; exec sleep 60`);
  expect(program.said[1]).toBe("here");
  await program.stop();
});

test.each([0, 1])(
  "one that ends with status %i before it is ready is an error with what it said",
  async (status) => {
    await expect(shell(`echo "the port is taken" >&2; exit ${status}`)).rejects.toThrow("the port is taken");
  },
);

test("a program that does not exist is an error that names it", async () => {
  await expect(startProgram("no-such-program", [], /ready/)).rejects.toThrow("no-such-program");
});

test("stopping a program that has already ended is an error", async () => {
  const program = await shell(`trap "" TERM; echo "ready at here"; echo "out of luck"; exit 1`);
  // The first call can come before the program has ended.
  await expect.poll(() => program.stop().then(String, String)).toContain("out of luck");
});

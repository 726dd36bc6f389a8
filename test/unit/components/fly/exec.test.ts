import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exec, execUntilAnswered } from "../../../../components/fly/exec.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../support/fakeFlyctl.ts";
import { pausesTakeNoTime } from "../../../support/patience.ts";

beforeEach(pausesTakeNoTime);

/** Fly.io's message about a command that it has cut off, as flyctl prints it (superfly/flyctl#4194). */
const cut =
  "could not exec command on machine m1: failed to exec on VM m1: deadline_exceeded: " +
  'Post "http://unix/v1/exec": net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
const lost = 'failed to exec on VM m1: Post "https://api.machines.dev/v1/apps/acme/machines/m1/exec": EOF';

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
});

afterEach(() => flyctl.remove());

const progress = (line: string) => said.push(line);
const ask = () =>
  execUntilAnswered("acme", "m1", "paperclip-invite", { progress, isAnswer: (code) => code === 3 });

test("a command in the machine gets the most time that Fly.io gives one", async () => {
  await flyctl.answers("machine exec", { stdout: "ok\n" });
  expect(await exec("acme", "m1", "paperclip-cpu")).toEqual({ exit_code: 0, stdout: "ok\n", stderr: "" });
  expect(await flyctl.calls()).toEqual(["machine exec m1 paperclip-cpu --timeout 60 --app acme --json"]);
});

describe("who cannot do without the answer", () => {
  test("asks again after a cut, a lost connection and a machine that is not ready, and says why", async () => {
    const notReady = { exit_code: 1, stderr: "Paperclip's database does not answer yet\n" };
    await flyctl.answers("machine exec", { error: cut }, { error: lost }, notReady, { stdout: "https://x" });
    expect(await ask()).toMatchObject({ stdout: "https://x" });
    expect(said).toEqual([
      expect.stringContaining("deadline_exceeded"),
      expect.stringContaining("EOF; asking again"),
      "paperclip-invite: Paperclip's database does not answer yet; asking again",
    ]);
  });

  test("accepts an exit code that is an answer", async () => {
    await flyctl.answers("machine exec", { exit_code: 3, stderr: "this Paperclip has an administrator" });
    expect(await ask()).toMatchObject({ exit_code: 3 });
    expect(said).toEqual([]);
  });

  test.each([
    ["the token lacks the right", "failed to exec on VM m1: unauthorized", "lacks a right"],
    ["the machine is gone", "failed to get VM m1: machine not found", "machine not found"],
  ])("does not ask again where %s", async (_, error, reason) => {
    await flyctl.answers("machine exec", { error });
    await expect(ask()).rejects.toThrow(reason);
    expect(await flyctl.calls()).toHaveLength(1);
  });
});

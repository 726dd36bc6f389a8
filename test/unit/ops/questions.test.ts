import { afterEach, beforeEach, expect, test } from "vitest";
import { machineFindings, machineView } from "../../../ops/machineFindings.ts";
import { answered } from "../../../ops/questions.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../support/fakeFlyctl.ts";
import { outputs } from "./outputs.ts";

const answer = (value: object) => ({ stdout: JSON.stringify(value) });
const exec = `machine exec ${outputs.machineId}`;

let flyctl: FakeFlyctl;

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  // The machine's image lacks every other program that doctor asks for.
  await flyctl.answers(`${exec} `, { exit_code: 127 });
});

afterEach(() => flyctl.remove());

/** What doctor says about these subjects, each as a line of what it found and how to fix it. */
async function said(...subjects: string[]): Promise<string[]> {
  const view = await machineView(outputs, () => {});
  const findings = answered(machineFindings(view, outputs), view.unanswered);
  return findings
    .filter(({ subject }) => subjects.includes(subject))
    .map(({ subject, text, fix }) => `${subject}: ${text}${fix ? ` → ${fix}` : ""}`);
}

test("a question that Fly.io cuts off, or whose answer is unreadable, is one finding, and everything else is still reported", async () => {
  await flyctl.answers(`${exec} curl`, answer({ status: "ok" }));
  await flyctl.answers(`${exec} paperclip-tailnet`, { stdout: "half an ans" });
  await flyctl.answers(`${exec} paperclip-cpu`, { error: "deadline_exceeded: Post" });
  const advice = "try again in a minute; if it stays so, see flyctl logs --app acme";
  expect(await said("paperclip", "tailnet", "cpu")).toEqual([
    "paperclip: answers",
    `cpu: the machine does not tell: flyctl machine exec: deadline_exceeded: Post → ${advice}`,
    `tailnet: the machine does not tell: its answer is none that doctor understands → ${advice}`,
  ]);
});

test("a token without the right to ask is not mistaken for a machine that does not answer", async () => {
  await flyctl.answers(`${exec} paperclip-cpu`, { error: "unauthorized" });
  await expect(machineView(outputs, () => {})).rejects.toMatchObject({ refused: true });
});

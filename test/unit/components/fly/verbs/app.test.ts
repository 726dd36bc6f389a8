import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as app from "../../../../../components/fly/verbs/app.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../../support/fakeFlyctl.ts";
import { pausesTakeNoTime } from "../../../../support/patience.ts";
import { inputsOf } from "../../../../support/verbInputs.ts";

beforeEach(pausesTakeNoTime);

const values: Record<string, string> = { APP: "acme", ORGANIZATION: "personal", NETWORK: "paperclip-acme" };

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
});

afterEach(() => flyctl.remove());

const inputs = () => inputsOf(values, { said });

describe("a name that is taken", () => {
  const taken = { error: "Validation failed: Name has already been taken (Request ID: 1)" };

  beforeEach(() => flyctl.answers("apps list", []));

  test("though no app has it belonged to an app that was destroyed just now, and is tried again", async () => {
    await flyctl.answers("machine list", { error: "app not found" });
    await flyctl.answers("apps create", taken, taken, "New app created: acme");
    expect(await app.create(inputs())).toMatchObject({ app: "acme" });
    expect(said).toEqual([
      "creating the app acme in personal",
      "Fly.io has not released the name acme of an earlier app yet; trying again",
    ]);
  });

  test("by somebody else's app is refused at once, with the way out", async () => {
    await flyctl.answers("machine list", { error: "unauthorized" });
    await flyctl.answers("apps create", taken);
    await expect(app.create(inputs())).rejects.toThrow(
      /is taken by someone else[\s\S]*pulumi config set appName NAME/,
    );
    expect((await flyctl.calls()).filter((call) => call.startsWith("apps create"))).toHaveLength(1);
  });
});

test("destroying an app says that the volume's snapshots go with it", async () => {
  await flyctl.answers("apps destroy", "Destroyed app acme");
  await app.remove(inputs());
  expect(said).toEqual([
    expect.stringMatching(/deletes the volume's snapshots with it, at once and for good/),
  ]);
});

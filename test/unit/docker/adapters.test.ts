import { describe, expect, test } from "vitest";
import { follow, offerOf } from "../../../docker/server/adapters.js";

const offer = offerOf(["claude"]);
const all = Object.keys(offer);

/** What Paperclip has kept after a start on a new volume. */
const first = follow({ disabledTypes: [] }, offer);

/** What Paperclip writes when an administrator switches an adapter on or off. */
const switched = (settings: typeof first, type: string, on: boolean) => ({
  ...settings,
  disabledTypes: [...settings.disabledTypes.filter((one) => one !== type), ...(on ? [] : [type])],
});

const offered = (settings: typeof first, types = all) =>
  types.filter((type) => !settings.disabledTypes.includes(type)).sort();

const withoutProgram = ["cursor_cloud", "hermes_gateway", "http", "openclaw_gateway", "process"];

describe("Paperclip offers", () => {
  test("on a new volume, the adapters whose programs the image has, and those that need none", () => {
    expect(offered(first)).toEqual(["claude_local", ...withoutProgram].sort());
    expect(offered(follow({ disabledTypes: [] }, offerOf(["claude", "codex"])))).toContain("codex_local");
  });

  test("on the volume of an older image, which switched off all but the setting's at each start, the same", () => {
    const older = { disabledTypes: [...all.filter((type) => type !== "claude_local"), "added"] };
    const after = follow(older, offer);
    expect(offered(after, [...all, "added"])).toEqual(offered(first));
  });
});

describe("after a restart", () => {
  test("nothing is written where nothing has changed", () => {
    expect(follow(first, offer)).toBe(first);
  });

  test.each([
    ["claude_local", false],
    ["http", false],
    ["process", false],
    ["gemini_local", true],
    ["codex_local", true],
    ["added_by_an_administrator", false],
  ])("what an administrator has switched is still so: %s (%s)", (type, on) => {
    const settings = switched(first, type, on);
    expect(follow(settings, offer)).toBe(settings);
    expect(follow(settings, offerOf(["claude", "codex"])).disabledTypes.includes(type)).toBe(
      type === "codex_local" ? false : !on,
    );
  });

  test("an adapter that the operator adds to the setting is offered, and one that is taken out is not", () => {
    const added = follow(switched(first, "http", false), offerOf(["codex"]));
    expect(offered(added)).toEqual(
      ["codex_local", ...withoutProgram.filter((type) => type !== "http")].sort(),
    );
    expect(offered(follow(added, offer))).not.toContain("codex_local");
  });

  test("what Paperclip keeps there besides stays", () => {
    expect(follow({ ...first, other: 1 } as typeof first, offerOf(["codex"]))).toHaveProperty("other", 1);
  });
});

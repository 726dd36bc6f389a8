import { describe, expect, test } from "vitest";
import { checkPlanned } from "../../../../local/providers/planned/check.ts";
import { metaOf, refuseOtherVersion } from "../../../../local/providers/planned/meta.ts";
import { diffOf, plan } from "../../../../local/providers/planned/plan.ts";
import { encodeInputs, type Schema } from "../../../../local/providers/planned/schema.ts";
import { parseState, properties, refreshedInputs } from "../../../../local/providers/planned/state.ts";
import { Secret, UNKNOWN } from "../../../../local/providers/properties.ts";

const schema: Schema = {
  id: { type: "string", setBy: "provider" },
  size: { type: "integer", setBy: "program", required: { description: "How big." }, replaces: true },
  tags: { type: "stringSet", setBy: "either", default: [], replaces: true },
  note: { type: "string", setBy: "program" },
  token: { type: "string", setBy: "provider", secret: true },
};
const state = { id: "i", size: 1, tags: ["a", "b"], note: null, token: "t" };
const config = (inputs: object) => encodeInputs(schema, { ...inputs });

describe("a plan", () => {
  test("of a new resource leaves open what the provider will set", () => {
    expect(plan(schema, null, config({ size: 1 })).state).toEqual({
      id: UNKNOWN,
      size: 1,
      tags: [],
      note: null,
      token: UNKNOWN,
    });
  });

  test("of a change keeps what the provider has set, and tells what replaces", () => {
    const planned = plan(schema, state, config({ size: 2, tags: ["b", "a"], note: "n" }));
    expect(planned.state).toMatchObject({ id: "i", token: "t", size: 2 });
    expect(diffOf(schema, state, planned)).toEqual({
      changes: "DIFF_SOME",
      diffs: ["note", "size"],
      replaces: ["size"],
    });
  });

  test("sees no change in the order of a set, and one in a member that is not known", () => {
    const changes = (tags: unknown[]) =>
      diffOf(schema, state, plan(schema, state, config({ size: 1, tags }))).changes;
    expect(changes(["b", "a"])).toBe("DIFF_NONE");
    expect(changes(["a", UNKNOWN])).toBe("DIFF_SOME");
  });
});

describe("Check", () => {
  const check = (news: object) =>
    checkPlanned(
      { plugin: "thing", schema, inputs: ["size", "tags"] },
      { urn: "", type: "", name: "res", news: { ...news } },
    );

  test("names what is missing, what only the provider sets, and what nobody here uses", () => {
    const news = { token: "x", note: "n", colour: "red" };
    const reasons = check(news).failures?.map(({ reason }) => reason) ?? [];
    expect(reasons).toHaveLength(4);
    expect(reasons[0]).toBe("Missing required property 'size': How big.");
    expect(reasons[1]).toMatch(/^Invalid Configuration for Read-Only Attribute.*'res.token'\.$/s);
    expect(reasons[2]).toContain("does not serve the property 'note'");
    expect(reasons[3]).toContain("does not serve the property 'colour'");
  });

  test("has nothing against values that are not known yet", () => {
    expect(check({ size: UNKNOWN, tags: UNKNOWN }).failures).toEqual([]);
  });

  test.each([
    [{ size: "many" }, 'objectEncoder failed on property "size": Expected a Number'],
    [{ size: 1, tags: "a" }, "set encoder failed: expected an Array PropertyValue"],
  ])("refuses %j", (news, message) => {
    expect(() => check(news)).toThrow(message);
  });
});

describe("state", () => {
  test("becomes properties with secrets marked and a way back", () => {
    const stored = properties(schema, state);
    expect(stored).toEqual({
      id: "i",
      size: 1,
      tags: ["a", "b"],
      token: new Secret("t"),
      __pulumi_raw_state_delta: {
        obj: { ps: { note: new Secret({ replace: { raw: null } }), tags: { arr: {} } } },
      },
    });
    expect(parseState(schema, { ...stored, token: "t" })).toEqual(state);
  });

  test("carries its schema's version, and is refused in any other", () => {
    const resource = { plugin: "thing", type: "thing:index:Thing", schemaVersion: 3 };
    expect(() => refuseOtherVersion(resource, metaOf(3))).not.toThrow();
    expect(() => refuseOtherVersion(resource, metaOf(4))).toThrow("schema version 4, only 3");
    expect(() => refuseOtherVersion(resource, {})).toThrow(
      "schema version 0, only 3. Install the real plugin",
    );
    expect(() => refuseOtherVersion(resource, { __meta: '{"schema_version":"x"}' })).toThrow("version NaN");
  });

  test("gives a refresh only the inputs that the program had", () => {
    expect(
      refreshedInputs({ size: 5, gone: 1, tags: ["x"] }, { size: 1, tags: ["a", "b"], note: "n" }),
    ).toEqual({
      size: 1,
      tags: ["a"],
    });
  });
});

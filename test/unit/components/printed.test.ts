import { describe, expect, test } from "vitest";
import { laterField, printedField } from "../../../components/printed.ts";

describe("an output of an object", () => {
  const printed = JSON.stringify({ volumeId: "vol_1", sizeGb: 3, gone: null, inviteUrl: "" });

  test("is what was printed, which may be empty", () => {
    expect(printedField("fly/volume", printed, "volumeId")).toBe("vol_1");
    expect(printedField("fly/invite", printed, "inviteUrl")).toBe("");
  });

  test.each(["machineId", "gone", "sizeGb"])(
    "is an error that names object and field where it is missing or no text, and never the text undefined: %s",
    (field) => {
      expect(() => printedField("fly/volume", printed, field)).toThrow(
        `fly/volume has printed no ${field}, which this version`,
      );
    },
  );

  test("that earlier versions did not print is empty if it is missing, and an error if it is not a text", () => {
    expect(laterField("fly/volume", printed, "emptySince")).toBe("");
    expect(laterField("fly/volume", '{"emptySince":"2026-11-28"}', "emptySince")).toBe("2026-11-28");
    expect(() => laterField("fly/volume", '{"emptySince":null}', "emptySince")).toThrow("no emptySince");
  });

  test("is in no error if what was printed is broken", () => {
    expect(() => printedField("fly/invite", '{"inviteUrl":"https://secret', "inviteUrl")).toThrow(
      /^what fly\/invite printed is not JSON$/,
    );
  });
});

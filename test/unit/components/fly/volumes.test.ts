import { describe, expect, test } from "vitest";
import { volumeWithData } from "../../../../components/fly/volumes.ts";

const original = { id: "v1", name: "data", state: "created", attached_machine_id: "m1" as string | null };
const copy = { ...original, id: "v2", state: "hydrating" };
const loose = { attached_machine_id: null };

/** The id of the volume with the data, and the number of volumes. */
const found = (...volumes: (typeof original)[]) => {
  const { volume, all } = volumeWithData(volumes, "data");
  return [volume?.id, all.length];
};

describe("the volume with the data is", () => {
  test("none, if no volume has its name, or only deleted ones have", () => {
    expect(found()).toEqual([undefined, 0]);
    expect(found({ ...original, name: "other" })).toEqual([undefined, 0]);
    expect(found({ ...original, state: "pending_destroy" })).toEqual([undefined, 0]);
  });

  test("the only one, attached or not", () => {
    expect(found(original)).toEqual(["v1", 1]);
    expect(found({ ...original, ...loose })).toEqual(["v1", 1]);
  });

  test("the one that a machine has, in each phase of a move to another host", () => {
    expect(found(original, { ...copy, ...loose })).toEqual(["v1", 2]);
    expect(found({ ...original, ...loose }, copy)).toEqual(["v2", 2]);
    expect(found({ ...original, state: "pending_destroy" }, copy)).toEqual(["v2", 1]);
    expect(found({ ...original, state: "pending_destroy" }, { ...copy, ...loose })).toEqual(["v2", 1]);
  });

  test("unknown, if of several none is attached, or more than one is", () => {
    expect(found({ ...original, ...loose }, { ...copy, ...loose })).toEqual([undefined, 2]);
    expect(found(original, copy)).toEqual([undefined, 2]);
  });
});

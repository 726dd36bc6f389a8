import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  asImagesOwn,
  isImagesOwn,
  nameOfWhose,
  ofAgent,
  whoseProgram,
  withOwnPrograms,
} from "../../../docker/server/runs.js";

const id = (digit: number) => `${digit}2345678-1234-1234-1234-123456789abc`;

test("what a run starts is its agent's, also when it waits and another's run begins meanwhile", async () => {
  const run = (agent: string) =>
    ofAgent(
      agent,
      async (milliseconds: number) => {
        await setTimeout(milliseconds);
        return whoseProgram();
      },
      10,
    );
  expect(await Promise.all([run(id(1)), run(id(2))])).toEqual([id(1), id(2)]);
});

test("what a run starts has its agent's name for commits, and what is started in no run has none", async () => {
  expect(ofAgent(id(1), nameOfWhose, { agent: { name: "Alice" } })).toBe("Alice");
  expect(ofAgent(id(1), nameOfWhose, undefined)).toBe("Agent");
  expect(nameOfWhose()).toBe("");
});

test("a run here has its agent's own programs last on its PATH; one elsewhere, or nobody's, is left alone", () => {
  const own = `/paperclip/agents/${id(1)}/.local/bin`;
  expect(withOwnPrograms({ A: "1", PATH: "/bin" }, id(1), null)).toEqual({ A: "1", PATH: `/bin:${own}` });
  expect(withOwnPrograms({}, id(1), { kind: "local" })).toEqual({ PATH: `${process.env.PATH}:${own}` });
  expect(withOwnPrograms({ PATH: "/bin" }, id(1), { kind: "remote" })).toEqual({ PATH: "/bin" });
  expect(withOwnPrograms({ PATH: "/bin" }, "../x", null)).toEqual({ PATH: "/bin" });
});

test("what is started in no run is nobody's", async () => {
  await ofAgent(id(1), async () => {}, undefined);
  expect(whoseProgram()).toBe("");
});

test.each(["..", "../../paperclip/home", "", `${id(1)}/..`, "image"])(
  "%j is no id of an agent's, so it names no home",
  (wrong) => {
    expect(ofAgent(wrong, whoseProgram, undefined)).toBe("");
  },
);

test("options as an agent has them in its settings are never the image's own", () => {
  expect(isImagesOwn(asImagesOwn({}))).toBe(true);
  expect(isImagesOwn(JSON.parse('{"image\'s own": true, "Symbol(image\'s own)": true}'))).toBe(false);
});

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { verbInputs } from "../../../components/verbInputs.ts";

const inputs = (environment: Record<string, string>) =>
  verbInputs("fly/app", { environment, stdin: "", progress: () => {} });

describe("an input of a verb", () => {
  test("that is missing is an error that names the object and the input", () => {
    expect(() => inputs({}).input("APP")).toThrow("fly/app: the input APP is not set");
  });

  test("that an earlier version did not give is what the verb says for that version", () => {
    expect(inputs({}).input("NETWORK", "paperclip-acme")).toBe("paperclip-acme");
    expect(inputs({ NETWORK: "given" }).input("NETWORK", "paperclip-acme")).toBe("given");
  });

  test("may be empty", () => {
    expect(inputs({ EMPTY_SINCE: "" }).input("EMPTY_SINCE")).toBe("");
  });
});

describe("what was printed the last time", () => {
  const shape = z.object({ address: z.string() });

  test("is read from where Pulumi's command provider puts it", () => {
    expect(inputs({ PULUMI_COMMAND_STDOUT: '{"address":"fdaa::1"}' }).previous(shape)).toEqual({
      address: "fdaa::1",
    });
  });

  test("is nothing in a create", () => {
    expect(inputs({}).previous(z.object({ emptySince: z.string().default("") }))).toEqual({ emptySince: "" });
  });

  test("is an error where a field is missing, which names object and field", () => {
    expect(() => inputs({ PULUMI_COMMAND_STDOUT: "{}" }).previous(shape)).toThrow(
      /what fly\/app printed the last time[\s\S]*address/,
    );
  });
});

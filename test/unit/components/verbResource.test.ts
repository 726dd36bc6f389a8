import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { VerbResource } from "../../../components/verbResource.ts";

const made: { type: string; inputs: Record<string, unknown> }[] = [];

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      made.push({ type, inputs });
      return { id: name, state: { ...inputs, stdout: JSON.stringify({ volumeId: "vol_1", region: "ams" }) } };
    },
    call: () => ({}),
  }),
);

const environment = { APP: "acme", NETWORK: "paperclip-acme" };
const volume = {
  ...{ APP: "acme", VOLUME: "paperclip_data", REGION: "ams", SIZE_GB: "3" },
  ...{ SNAPSHOT_RETENTION_DAYS: "5", SIZE: "shared-cpu-1x", MEMORY_MB: "1024" },
};

/** The value of a settled output. */
const settled = (output: pulumi.Output<string>) =>
  (output as unknown as { promise(): Promise<string> }).promise();

test("an object is a command of Pulumi's provider in the state, as it was in 0.1.0", async () => {
  const resource = new VerbResource("v", "fly/volume", { environment: volume }, {});
  expect(await settled(resource.urn)).toContain("::command:local:Command::v");
  expect(made.at(-1)).toMatchObject({
    type: "command:local:Command",
    inputs: {
      create: "fly/volume create",
      update: "fly/volume update",
      delete: "fly/volume remove",
      environment: volume,
      logging: "stderr",
    },
  });
});

test("an output is what the verb printed; an output of a later version is empty in the state of an earlier one", async () => {
  const resource = new VerbResource("o", "fly/volume", { environment: volume }, {});
  expect(await settled(resource.output("volumeId"))).toBe("vol_1");
  expect(await settled(resource.laterOutput("emptySince"))).toBe("");
});

test("a missing or misspelt input or output does not compile: `npm run check` fails at each line below that has lost its error", () => {
  expect(doesNotCompile).toBeTypeOf("function");
});

function doesNotCompile() {
  const args = { environment: { ...environment, ORGANIZATION: "personal" } };
  const app = new VerbResource("a", "fly/app", args, {});
  const data = new VerbResource("d", "fly/volume", { environment: volume }, {});
  return [
    // @ts-expect-error an object that there is not
    new VerbResource("x", "fly/application", args, {}),
    // @ts-expect-error a missing input: ORGANIZATION
    new VerbResource("x", "fly/app", { environment }, {}),
    // @ts-expect-error a misspelt input
    new VerbResource("x", "fly/app", { environment: { ...environment, ORGANISATION: "personal" } }, {}),
    // @ts-expect-error an input more than the verbs take
    new VerbResource("x", "fly/invite", { environment: { APP: "", MACHINE_ID: "", MACHINE: "" } }, {}),
    // @ts-expect-error no secret values for an object whose verbs read them
    new VerbResource("x", "fly/secrets", { environment: { APP: "acme" } }, {}),
    // @ts-expect-error secret values for an object whose verbs do not read them
    new VerbResource("x", "fly/app", { ...args, stdin: "{}" }, {}),
    // @ts-expect-error an output that no verb prints
    app.output("appName"),
    // @ts-expect-error an output that is no text
    data.output("sizeGb"),
    // @ts-expect-error an output that the state of 0.1.0 lacks
    data.output("emptySince"),
    // @ts-expect-error an output that every version has printed
    data.laterOutput("volumeId"),
  ];
}

/** The stand-ins serve exactly what the program sets: each list would name what the other one lacks. */
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { commandProvider } from "../../../../local/providers/command.ts";
import { dockerProvider } from "../../../../local/providers/docker.ts";
import { randomProvider } from "../../../../local/providers/random.ts";
import { tailscaleProvider } from "../../../../local/providers/tailscale.ts";
import { printed } from "../../../support/printed.ts";

const providers = [commandProvider, dockerProvider, randomProvider, tailscaleProvider];
const resources = Object.assign({}, ...providers.map((provider) => provider.resources));

/** By type, the properties that the program sets. Those inside `build` count one by one. */
const used = new Map<string, Set<string>>();

function note(type: string, inputs: Record<string, unknown>): void {
  const properties = used.get(type) ?? new Set();
  used.set(type, properties);
  for (const [name, value] of Object.entries(inputs)) {
    const inner = name === "build" ? Object.keys(value as object).map((key) => `build.${key}`) : [name];
    for (const property of inner) properties.add(property);
  }
}

await pulumi.runtime.setMocks({
  newResource({ type, name, inputs, custom }) {
    if (custom && !type.startsWith("pulumi:")) note(type, inputs);
    return {
      id: `${name}-id`,
      state: { ...inputs, stdout: printed, result: "r", key: "k", repoDigest: "d" },
    };
  },
  call: () => {
    throw new Error("the stand-ins serve no function");
  },
});

beforeAll(async () => {
  const { PaperclipOnFly } = await import("../../../../components/paperclipOnFly.ts");
  const paperclip = new PaperclipOnFly("p", {
    appName: "acme-paperclip",
    organization: "acme",
    region: "ams",
    size: "shared-cpu-1x",
    memoryMb: 1024,
    volumeSizeGb: 3,
    snapshotRetentionDays: 5,
    tailnet: "tail1234.ts.net",
    tags: ["tag:paperclip"],
    claudeToken: pulumi.secret("sk-ant-oat01-x"),
    agents: ["claude", "codex"],
  });
  await new Promise((resolve) => pulumi.all([paperclip.inviteUrl, paperclip.url]).apply(resolve));
});

test("the stand-ins serve the resources that the program makes, and no others", () => {
  expect(Object.keys(resources).sort()).toEqual([...used.keys()].sort());
});

test.each(Object.keys(resources))("of %s the stand-in serves what the program sets, and no more", (type) => {
  expect([...resources[type].inputs].sort()).toEqual([...(used.get(type) ?? [])].sort());
});

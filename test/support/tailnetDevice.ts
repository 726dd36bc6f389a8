import { z } from "zod";
import type { TestStack } from "../engine/testStack.ts";
import { type JoinableTailnet, TailnetNode } from "./tailnetNode.ts";

/** The tag of the program's devices. */
const tags = ["tag:paperclip"];

/** The tailnet of a stack's local platform, for devices to join. */
const tailnetOf = ({ env, platform }: TestStack): JoinableTailnet => ({
  control: platform.tailnet.controlUrl,
  async makeKey(tags) {
    const create = { preauthorized: true, tags };
    const response = await fetch(`${env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${env.TAILSCALE_API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ capabilities: { devices: { create } }, expirySeconds: 3600 }),
    });
    return z.object({ id: z.string(), key: z.string() }).parse(await response.json());
  },
});

/** Joins a device that stands for a stack's machine, with the app's name and the program's tag. The tests' tiny image has no tailscaled. */
export const joinAsMachine = (stack: TestStack): Promise<TailnetNode> =>
  TailnetNode.start(tailnetOf(stack), { name: stack.appName, tags });

/** Does the work while two more devices of the app's name are in the tailnet. */
export const withTwoDevices = (stack: TestStack, work: () => Promise<void>): Promise<void> => {
  const device = { name: stack.appName, tags };
  return TailnetNode.use(tailnetOf(stack), device, () => TailnetNode.use(tailnetOf(stack), device, work));
};

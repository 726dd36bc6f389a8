/** What the machine says of its tailnet device. */
import { z } from "zod";

/** The command in the machine that prints it. */
export const deviceCommand = "paperclip-tailnet";

/** Images of earlier versions do not print each of these fields. */
export const deviceStatus = z.object({
  /** tailscaled's word, e.g. `Running` or `NeedsLogin`. */
  state: z.string(),
  name: z.string().optional(),
  addresses: z.array(z.string()).nullish(),
  /** What keeps the device from being reached. */
  problem: z.string().default(""),
  /** What a person has to do about the problem; empty where it can pass by itself. */
  fix: z.string().default(""),
  /** What can keep the device from being reached. */
  warning: z.string().default(""),
  /** Devices that exchange packets with the machine just now, and how. */
  peers: z.array(z.object({ name: z.string(), way: z.string() })).optional(),
});
export type DeviceStatus = z.infer<typeof deviceStatus>;

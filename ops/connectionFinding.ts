/** How people's devices reach the machine: directly, or through one of Tailscale's relays, which is slower. */
import { z } from "zod";
import { type Finding, ok } from "./finding.ts";

/** Devices that exchange packets with the machine just now. Absent where the machine's image is from before this question. */
export const peersShape = z.array(z.object({ name: z.string(), way: z.string() })).optional();

/** A relay is not a fault of the stack: it is used where a network blocks direct connections. */
export function connectionFinding(peers: z.infer<typeof peersShape> = []): Finding {
  if (peers.length === 0) return ok("connection", "no device talks to the machine just now");
  return ok("connection", peers.map(({ name, way }) => `${name} ${way}`).join(", "));
}

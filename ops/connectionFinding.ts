/** How people's devices reach the machine: directly, or through one of Tailscale's relays, which is slower. */
import type { DeviceStatus } from "../components/tailnet/deviceStatus.ts";
import { type Finding, ok } from "./finding.ts";

/** A relay is not a fault of the stack: it is used where a network blocks direct connections. */
export function connectionFinding(peers: DeviceStatus["peers"] = []): Finding {
  if (peers.length === 0) return ok("connection", "no device talks to the machine just now");
  return ok("connection", peers.map(({ name, way }) => `${name} ${way}`).join(", "));
}

/** How Tailscale treats a device. The probes ask about the run's own device, not the machine. */
import { z } from "zod";
import type { Probe } from "./probe.ts";

const status = z.object({ BackendState: z.string(), CertDomains: z.array(z.string()).nullish() });

function statusOf(text: string) {
  try {
    return status.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const tailnetProbes: Probe[] = [
  {
    name: "HTTPS of the tailnet",
    assumes: "a device sees in CertDomains whether it is on",
    command: "tailscale status --json",
    read: ({ stdout }) => {
      const domains = statusOf(stdout)?.CertDomains;
      if (domains === undefined) return undefined;
      return { found: domains?.length ? "on" : "not in CertDomains", asAssumed: Boolean(domains?.length) };
    },
  },
  {
    name: "way to the machine",
    assumes: "an answer, direct or by a relay",
    command: "tailscale ping --c 5 APP",
    read: ({ stdout, stderr }) => {
      const ways = [...(stdout + stderr).matchAll(/pong from .* via (\S+) in (\S+)/g)];
      const [, way, time] = ways.at(-1) ?? [];
      if (!way) return undefined;
      const [, relay] = /^DERP\((.+)\)$/.exec(way) ?? [];
      return { found: `${relay ? `relay ${relay}` : "direct"}, ${time}`, asAssumed: true };
    },
  },
  {
    name: "a used key given to a joined device",
    assumes: "the device is logged out",
    command:
      "tailscale down; timeout 60 tailscale up --auth-key=file:KEYFILE --timeout=20s >&2; tailscale status --json",
    turn: "last",
    read: ({ stdout }) => {
      const state = statusOf(stdout)?.BackendState;
      if (state === undefined) return undefined;
      return { found: state, asAssumed: state !== "Running" };
    },
  },
];

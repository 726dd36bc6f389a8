/** Settings of the device in the client's tailnet. */
import { removal, setting } from "./commands.ts";
import { list, text, yesOrNo } from "./forms.ts";
import type { Rows } from "./row.ts";
import * as rules from "./rules.ts";

export interface TailnetArgs {
  /** DNS name of the tailnet, e.g. `tail1234.ts.net`. */
  tailnet: string;
  /** Tailscale tags of the device, each `tag:NAME`; the Tailscale credential has to own them. Default: `tag:paperclip`. */
  tags?: string[];
  /** URL of the control server, e.g. of a Headscale, which offers no HTTPS certificates. Default: Tailscale's own. */
  controlServer?: string;
  /** Serve over HTTPS with a certificate. Default: true. A Headscale has none: false serves plain HTTP over WireGuard. */
  tailnetHttps?: boolean;
  /**
   * Run tailscaled without a network device. Default: false. What is served stays the same; programs in the machine get no route into
   * the tailnet.
   */
  tailscaleUserspace?: boolean;
  /** Offer Tailscale SSH into the machine, to whom the tailnet's policy allows it. Default: false. */
  tailscaleSsh?: boolean;
  /** Send tailscaled's log to Tailscale. Default: false. A tailnet with network flow logs lets no device run without. */
  tailscaleLogs?: boolean;
}

export const tailnetSettings = {
  tailnet: {
    form: text,
    rule: rules.tailnetProblem,
    required: true,
    example: "tail1234.ts.net",
    says: "DNS name of the client's tailnet (Tailscale admin console, DNS page)",
  },
  tags: {
    form: list('a list of tags like ["tag:paperclip"]'),
    rule: rules.tagsProblem,
    default: ["tag:paperclip"],
    says: "Tailscale tags of the device; the Tailscale credential must own them",
    // In a longer list any tag can be the wrong one.
    fixFor: (tags = []) => (tags.length > 1 ? removal("tags") : setting("--path 'tags[0]'", "tag:paperclip")),
  },
  controlServer: {
    form: text,
    rule: rules.controlServerProblem,
    unset: "Tailscale's",
    example: "https://headscale.example.com",
    says: "URL of another control server, e.g. a Headscale; that one has no certificates, so set `tailnetHttps` to `false` too",
  },
  tailnetHttps: {
    form: yesOrNo,
    default: true,
    says: "Serve over HTTPS with a certificate; `false` serves plain HTTP inside WireGuard",
  },
  tailscaleUserspace: {
    form: yesOrNo,
    default: false,
    says: "Run tailscaled without a network device: what is served stays the same, the machine's programs get no route into the tailnet",
  },
  tailscaleSsh: {
    form: yesOrNo,
    default: false,
    says: "Offer Tailscale SSH into the machine, to whom the tailnet's policy allows it",
  },
  tailscaleLogs: {
    form: yesOrNo,
    default: false,
    says: "Send tailscaled's log to Tailscale; a tailnet with network flow logs lets no device run without it",
  },
} satisfies Rows<TailnetArgs>;

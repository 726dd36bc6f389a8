import { z } from "zod";

const state = z.object({
  domain: z.string(),
  devices: z.array(
    z.object({
      id: z.number(),
      nodeId: z.string(),
      name: z.string(),
      hostname: z.string(),
      addresses: z.array(z.string()),
      tags: z.array(z.string()).nullable(),
      online: z.boolean(),
    }),
  ),
  keys: z.array(
    z.object({ id: z.string(), description: z.string(), used: z.boolean(), invalid: z.boolean() }),
  ),
  /** How often devices were refused. */
  refusals: z.number(),
});

export type TailnetState = z.infer<typeof state>;

/** What can be made to go wrong in the local tailnet. */
export interface TailnetFaults {
  controlDown?: boolean;
  registerRefused?: boolean;
  derpDown?: boolean;
  acmeRefused?: boolean;
  acmeDelaySeconds?: number;
  clockOffsetSeconds?: number;
  removedRefused?: boolean;
  apiLimitSeconds?: number;
  removalDelaySeconds?: number;
}

/** The local tailnet as its test controls show it. */
export class TailnetControls {
  private readonly url: string;

  /** @param url base URL of the API, on loopback */
  constructor(url: string) {
    this.url = url;
  }

  async state(): Promise<TailnetState> {
    return state.parse(await (await fetch(`${this.url}/_tailnet/state`)).json());
  }

  /** Sets the faults from now on; an empty object ends them. */
  async faults(faults: TailnetFaults): Promise<void> {
    const response = await fetch(`${this.url}/_tailnet/faults`, {
      method: "PUT",
      body: JSON.stringify(faults),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

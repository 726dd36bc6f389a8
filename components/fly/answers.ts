/** What flyctl answers with `--json`, as far as this program reads it. `ask.ts` has the questions. */
import { z } from "zod";

export const app = z.object({ Name: z.string(), Network: z.string() });

/** An address of an app. */
export const address = z.object({
  Address: z.string(),
  Type: z.string(),
  /** Of a private address: the network that it was asked for. */
  Network: z.object({ Name: z.string() }).nullish(),
});
export type AppAddress = z.infer<typeof address>;

const exitRequest = z.object({
  exit_event: z
    .object({ exit_code: z.number(), requested_stop: z.boolean(), oom_killed: z.boolean() })
    .partial()
    .optional(),
});

export const machine = z.object({
  id: z.string(),
  state: z.string(),
  region: z.string(),
  /** 6PN address. */
  private_ip: z.string(),
  checks: z
    .array(z.object({ name: z.string(), status: z.string(), output: z.string().optional() }))
    .optional(),
  image_ref: z.object({ digest: z.string().optional() }),
  /** Newest first. */
  events: z
    .array(
      z.object({
        type: z.string(),
        source: z.string().optional(),
        /** Unix milliseconds. */
        timestamp: z.number().optional(),
        request: exitRequest.optional(),
      }),
    )
    .optional(),
});
export type Machine = z.infer<typeof machine>;

/** A machine with its size. */
export const sizedMachine = machine.extend({
  config: z.object({
    guest: z.object({ cpu_kind: z.string(), cpus: z.number(), memory_mb: z.number() }),
  }),
});
export type SizedMachine = z.infer<typeof sizedMachine>;

/** What a command in a machine printed. flyctl leaves out what is zero or empty. */
export const exec = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});
export type ExecAnswer = z.infer<typeof exec>;

export const region = z.object({ code: z.string(), name: z.string() });

export const secret = z.object({ name: z.string(), status: z.string() });
export type AppSecret = z.infer<typeof secret>;

/** Whether a secret waits for a release, or for any other start of the machine. */
export const isStaged = ({ status }: AppSecret) => status === "Staged";

export const volume = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  size_gb: z.number(),
  created_at: z.string(),
  snapshot_retention: z.number().optional(),
  attached_machine_id: z.string().nullish(),
});
export type Volume = z.infer<typeof volume>;

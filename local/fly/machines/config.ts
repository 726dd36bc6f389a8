import { z } from "zod";
import { durationMilliseconds } from "./duration.ts";

/*
 * The part of the Machines API's machine config that the emulator implements. A missing field is refused by name
 * (requestBody.ts). A field in this list is honoured, or has no effect that a program in the machine or its operator could
 * see (`min_machines_running`).
 */

const duration = z
  .union([z.string(), z.number()])
  .refine((value) => durationMilliseconds(value) !== undefined, 'is no duration such as "10s" or "1m30s"');

const header = z.strictObject({ name: z.string(), values: z.array(z.string()) });

const signal = z.enum(["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"]);

const serviceCheck = z.strictObject({
  type: z.enum(["http", "tcp"]),
  port: z.int().min(1).max(65535).nullish(),
  interval: duration.nullish(),
  timeout: duration.nullish(),
  grace_period: duration.nullish(),
  method: z.string().nullish(),
  path: z.string().nullish(),
  headers: z.array(header).nullish(),
});

/** Only a deploy reads `kind`, so the emulator treats both kinds the same. */
const machineCheck = serviceCheck.extend({ kind: z.enum(["informational", "readiness"]).nullish() });

const port = z.strictObject({
  port: z.int().min(1).max(65535).nullish(),
  handlers: z.array(z.enum(["http", "tls"])).nullish(),
  force_https: z.boolean().nullish(),
});

const service = z.strictObject({
  protocol: z.literal("tcp"),
  internal_port: z.int().min(1).max(65535),
  autostop: z.union([z.boolean(), z.enum(["off", "stop", "suspend"])]).nullish(),
  autostart: z.boolean().nullish(),
  min_machines_running: z.int().min(0).nullish(),
  ports: z.array(port).nullish(),
  checks: z.array(serviceCheck).nullish(),
  force_instance_key: z.null().optional(),
});

const mount = z.strictObject({
  volume: z.string().min(1),
  path: z.string().regex(/^\/.+/, "is no absolute path below /"),
  name: z.string().nullish(),
  encrypted: z.boolean().nullish(),
  size_gb: z.int().nullish(),
  // When the platform extends the volume, by how much, and up to which size. See autoExtend.ts.
  extend_threshold_percent: z.int().min(0).max(100).nullish(),
  add_size_gb: z.int().min(0).nullish(),
  size_gb_limit: z.int().min(0).nullish(),
});

const guest = z.strictObject({
  cpu_kind: z.enum(["shared", "performance"]),
  cpus: z.int().min(1),
  memory_mb: z.int(),
  persist_rootfs: z.literal("never").nullish(),
});

const init = z.strictObject({
  exec: z.array(z.string()).nullish(),
  entrypoint: z.array(z.string()).nullish(),
  cmd: z.array(z.string()).nullish(),
  tty: z.literal(false).nullish(),
  swap_size_mb: z.int().min(0).nullish(),
});

const machineConfig = z.strictObject({
  image: z.string().min(1),
  env: z.record(z.string(), z.string()).nullish(),
  init: init.nullish(),
  guest: guest.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  mounts: z.array(mount).max(1, "a machine has at most one volume").nullish(),
  services: z.array(service).nullish(),
  checks: z.record(z.string(), machineCheck).nullish(),
  restart: z
    .strictObject({
      policy: z.enum(["no", "always", "on-failure"]).nullish(),
      max_retries: z.int().min(0).nullish(),
    })
    .nullish(),
  stop_config: z
    .strictObject({
      timeout: duration
        .refine((value) => (durationMilliseconds(value) ?? 0) <= 300_000, "is at most 5 minutes")
        .nullish(),
      signal: signal.nullish(),
    })
    .nullish(),
});

/** The body of a create or update. */
export const launchInput = z.strictObject({
  name: z.string().nullish(),
  region: z.string().nullish(),
  config: machineConfig,
  skip_launch: z.boolean().nullish(),
  skip_secrets: z.boolean().nullish(),
  min_secrets_version: z.int().min(0).nullish(),
  lease_ttl: z.int().min(0).nullish(),
});

export type MachineConfig = z.infer<typeof machineConfig>;
export type LaunchInput = z.infer<typeof launchInput>;
export type Mount = z.infer<typeof mount>;
export type Service = z.infer<typeof service>;
export type ServicePort = z.infer<typeof port>;
export type CheckConfig = z.infer<typeof serviceCheck>;

import {
  bool,
  duration,
  type Infer,
  int,
  map,
  omitEmpty,
  pointer,
  slice,
  string,
  struct,
  time,
} from "../go/json.ts";
import { Guest } from "./guest.ts";
import { checkRequest, checkTimes, Service } from "./service.ts";

// The Machines API's machine with the fields that flyctl knows. flyctl drops the others.

const ImageRef = struct("fly.MachineImageRef", {
  registry: omitEmpty(string),
  repository: omitEmpty(string),
  tag: omitEmpty(string),
  digest: omitEmpty(string),
  labels: omitEmpty(map(string)),
});

const ExitEvent = struct("fly.MachineExitEvent", {
  exit_code: omitEmpty(int),
  guest_exit_code: omitEmpty(int),
  guest_signal: omitEmpty(int),
  oom_killed: omitEmpty(bool),
  requested_stop: omitEmpty(bool),
  restarting: omitEmpty(bool),
  signal: omitEmpty(int),
  exited_at: time,
});

const MachineEvent = struct("fly.MachineEvent", {
  type: omitEmpty(string),
  status: omitEmpty(string),
  request: omitEmpty(
    pointer(
      struct("fly.MachineRequest", {
        exit_event: omitEmpty(pointer(ExitEvent)),
        MonitorEvent: omitEmpty(
          pointer(struct("fly.MachineMonitorEvent", { exit_event: omitEmpty(pointer(ExitEvent)) })),
        ),
        restart_count: omitEmpty(int),
      }),
    ),
  ),
  source: omitEmpty(string),
  timestamp: omitEmpty(int),
});

export const CheckStatus = struct("fly.MachineCheckStatus", {
  name: omitEmpty(string),
  status: omitEmpty(string),
  output: omitEmpty(string),
  updated_at: omitEmpty(pointer(time)),
});

export const Mount = struct("fly.MachineMount", {
  encrypted: omitEmpty(bool),
  path: omitEmpty(string),
  size_gb: omitEmpty(int),
  volume: omitEmpty(string),
  name: omitEmpty(string),
  extend_threshold_percent: omitEmpty(int),
  add_size_gb: omitEmpty(int),
  size_gb_limit: omitEmpty(int),
});

const Check = struct("fly.MachineCheck", {
  port: omitEmpty(pointer(int)),
  type: omitEmpty(pointer(string)),
  kind: omitEmpty(pointer(string)),
  ...checkTimes,
  ...checkRequest,
});

const Restart = struct("fly.MachineRestart", { policy: omitEmpty(string), max_retries: omitEmpty(int) });

const StopConfig = struct("fly.StopConfig", {
  timeout: omitEmpty(pointer(duration)),
  signal: omitEmpty(pointer(string)),
});

export const MachineConfig = struct("fly.MachineConfig", {
  env: omitEmpty(map(string)),
  init: struct("fly.MachineInit", {
    exec: omitEmpty(slice(string)),
    entrypoint: omitEmpty(slice(string)),
    cmd: omitEmpty(slice(string)),
    tty: omitEmpty(bool),
    swap_size_mb: omitEmpty(pointer(int)),
    kernel_args: omitEmpty(slice(string)),
  }),
  guest: omitEmpty(pointer(Guest)),
  metadata: omitEmpty(map(string)),
  mounts: omitEmpty(slice(Mount)),
  services: omitEmpty(slice(Service)),
  checks: omitEmpty(map(Check)),
  image: omitEmpty(string),
  restart: omitEmpty(pointer(Restart)),
  stop_config: omitEmpty(pointer(StopConfig)),
});

export const Machine = struct("fly.Machine", {
  id: omitEmpty(string),
  name: omitEmpty(string),
  state: omitEmpty(string),
  region: omitEmpty(string),
  image_ref: ImageRef,
  instance_id: omitEmpty(string),
  version: omitEmpty(string),
  private_ip: omitEmpty(string),
  created_at: omitEmpty(string),
  updated_at: omitEmpty(string),
  config: omitEmpty(pointer(MachineConfig)),
  events: omitEmpty(slice(MachineEvent)),
  checks: omitEmpty(slice(CheckStatus)),
  nonce: omitEmpty(string),
  host_status: omitEmpty(string),
  cordoned: bool,
  containers: omitEmpty(slice(struct("fly.ContainerStatus", { name: string, state: string }))),
  incomplete_config: omitEmpty(pointer(MachineConfig)),
});

export type Machine = Infer<typeof Machine>;
export type MachineConfig = Infer<typeof MachineConfig>;
export type Mount = Infer<typeof Mount>;
export type Check = Infer<typeof Check>;

import type { Service } from "./config.ts";

/**
 * Whether Fly Proxy would stop a machine of this service when it is idle, which the emulator does not do.
 *
 * `min_machines_running` are kept running in the primary region; with no more machines than that, `autostop` has no
 * effect, and a config that turns it on is fine here as well.
 */
export function autostopWouldStop(service: Service, machinesOfService: number): boolean {
  const isOn = service.autostop === true || service.autostop === "stop" || service.autostop === "suspend";
  return isOn && machinesOfService > (service.min_machines_running ?? 0);
}

import type { Service } from "./config.ts";

/**
 * Whether Fly Proxy would stop an idle machine of this service. The emulator never does.
 *
 * Fly keeps `min_machines_running` machines running in the primary region. If there are no more than that, `autostop` has no
 * effect, so the emulator accepts a config that turns it on.
 */
export function autostopWouldStop(service: Service, machinesOfService: number): boolean {
  const isOn = service.autostop === true || service.autostop === "stop" || service.autostop === "suspend";
  return isOn && machinesOfService > (service.min_machines_running ?? 0);
}

// tailscale:index/getDevice:getDevice: one device of the tailnet, by its full name or its host name.
import { setTimeout as delay } from "node:timers/promises";
import { Diagnostic } from "../planned/resource.ts";
import type { PropertyMap, Value } from "../properties.ts";
import { type CheckFailure, type Context, type FunctionResult, ProviderError } from "../provider.ts";
import { quote } from "../quote.ts";
import type { TailscaleApi } from "./api.ts";
import { formatDuration, parseDuration, timestamp } from "./time.ts";

const retryMs = 1000;

type Device = Record<string, unknown>;

const texts = [
  "clientVersion",
  "hostname",
  "id",
  "machineKey",
  "name",
  "nodeId",
  "nodeKey",
  "os",
  "tailnetLockError",
  "tailnetLockKey",
  "user",
];
const flags = [
  "authorized",
  "blocksIncomingConnections",
  "isExternal",
  "keyExpiryDisabled",
  "updateAvailable",
];

function propertiesOf(device: Device): PropertyMap {
  const entries: [string, Value][] = [
    ...texts.map((name): [string, Value] => [name, String(device[name] ?? "")]),
    ...flags.map((name): [string, Value] => [name, device[name] === true]),
    ["created", timestamp(device.created)],
    ["expires", timestamp(device.expires)],
    // Absent while the device is connected.
    ["lastSeen", device.lastSeen ? timestamp(device.lastSeen) : ""],
    ["tags", (device.tags ?? []) as Value],
  ];
  if (device.addresses) entries.push(["addresses", device.addresses as Value]);
  return Object.fromEntries(entries);
}

const isSet = (value: Value | undefined) => value !== undefined && value !== null;

function nameFailures(args: PropertyMap): CheckFailure[] {
  const count = ["name", "hostname"].filter((name) => isSet(args[name])).length;
  if (count === 1) return [];
  const found = count === 0 ? "No attribute" : `${count} attributes`;
  const reason = `Invalid Attribute Combination: ${found} specified when one (and only one) of [name,hostname] is required`;
  return [{ property: "name", reason }];
}

function waitFailures(waitFor: Value | undefined): CheckFailure[] {
  if (!isSet(waitFor)) return [];
  const ms = parseDuration(String(waitFor));
  if (ms !== undefined && ms > retryMs) return [];
  const what =
    ms === undefined ? "unable to parse value as a duration" : "duration must be greater than 1 second";
  return [
    {
      property: "waitFor",
      reason: `Invalid Attribute Value: Attribute wait_for ${what}, got: ${String(waitFor)}`,
    },
  ];
}

function otherFailures(args: PropertyMap): CheckFailure[] {
  const known = ["name", "hostname", "waitFor"];
  const strangers = Object.keys(args).filter((name) => !known.includes(name));
  return strangers.map((property) => ({ property, reason: "getDevice looks up by name or hostname only" }));
}

async function find(api: TailscaleApi, filter: Record<string, string>): Promise<Device> {
  const [device] = await api.listDevices(filter);
  if (device) return device;
  const [name = "", value = ""] = Object.entries(filter)[0] ?? [];
  throw new Error(`could not find device with ${name}=${quote(value)}`);
}

/** @param waitMs how long to try again, once a second; 0 is not at all */
async function waitForDevice(
  api: TailscaleApi,
  filter: Record<string, string>,
  waitMs: number,
  signal: AbortSignal,
) {
  const start = performance.now();
  for (;;) {
    try {
      return await find(api, filter);
    } catch (error) {
      const { message } = error as Error;
      if (waitMs === 0) throw new Diagnostic("Failed to fetch devices", message);
      if (performance.now() - start + retryMs > waitMs) {
        throw new Diagnostic(
          "Failed to fetch devices",
          `failed after maximum of retries within ${formatDuration(waitMs)}: ${message}`,
        );
      }
    }
    await delay(retryMs, undefined, { signal }).catch(() => {
      throw new ProviderError("context canceled");
    });
  }
}

export async function getDevice(
  api: TailscaleApi,
  args: PropertyMap,
  context: Context,
): Promise<FunctionResult> {
  const failures = [...nameFailures(args), ...waitFailures(args.waitFor), ...otherFailures(args)];
  if (failures.length > 0) return { failures };
  const filter = isSet(args.name) ? { name: String(args.name) } : { hostname: String(args.hostname) };
  const waitMs = parseDuration(String(args.waitFor ?? "0")) ?? 0;
  try {
    const device = await waitForDevice(api, filter, waitMs, context.signal);
    return {
      properties: {
        ...propertiesOf(device),
        ...(isSet(args.waitFor) ? { waitFor: args.waitFor ?? null } : {}),
      },
    };
  } catch (error) {
    if (error instanceof Diagnostic) await context.log("error", error.logLine);
    throw error;
  }
}

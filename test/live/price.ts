/** The price of a run, shown before anything is made. */
import { isPriced, monthlyPrice, volumeMonthlyPrice } from "../../components/fly/prices.ts";
import { megabytes } from "../../components/settings/units.ts";
import { effective, type LiveSettings } from "./settings.ts";

/** Fly.io's prices are for 30 days. */
const hoursOfMonth = 30 * 24;

/** The price as one line for people. @throws Error if a size cannot be read */
export function priceText(settings: LiveSettings): string {
  const [region, size] = [String(effective(settings, "region")), String(effective(settings, "size"))];
  const memoryMb = megabytes(String(effective(settings, "memory")));
  const volumeMb = megabytes(String(effective(settings, "volumeSize")));
  if (memoryMb === undefined || volumeMb === undefined)
    throw new Error("LIVE_MEMORY or LIVE_VOLUME_SIZE is no size; write it as 1gb");
  const machine = monthlyPrice(size, memoryMb, region);
  const volume = volumeMonthlyPrice(volumeMb / 1024);
  const hour = ((machine + volume) / hoursOfMonth).toFixed(3);
  const about = isPriced(region) ? "" : "about ";
  return (
    `${about}${hour} US dollars an hour in ${region}: ${size} ${machine.toFixed(2)} and volume ${volume.toFixed(2)} a month, while it runs; ` +
    "and what Anthropic asks for one small task"
  );
}

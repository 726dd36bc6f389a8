import type { Command } from "../cli/command.ts";
import { json } from "../cli/commonFlags.ts";
import { bool, float, type Infer, int, slice, string, struct } from "../go/json.ts";
import { printJson } from "../invocation.ts";
import { table } from "../output/table.ts";

const Region = struct("fly.Region", {
  code: string,
  name: string,
  latitude: float,
  longitude: float,
  gateway_available: bool,
  requires_paid_plan: bool,
  deprecated: bool,
  capacity: int,
  geo_region: string,
  mpg_available: bool,
});
type Region = Infer<typeof Region>;
const RegionData = struct("flaps.RegionData", { Regions: slice(Region), Nearest: string });

const continents: Record<string, string> = {
  africa: "Africa",
  asia_pacific: "Asia Pacific",
  europe: "Europe",
  north_america: "North America",
  south_america: "South America",
};

export const platformRegions: Command = {
  name: "regions",
  flags: [json],
  arguments: "none",
  async run(invocation) {
    const failure = "failed retrieving regions: failed to get regions";
    const { Regions } = await invocation.flaps.fetch(RegionData, "GET", "/platform/regions", { failure });
    const regions = Regions.filter(({ deprecated }) => !deprecated).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    if (invocation.settings.jsonOutput) printJson(invocation, slice(Region).encode(regions));
    else invocation.streams.out(table(rowsByContinent(regions), ["Name", "Code", "MPG"]));
  },
};

function rowsByContinent(regions: Region[]): string[][] {
  const keys = [...new Set(regions.map(({ geo_region: continent }) => continent))].sort();
  return keys.flatMap((key) => {
    const ofContinent = regions.filter(({ geo_region: continent }) => continent === key);
    const rows = ofContinent.map(({ name, code, mpg_available: hasPostgres }) => [
      name,
      code,
      hasPostgres ? "✓" : "",
    ]);
    return [[""], [continents[key] ?? ""], ...rows];
  });
}

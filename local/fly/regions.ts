/** A region in the form of both APIs. Latitude and longitude are in degrees. */
export interface Region {
  code: string;
  name: string;
  latitude: number;
  longitude: number;
}

/** The region that requests seem to come from. Fly chooses the one nearest to the client. */
export const nearestRegion = "sjc";

export const regions: readonly Region[] = [
  { code: "ams", name: "Amsterdam, Netherlands", latitude: 52.37, longitude: 4.9 },
  { code: "arn", name: "Stockholm, Sweden", latitude: 59.65, longitude: 17.92 },
  { code: "bom", name: "Mumbai, India", latitude: 19.08, longitude: 72.88 },
  { code: "cdg", name: "Paris, France", latitude: 48.86, longitude: 2.35 },
  { code: "dfw", name: "Dallas, Texas (US)", latitude: 32.78, longitude: -96.8 },
  { code: "ewr", name: "Secaucus, NJ (US)", latitude: 40.79, longitude: -74.06 },
  { code: "fra", name: "Frankfurt, Germany", latitude: 50.11, longitude: 8.68 },
  { code: "gru", name: "Sao Paulo, Brazil", latitude: -23.55, longitude: -46.63 },
  { code: "iad", name: "Ashburn, Virginia (US)", latitude: 39.02, longitude: -77.54 },
  { code: "jnb", name: "Johannesburg, South Africa", latitude: -26.2, longitude: 28.05 },
  { code: "lax", name: "Los Angeles, California (US)", latitude: 33.94, longitude: -118.41 },
  { code: "lhr", name: "London, United Kingdom", latitude: 51.52, longitude: -0.12 },
  { code: "nrt", name: "Tokyo, Japan", latitude: 35.69, longitude: 139.69 },
  { code: "ord", name: "Chicago, Illinois (US)", latitude: 41.88, longitude: -87.63 },
  { code: "sin", name: "Singapore, Singapore", latitude: 1.35, longitude: 103.82 },
  { code: "sjc", name: "San Jose, California (US)", latitude: 37.34, longitude: -121.89 },
  { code: "syd", name: "Sydney, Australia", latitude: -33.87, longitude: 151.21 },
  { code: "yyz", name: "Toronto, Canada", latitude: 43.65, longitude: -79.38 },
];

export function findRegion(code: string): Region | undefined {
  return regions.find((region) => region.code === code);
}

import type { FastifyInstance } from "fastify";
import { nearestRegion, regions } from "../regions.ts";

export function platformRoutes(api: FastifyInstance): void {
  api.get("/platform/regions", async () => ({
    Regions: regions.map(({ code, name, latitude, longitude }) => ({
      code,
      name,
      latitude,
      longitude,
      gateway_available: false,
      requires_paid_plan: false,
      deprecated: false,
      capacity: 1000,
      geo_region: "",
      mpg_available: false,
    })),
    Nearest: nearestRegion,
  }));
}

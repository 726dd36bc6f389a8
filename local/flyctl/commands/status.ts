import { appCompactOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import { NotEmulated, prefixed } from "../errors.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { printStatus } from "./statusText.ts";

export const status: Command = {
  name: "status",
  app: "required",
  arguments: "none",
  flags: [app],
  async run(invocation) {
    const app = await appCompactOf(invocation).catch((error) => {
      throw prefixed("failed to get app: ", error);
    });
    const machines = await new MachinesApi(invocation.flaps, app.Name).listActive();
    machines.sort((a, b) => (a.id > b.id ? -1 : 1));
    if (app.PostgresAppRole?.Name === "postgres_cluster")
      throw new NotEmulated("the status of a Postgres app");
    await printStatus(invocation, app, machines);
  },
};

/** What each size of machine costs and carries, as Markdown. */
import { amount, type Figure, median } from "../figures.ts";
import { tasksAnHour } from "./capacity.ts";
import { sizeName } from "./guest.ts";
import { cell, markdown } from "./markdown.ts";
import { pricesFrom, type Region, regions, sizes } from "./prices.ts";

const regionNames: Record<Region, string> = { iad: "Ashburn (iad)", ams: "Amsterdam (ams)" };

/** Nothing where the sizes, or what idling takes, have not been measured. */
export function sizesTable(figures: readonly Figure[]): string[] {
  const idle = figures.find(({ part, name }) => part === "quota/idle" && name === "idle");
  const measured = figures.filter(({ part }) => part === "quota/sizes");
  if (!idle || measured.length === 0) return [];
  const idlePercent = median(idle.runs.ours);
  const rows = sizes.map(({ cpus, memoryMb, dollars }) => {
    const guest = { cpu_kind: "shared", cpus } as const;
    const of = (name: string) => measured.find((one) => one.of === sizeName(guest) && one.name === name);
    const tasks = tasksAnHour(guest, idlePercent, median(of("task, CPU")?.runs.ours ?? []));
    return [
      `${sizeName(guest)}, ${memoryMb / 1024} GB`,
      ...regions.map((region) => dollars[region].toFixed(2)),
      Number.isFinite(tasks) ? amount(Math.floor(tasks)) : "–",
      cell(of("dashboard, with balance"), "ours"),
      cell(of("dashboard, without"), "ours"),
      cell(of("task, without"), "ours"),
    ];
  });
  const head = [
    "size",
    ...regions.map((region) => `$ a month in ${regionNames[region]}`),
    "tasks an hour, for good",
    "dashboard, s",
    "… without balance",
    "task without balance, s",
  ];
  return [
    [
      `Sizes: what a machine costs (${pricesFrom}; its volume comes on top), how many agents' tasks an hour it carries for good, and how long`,
      "people and agents wait. A task is short here: five calls of a model that answers at once. Measured with 1 GB; more memory is room for more",
      "agents at once, not more CPU:",
    ].join("\n"),
    markdown(head, rows),
  ];
}

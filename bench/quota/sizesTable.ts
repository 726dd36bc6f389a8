/** The price and the capacity of each size of machine, as Markdown. */
import { amount, type Figure, median } from "../figures.ts";
import { tasksAnHour } from "./capacity.ts";
import { sizeName } from "./guest.ts";
import { cell, markdown } from "./markdown.ts";
import { pricesFrom, type Region, regions, sizes } from "./prices.ts";

const regionNames: Record<Region, string> = { iad: "Ashburn (iad)", ams: "Amsterdam (ams)" };

/** The measurements of the sizes; undefined if the sizes or idling have not been measured. */
function measuredSizes(figures: readonly Figure[]) {
  const idle = figures.find(({ part, name }) => part === "quota/idle" && name === "idle");
  const measured = figures.filter(({ part }) => part === "quota/sizes");
  if (!idle || measured.length === 0) return undefined;
  const idlePercent = median(idle.runs.ours);
  return sizes.map(({ cpus, memoryMb, dollars }) => {
    const guest = { cpu_kind: "shared", cpus } as const;
    const of = (name: string) => measured.find((one) => one.of === sizeName(guest) && one.name === name);
    const tasks = tasksAnHour(guest, idlePercent, median(of("task, CPU")?.runs.ours ?? []));
    const tasksText = Number.isFinite(tasks) ? amount(Math.floor(tasks)) : "–";
    return {
      name: sizeName(guest),
      memoryMb,
      dollars,
      tasks: tasksText,
      of: (name: string) => cell(of(name), "ours"),
    };
  });
}

/** What the smallest size is enough for, and how much more the next one costs; empty if it was not measured. */
export function smallestSize(figures: readonly Figure[]): string[] {
  const [small, large] = (measuredSizes(figures) ?? []).filter(({ memoryMb }) => memoryMb === 1024);
  if (!small || !large) return [];
  const more = (large.dollars.ams - small.dollars.ams).toFixed(2);
  return [
    [
      `${small.name} with 1 GB, the default, carries ${small.tasks} short tasks of agents an hour for good, and shows the dashboard in`,
      `${small.of("dashboard, without")} s when it has no CPU saved: enough for a few people and one agent. For ${more} dollars more, ${large.name}`,
      `carries ${large.tasks}; \`doctor\` says when the machine is held back.`,
    ].join("\n"),
  ];
}

/** Empty if the sizes or idling have not been measured. */
export function sizesTable(figures: readonly Figure[]): string[] {
  const rows = measuredSizes(figures)?.map(({ name, memoryMb, dollars, tasks, of }) => [
    `${name}, ${memoryMb / 1024} GB`,
    ...regions.map((region) => dollars[region].toFixed(2)),
    tasks,
    of("dashboard, with balance"),
    of("dashboard, without"),
    of("task, without"),
  ]);
  if (!rows) return [];
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
      `What each size costs (${pricesFrom}; the volume comes on top), how many tasks of agents it carries an hour for good, and`,
      "how long people and agents wait. The tasks are short: five calls of a model that answers at once. All was measured with 1 GB; more memory",
      "makes room for more agents at once and adds no CPU:",
    ].join("\n"),
    markdown(head, rows),
  ];
}

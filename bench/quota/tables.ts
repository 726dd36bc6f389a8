/** The pages' tables about a Fly.io machine's CPU balance, made from results.json. */
import { type Figure, percent, ratio, type Side } from "../figures.ts";
import { quietCpus } from "../host.ts";
import { isOfQuota, type QuotaPart } from "../parts.ts";
import type { Results } from "../results.ts";
import { companySizes } from "./company.ts";
import { cell, markdown } from "./markdown.ts";
import { processKinds } from "./processes.ts";
import { sizesTable, smallestSize } from "./sizesTable.ts";

type Measured = Pick<Results, "figures" | "parts">;

const columns: readonly { part: QuotaPart; title: string }[] = [
  { part: "quota/new", title: "new: 5 s of balance" },
  { part: "quota/empty", title: "no balance" },
  { part: "quota/hour", title: "after an hour's idling" },
  { part: "quota/disks", title: "new, Fly.io's disks" },
];

/** The rows of README.md: of all measurements of the balance, those that people wait for. */
export const summaryRows = [
  "first boot to HTTPS in the tailnet",
  "restart to HTTPS in the tailnet",
  "dashboard, first visit",
  "an agent's first task",
];

/** The four rows that people wait for, and the sizes, as Markdown; empty if nothing was measured. */
export function quotaSummary({ figures }: Pick<Results, "figures">): string[] {
  const waits = figures.filter(({ part, name }) => isOfQuota(part) && summaryRows.includes(name));
  if (waits.length === 0) return [];
  return [summaryIntroduction, balanceTable(waits), ...sizesTable(figures), ...smallestSize(figures)];
}

const summaryIntroduction = [
  "How long people wait, in seconds: with the seed's recipe (the plain Dockerfile and start script of `bench/seed/`) → with **this project**.",
  "The machine is shared-cpu-1x with 1 GB. It can always use a sixteenth of a core, saves what it does not use, and uses a whole core while it",
  "has some saved: its *balance*. A new machine has 5 CPU seconds. In the last column disks are as slow as Fly.io's, too:",
].join("\n");

/** All measurements of the balance, as Markdown; empty if there are none. */
export function quotaSection(results: Measured): string[] {
  const figures = results.figures.filter(({ part }) => isOfQuota(part));
  if (figures.length === 0) return [];
  const busy = figures.filter(({ part }) => part === "quota/busy");
  return [
    ...under(balanceIntroduction(figures), balanceTable(figures)),
    ...under("What that takes, whatever the balance:", costTable(figures)),
    idleLine(figures),
    ...under("Two agents at work at once, without balance:", pairTable(busy)),
    ...under(
      "How it grows with the work, seed's recipe → **this project**; each task has two comments, and the machine has balance:",
      growthTable(figures),
    ),
    ...sizesTable(figures),
    quietLine(results),
  ].filter((text) => text !== "");
}

/** Explains the columns; the column of slow disks only if it is there. */
const balanceIntroduction = (figures: readonly Figure[]) =>
  [
    "A Fly.io machine of the default size, shared-cpu-1x, can use a sixteenth of a core (6.25 %) for good, and a whole one as long as it has",
    "balance: a new machine has 5 s of CPU, and saves what it does not use of its share. Seconds, seed's recipe → **this project**, where each",
    ...(figures.some(({ part }) => part === "quota/disks")
      ? [
          "line begins with the balance that its column names. In the last column disks are as slow as Fly.io's, too: 8 MiB/s for the image, 16 MiB/s",
          "for the volume, and nothing of them is in memory:",
        ]
      : ["line begins with the balance that its column names:"]),
  ].join("\n");

/** A table with its introduction; empty if the table has no rows. */
const under = (introduction: string, table: string) => (table === "" ? [] : [introduction, table]);

const isStep = ({ name }: Figure) => name.startsWith("…");

function balanceTable(figures: readonly Figure[]): string {
  const there = columns.filter(({ part }) => figures.some((figure) => figure.part === part));
  const names = [
    ...new Set(
      figures
        .filter((figure) => there.some(({ part }) => part === figure.part) && !isStep(figure))
        .map(({ name }) => name),
    ),
  ];
  return markdown(
    ["", ...there.map(({ title }) => title)],
    names.map((name) => [
      name,
      ...there.map(({ part }) => both(figures.find((one) => one.part === part && one.name === name))),
    ]),
  );
}

function costTable(figures: readonly Figure[]): string {
  const part = figures.some((figure) => figure.part === "quota/hour") ? "quota/hour" : "quota/new";
  return pairTable(figures.filter((figure) => figure.part === part && isStep(figure)));
}

/** A table with one column per side. */
function pairTable(figures: readonly Figure[]): string {
  return markdown(
    ["", "unit", "seed's recipe", "this project", "ratio"],
    figures.map((figure) => [
      figure.name,
      figure.unit,
      cell(figure, "seed"),
      cell(figure, "ours"),
      `**${percent(ratio(figure))}**`,
    ]),
  );
}

function idleLine(figures: readonly Figure[]): string {
  const of = (name: string) => figures.find((one) => one.part === "quota/idle" && one.name === name);
  if (!of("idle")) return "";
  const side = (which: Side) => {
    const value = (name: string) => cell(of(name), which);
    const kinds = processKinds.map((kind) => `${kind} ${value(`… ${kind}`)}`).join(", ");
    return `${value("idle")} % of a core (${kinds}; an open dashboard adds ${value("an open dashboard adds")})`;
  };
  return [
    `Idle, with a company of ${companySizes[0]?.tasks} tasks, nobody at it, and Fly.io's health check every 30 s:`,
    `the seed's recipe takes ${side("seed")},`,
    `this project ${side("ours")}.`,
  ].join("\n");
}

function growthTable(figures: readonly Figure[]): string {
  const grown = figures.filter(({ part }) => part === "quota/growth");
  const names = [...new Set(grown.map(({ name }) => name))];
  const unit = (name: string) => grown.find((one) => one.name === name)?.unit ?? "";
  return markdown(
    [
      "",
      "unit",
      ...companySizes.map(
        ({ tasks, agents, people }) => `${tasks} tasks, ${agents} agents, ${people} people`,
      ),
    ],
    names.map((name) => [
      name,
      unit(name),
      ...companySizes.map(({ tasks }) =>
        both(grown.find((one) => one.name === name && one.of === `${tasks} tasks`)),
      ),
    ]),
  );
}

/** Names the parts that were measured while the host did something else, too. */
function quietLine({ parts }: Measured): string {
  const busy = Object.entries(parts).filter(
    ([, { othersCpus = [] }]) => Math.max(0, ...othersCpus) > quietCpus,
  );
  if (busy.length === 0) return "The host did nothing else meanwhile.";
  const names = busy.map(
    ([part, { othersCpus = [] }]) => `${part} (${Math.max(...othersCpus).toFixed(1)} CPUs)`,
  );
  return `The host was busy with something else, so that times are longer, before or after: ${names.join(", ")}.`;
}

const both = (figure: Figure | undefined) =>
  figure ? `${cell(figure, "seed")} → **${cell(figure, "ours")}**` : "–";

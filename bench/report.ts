/** The results for people: tables, and the sections of two pages (pages.ts). All of it is made from results.json. */
import { amount, type Figure, median, minimum, percent, ratio } from "./figures.ts";
import { baseline, isOfQuota } from "./parts.ts";
import { quotaSection } from "./quota/tables.ts";
import type { Results } from "./results.ts";

const markers = {
  begin: "<!-- bench: made by `npm run bench` from bench/results.json -->",
  end: "<!-- /bench -->",
};

/** A Markdown table of figures that are compared with the same thing. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const cells = [figure.runs.seed, figure.runs.ours].map(
      (values) => `${amount(median(values))} (${amount(minimum(values))})`,
    );
    const { name, unit, runs } = figure;
    return `| ${name} | ${unit} | ${cells.join(" | ")} | **${percent(ratio(figure))}** | ${runs.ours.length} |`;
  });
  return [
    `| | unit | ${figures[0] ? baseline(figures[0].part) : ""} | this project | ratio | runs a side |`,
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** All tables, one for each thing that the figures are compared with. */
export function tables({ figures }: Pick<Results, "figures">): string[] {
  const plain = figures.filter(({ part }) => !isOfQuota(part));
  const groups = Map.groupBy(plain, ({ part }) => baseline(part));
  return [...groups.values()].map(table);
}

export const notYet = "Not measured yet: `npm run bench`.";

export const picture = (path: string) => `![This project against the recipe that it began with](${path})`;

/** All measurements, for bench/README.md. Without results it says how to get some. */
export function section(results: Results | undefined): string {
  if (!results) return notYet;
  const { date, machine, versions } = results;
  const host = `${machine.cpus} × ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}, Docker ${machine.docker}`;
  const [image, program] = tables(results);
  return [
    picture("results.svg"),
    [
      `Median (minimum) of runs in turn with the other side, on ${date.slice(0, 10)} with Paperclip ${versions.PAPERCLIP} on both sides. Machines have`,
      `one whole CPU and 1 GB, unless the table says otherwise; the host: ${host},`,
      `load ${machine.load} at the start. Every run is in [results.json](results.json).`,
    ].join("\n"),
    image ?? "",
    ...(program
      ? [
          "The program against the same work as flyctl and docker commands, typed without a pause, on the local platform:",
          program,
        ]
      : []),
    ...quotaSection(results),
  ].join("\n\n");
}

/** The page with the section between its markers. @throws Error if the page has no markers. */
export function withSection(page: string, text: string): string {
  const { before, after } = split(page);
  return `${before}\n\n${text}\n\n${after}`;
}

/** The section as a page has it. */
export const sectionOf = (page: string) => split(page).inside.trim();

function split(page: string) {
  const [begin, end] = [page.indexOf(markers.begin), page.indexOf(markers.end)];
  if (begin < 0 || end < begin) throw new Error(`the page has no ${markers.begin} before a ${markers.end}`);
  const start = begin + markers.begin.length;
  return { before: page.slice(0, start), inside: page.slice(start, end), after: page.slice(end) };
}

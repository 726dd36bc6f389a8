type Mark = " " | "-" | "+";

interface Line {
  mark: Mark;
  text: string;
}

/** Equal lines shown around a difference. */
const context = 2;

/** The difference of two texts as Go's cmp library shows it: longer runs of equal lines are only counted. */
export function lineDiff(before: string, after: string): string {
  const runs = groupRuns(compare(before.split("\n"), after.split("\n")));
  const shown = runs.flatMap((run, index) => {
    if (run[0]?.mark !== " ") return run.map(({ mark, text }) => `${mark} \t${text}`);
    return shorten(run, index > 0, index < runs.length - 1);
  });
  return [...shown, "  \t"].join("\n");
}

function shorten(run: Line[], hasLineBefore: boolean, hasLineAfter: boolean): string[] {
  const first = hasLineBefore ? Math.min(context, run.length) : 0;
  let last = hasLineAfter ? Math.min(context, run.length - first) : 0;
  // A single line is shown rather than counted.
  if (run.length - first - last === 1) last++;
  const hidden = run.length - first - last;
  const show = (lines: Line[]) => lines.map(({ text }) => `  \t${text}`);
  const gap = hidden > 0 ? [`  \t... // ${hidden} identical lines`] : [];
  return [...show(run.slice(0, first)), ...gap, ...show(run.slice(run.length - last))];
}

/** Runs of equal lines and of lines that differ, in turn. */
function groupRuns(lines: Line[]): Line[][] {
  const runs: Line[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && (run[0]?.mark === " ") === (line.mark === " ")) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** Keeps the longest common subsequence; what was removed stands before what was added. */
function compare(before: string[], after: string[]): Line[] {
  const longest = commonLengths(before, after);
  const lengthAt = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i] ?? "", after[j] ?? ""];
    if (i < before.length && j < after.length && old === fresh) {
      lines.push({ mark: " ", text: old });
      i++;
      j++;
    } else if (i < before.length && lengthAt(i + 1, j) >= lengthAt(i, j + 1)) {
      lines.push({ mark: "-", text: old });
      i++;
    } else {
      lines.push({ mark: "+", text: fresh });
      j++;
    }
  }
  return lines;
}

function commonLengths(before: string[], after: string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const row = (index: number) => lengths[index] as number[];
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const skipped = Math.max(row(i + 1)[j] ?? 0, row(i)[j + 1] ?? 0);
      row(i)[j] = before[i] === after[j] ? (row(i + 1)[j + 1] ?? 0) + 1 : skipped;
    }
  }
  return lengths;
}

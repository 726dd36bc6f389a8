/** The results as a picture: one bar per figure, where 100 % is the other side's length. */
import { amount, type Figure, median, percent, ratio } from "./figures.ts";
import { baseline, isOfQuota } from "./parts.ts";
import type { Results } from "./results.ts";

const width = 760;
const label = 290;
const bar = width - label - 190;
const row = 30;
/** Height of the heading over a group of bars. It names what they are compared with. */
const heading = 34;

export function chart({ figures, date, versions }: Results): string {
  // Steps of another figure, and figures that depend on the CPU's balance, are in tables instead.
  const whole = figures.filter(({ name, part }) => !name.startsWith("…") && !isOfQuota(part));
  const groups = [...Map.groupBy(whole, ({ part }) => baseline(part))];
  let y = 0;
  const drawn = groups.flatMap(([name, group]) => {
    const top = y + heading;
    y = top + group.length * row;
    return [
      `  <text class="part" x="${label}" y="${top - 12}">this project, 100 % being: ${name}</text>`,
      ...group.map((figure, index) => drawFigure(figure, top + index * row)),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 24}" role="img" aria-label="This project against the recipe that it began with">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f } .small { font-size: 11px; fill: #57606a } .part { font-weight: 600 }
    .seed { fill: #d0d7de } .ours { fill: #2da44e }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9198a1 } .seed { fill: #30363d } .ours { fill: #238636 } }
  </style>
${drawn.join("\n")}
  <text class="small" x="${label}" y="${y + 14}">medians, ${date.slice(0, 10)}, Paperclip ${versions.PAPERCLIP}</text>
</svg>
`;
}

function drawFigure(figure: Figure, y: number): string {
  const part = ratio(figure);
  const values = `${amount(median(figure.runs.ours))} of ${amount(median(figure.runs.seed))} ${figure.unit}`;
  // No bar is longer than the other side's; the number beside the bar shows the excess.
  const length = Math.max(2, Math.min(1, part) * bar).toFixed(1);
  return `  <g transform="translate(0 ${y})">
    <text x="${label - 10}" y="15" text-anchor="end">${figure.name}</text>
    <rect class="seed" x="${label}" width="${bar}" height="22" rx="3"/>
    <rect class="ours" x="${label}" width="${length}" height="22" rx="3"/>
    <text class="part" x="${label + bar + 56}" y="16" text-anchor="end">${percent(part)}</text>
    <text class="small" x="${label + bar + 66}" y="15">${values}</text>
  </g>`;
}

/** The results as a picture: a bar a figure, the seed's length being 100 %. */
import { amount, isCompared, median, percent, type Results, ratio } from "./figures.ts";

const width = 720;
const label = 250;
const bar = width - label - 90;
const row = 34;

export function chart({ figures: all, date, versions }: Results): string {
  const figures = all.filter(isCompared);
  const rows = figures.map((figure, index) => {
    const y = 40 + index * row;
    const part = ratio(figure);
    const values = `${amount(median(figure.runs.ours))} of ${amount(median(figure.runs.seed))} ${figure.unit}`;
    return `  <g transform="translate(0 ${y})">
    <text x="${label - 10}" y="15" text-anchor="end">${figure.name}</text>
    <rect class="seed" x="${label}" width="${bar}" height="22" rx="3"/>
    <rect class="ours" x="${label}" width="${Math.max(2, Math.min(1, part) * bar).toFixed(1)}" height="22" rx="3"/>
    <text class="small" x="${label + bar - 8}" y="15" text-anchor="end">${values}</text>
    <text class="part" x="${label + bar + 10}" y="16">${percent(part)}</text>
  </g>`;
  });
  const height = 40 + figures.length * row + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="This image against the seed's recipe">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f } .small { font-size: 11px; fill: #57606a } .part { font-weight: 600 }
    .seed { fill: #d0d7de } .ours { fill: #2da44e }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9198a1 } .seed { fill: #30363d } .ours { fill: #238636 } }
  </style>
  <text x="${label}" y="22">this image, the seed's recipe being 100 %</text>
${rows.join("\n")}
  <text class="small" x="${label}" y="${height - 6}">${date.slice(0, 10)}, Paperclip ${versions.PAPERCLIP}; medians, from results.json</text>
</svg>
`;
}

import { bold } from "./streams.ts";

// Tables with flyctl's spacing: no frame, a bar between columns, headers in capitals.

type Alignment = "left" | "right";

/** A table with an empty line after it. @param title shown above it in bold */
export function table(rows: string[][], headers: string[] = [], title = ""): string {
  return `${titled(title)}${lines(rows, headers).join("")}\n`;
}

/** A table without the empty line and with the given alignment of columns. */
export function bareTable(
  rows: string[][],
  headers: string[],
  title: string,
  alignments: Alignment[],
): string {
  return `${titled(title)}${lines(rows, headers, alignments).join("")}`;
}

/** A table with a rule between its headers and its rows. */
export function framedTable(rows: string[][], headers: string[]): string {
  const [head = "", ...body] = lines(rows, headers);
  if (rows.length === 0) return head;
  const rule = columnWidths([upper(headers), ...rows]).map((width) => "─".repeat(width + 2));
  return `${head}${rule.join("┼")}\n${body.join("")}`;
}

/** One line for each field of each object. */
export function verticalTable(objects: string[][], fields: string[], title: string): string {
  const tables = objects.map((object) => table(fields.map((field, index) => [field, object[index] ?? ""])));
  return titled(title) + tables.join("");
}

const titled = (title: string): string => (title ? `${bold(title)}\n` : "");
const upper = (headers: string[]): string[] => headers.map((header) => header.toUpperCase());

function lines(rows: string[][], headers: string[], alignments: Alignment[] = []): string[] {
  const all = headers.length > 0 ? [upper(headers), ...rows] : rows;
  const widths = columnWidths(all);
  return all.map((row, rowIndex) => {
    const isHeader = headers.length > 0 && rowIndex === 0;
    const cells = widths.map((width, column) =>
      pad(row[column] ?? "", width, isHeader ? "left" : alignments[column]),
    );
    return ` ${cells.join(" │ ")} \n`;
  });
}

function columnWidths(rows: string[][]): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
}

function pad(text: string, width: number, alignment: Alignment = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return alignment === "right" ? blanks + text : text + blanks;
}

/** Width in columns of a terminal. An emoji takes two. */
function displayWidth(text: string): number {
  return [...text].reduce(
    (width, char) => width + (/\p{Extended_Pictographic}/u.test(char) && char > "\u2fff" ? 2 : 1),
    0,
  );
}

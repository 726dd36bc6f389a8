/** The allowed size of the image. Sizes are exact, so a check can hold them. Times are not exact, so no check holds them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";

export interface Budget {
  /** Uncompressed bytes of the image. */
  imageBytes: number;
  /** Bytes of start.sh's layer and those after it: the most that a push sends after a change of start.sh. */
  startLayersBytes: number;
}

/** A change that enlarges the image by more than this share has to change the budget, too. */
const tolerance = 0.02;

export async function weigh(image: string): Promise<Budget> {
  const docker = new Docker().getImage(image);
  const layers: { CreatedBy: string; Size: number }[] = await docker.history();
  const start = layers.findIndex(({ CreatedBy }) => CreatedBy.startsWith("COPY start.sh"));
  if (start < 0) throw new Error(`${image} has no layer of start.sh`);
  // The newest layer comes first.
  const afterStart = layers.slice(0, start + 1).reduce((sum, { Size }) => sum + Size, 0);
  return { imageBytes: (await docker.inspect()).Size, startLayersBytes: afterStart };
}

export async function budget(): Promise<Budget> {
  // Beside them it has the reasons of their last changes.
  const text = await readFile(join(import.meta.dirname, "budget.json"), "utf8");
  const { imageBytes, startLayersBytes } = JSON.parse(text) as Budget;
  return { imageBytes, startLayersBytes };
}

/** A sentence for each figure that is over its budget. */
export function overBudget(actual: Budget, allowed: Budget): string[] {
  return (Object.keys(allowed) as (keyof Budget)[])
    .filter((name) => actual[name] > allowed[name] * (1 + tolerance))
    .map(
      (name) =>
        `${name}: ${actual[name]}, more than 2 % over the budget of ${allowed[name]}. Make the image smaller, or say in the commit why ` +
        "it has to grow and change bench/budget.json.",
    );
}

// How much of something random: the one input that every resource here requires.
import type { Attribute } from "../planned/schema.ts";

export function length(description: string): Attribute {
  return {
    type: "integer",
    setBy: "program",
    required: { description },
    replaces: true,
    refuse: (value) =>
      Number(value) >= 1
        ? undefined
        : `Invalid Attribute Value. Attribute length value must be at least 1, got: ${String(value)}`,
  };
}

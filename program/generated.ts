/** All parts of files that are made from tables of the program. */
import type { GeneratedPart } from "./generatedPart.ts";
import { variableParts } from "./variableParts.ts";

export const generatedParts: readonly GeneratedPart[] = [...variableParts];

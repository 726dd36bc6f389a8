import { type Infer, int, string, struct } from "../go/json.ts";

export const ReleaseRef = struct("uiex.Release", { id: string, version: int });
export type ReleaseRef = Infer<typeof ReleaseRef>;

// random:index/randomBytes:RandomBytes: bytes whose base64 is their id.
import { randomBytes } from "node:crypto";
import { Diagnostic, type Operations } from "../planned/resource.ts";
import type { Schema, State } from "../planned/schema.ts";
import { length } from "./length.ts";

export const bytesSchema: Schema = {
  length: length("The number of bytes requested. The minimum value for length is 1."),
  keepers: { type: "stringMap", setBy: "program", replaces: true },
  base64: { type: "string", setBy: "provider", secret: true },
  hex: { type: "string", setBy: "provider", secret: true },
};

const encodings = (bytes: Buffer): State => ({
  base64: bytes.toString("base64"),
  hex: bytes.toString("hex"),
});

/** Decodes strictly: Node would skip what is not base64, and import something else than was meant. */
function decodeBase64(id: string): Buffer {
  const bytes = Buffer.from(id, "base64");
  const stray = id.search(/[^A-Za-z0-9+/=]/);
  if (stray < 0 && bytes.toString("base64") === id) return bytes;
  throw new Diagnostic(
    "Import Random bytes Error",
    "There was an error during the parsing of the base64 string.\n\nRetry the Terraform operation. If the error still occurs or " +
      "happens regularly, please contact the provider developer with hardware and operating system information.\n\n" +
      `Original Error: illegal base64 data at input byte ${stray < 0 ? Math.floor(id.length / 4) * 4 : stray}`,
  );
}

export const bytesOperations: Operations = {
  create: async (planned) => ({ ...planned, ...encodings(randomBytes(Number(planned.length))) }),
  import(id) {
    const bytes = decodeBase64(id);
    return { length: bytes.length, keepers: null, ...encodings(bytes) };
  },
  // The bytes exist nowhere but in the state.
  read: async (state) => state,
  update: async (planned) => planned,
  delete: async () => {},
  idOf: (state) => String(state.base64),
};

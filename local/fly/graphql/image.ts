import * as ids from "../ids.ts";
import type { GraphqlContext } from "./context.ts";

/** Null for an image that is not in the registry. The answer repeats the reference as `ref`, because the machine gets that one. */
export async function imageObject({ platform }: GraphqlContext, reference: string) {
  const image = await platform.registry.resolve(reference);
  if (!image) return null;
  return {
    id: ids.imageId(),
    digest: image.digest,
    ref: reference,
    compressedSizeFull: String(image.compressedSize),
    manifest: null,
  };
}

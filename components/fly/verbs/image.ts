/** The image in Fly.io's registry, known by its digest. */
import { pushImage } from "../../image/docker.ts";
import type { VerbInputs } from "../../verbInputs.ts";
import { registryPassword } from "../token.ts";

/** IMAGE_ID is there to push an image that was built anew. */
type Inputs = VerbInputs<"APP" | "IMAGE_NAME" | "IMAGE_ID">;

export async function create({ input, progress }: Inputs) {
  const name = input("IMAGE_NAME");
  progress(`pushing ${name}`);
  const credential = { username: "x", password: registryPassword(process.env) };
  return { image: `${name.replace(/:[^:/]*$/, "")}@${await pushImage(name, credential, progress)}` };
}

export const update = create;

/** The registry forgets an app's images with the app. */
export async function remove() {}

/** The image in Fly.io's registry, known by its digest. */
import { pushImage } from "../../image/docker.ts";
import type { VerbInputs } from "../../verb.ts";
import { registryPassword } from "../token.ts";

export async function create({ input, progress }: VerbInputs) {
  const name = input("IMAGE_NAME");
  progress(`pushing ${name}`);
  const credential = { username: "x", password: registryPassword(process.env) };
  return { image: `${name.replace(/:[^:/]*$/, "")}@${await pushImage(name, credential, progress)}` };
}

export const update = create;

/** The registry forgets an app's images with the app. */
export async function remove() {}

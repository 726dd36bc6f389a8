/** The image in Fly.io's registry, known by its digest. */
import { pushImage } from "../../docker.ts";
import type { VerbInputs } from "../../verb.ts";
import { flyctl } from "../flyctl.ts";

export async function create({ input, progress }: VerbInputs) {
  const [app, name] = [input("APP"), input("IMAGE_NAME")];
  progress(`pushing ${name}`);
  const login = (env: Record<string, string>) => flyctl(app, ["auth", "docker"], { env });
  return { image: `${name.replace(/:[^:/]*$/, "")}@${await pushImage(name, login, progress)}` };
}

export const update = create;

/** The registry forgets an app's images with the app. */
export async function remove() {}

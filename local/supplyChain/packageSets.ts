import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Every lock file of Node packages: what its packages are for, and its folder. */
export const packageSets = [
  { name: "project", folder: root },
  { name: "image", folder: join(root, "docker") },
  { name: "image-build", folder: join(root, "docker/build") },
];

/** The folder for results that CI keeps. */
export const resultsFolder = join(root, "test-results");

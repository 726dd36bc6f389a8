import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Every lock file of Node packages: who uses what it names, and where it is. */
export const packageSets = [
  { name: "project", folder: root },
  { name: "image", folder: join(root, "docker") },
  { name: "image-build", folder: join(root, "docker/build") },
];

/** Where results go that CI keeps. */
export const resultsFolder = join(root, "test-results");

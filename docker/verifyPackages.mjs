// Fails the build when a package was installed that the lock file does not name with the same version and hash.
//
// `npm ci` would check this, but it refuses any lock file for paperclipai 2026.916.1: two of Paperclip's packages carry esbuild inside
// themselves, for one platform only, and npm 11 then reports the other platforms' builds as missing. So the build runs `npm install`,
// which follows the lock file, and this file proves that it did. Go back to `npm ci` when it accepts the lock file.
import { readFileSync } from "node:fs";

const packages = (file) => Object.entries(JSON.parse(readFileSync(file, "utf8")).packages);
const locked = new Map(packages("package-lock.json"));
const wrong = packages("node_modules/.package-lock.json").filter(([path, installed]) => {
  const entry = locked.get(path);
  // What a package carries inside itself is covered by that package's own hash.
  return (
    !entry ||
    entry.version !== installed.version ||
    (!installed.inBundle && entry.integrity !== installed.integrity)
  );
});

if (wrong.length > 0) {
  console.error(
    `not as package-lock.json says: ${wrong.map(([path, { version }]) => `${path}@${version}`).join(", ")}`,
  );
  process.exit(1);
}

import { rfc3339Seconds } from "./go/time.ts";

// Like a flyctl built from source, the stand-in derives its version from its start time.
const builtAt = new Date();
const seconds = Math.floor(builtAt.getTime() / 1000);

export const version = `${builtAt.getUTCFullYear()}.${builtAt.getUTCMonth() + 1}.${builtAt.getUTCDate()}-dev.${seconds}`;

/** What `flyctl version` shows. The commit distinguishes the stand-in from the real flyctl. */
export const buildInfo = {
  Name: "flyctl",
  Version: version,
  Commit: "stand-in",
  BranchName: "dev",
  BuildDate: rfc3339Seconds(builtAt),
  OS: process.platform === "win32" ? "windows" : process.platform,
  Architecture: process.arch === "x64" ? "amd64" : process.arch,
  Environment: "development",
};

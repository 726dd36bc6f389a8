import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { onPath } from "../../local/toolchain/onPath.ts";

/** A `flyctl` in front of the one on the PATH. It records its arguments and then runs the other one. */
export interface FlyctlRecorder {
  path: string;
  /** The command lines since the last `forget`, without "flyctl". */
  calls(): Promise<string[]>;
  forget(): Promise<void>;
}

export async function recordFlyctl(folder: string, path: string): Promise<FlyctlRecorder> {
  const real = await onPath("flyctl", path);
  if (!real) throw new Error("no flyctl is on the PATH; run the tests with npm test, which sets one up");
  const [bin, log] = [join(folder, "recorder"), join(folder, "flyctl-calls")];
  await mkdir(bin, { recursive: true });
  const wrapper = join(bin, "flyctl");
  await writeFile(wrapper, `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nexec '${real}' "$@"\n`);
  await chmod(wrapper, 0o755);
  return {
    path: [bin, path].join(delimiter),
    async calls() {
      const text = await readFile(log, "utf8").catch(() => "");
      return text.split("\n").filter((line) => line !== "" && line !== "version");
    },
    forget: () => rm(log, { force: true }),
  };
}

/** Whether a call of flyctl changes nothing. */
export const onlyLooks = (call: string) =>
  /^(\S+ list|platform \S+|status|checks list|machine exec \S+ paperclip-tailnet)\b/.test(call);

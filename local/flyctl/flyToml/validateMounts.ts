import { messageOf } from "../errors.ts";
import { gigabytesOfDisk, parseSize } from "../go/size.ts";
import { type Findings, problem } from "./findings.ts";
import { gigabytes } from "./machineConfig.ts";
import type { Config, TomlMount } from "./schema.ts";

/** What is wrong with the sizes of [[mounts]]. */
export function mountProblems({ mounts }: Config): Findings[] {
  return mounts.flatMap((mount) => [
    ...sizeProblem(mount, "auto_extend_size_increment"),
    ...sizeProblem(mount, "auto_extend_size_limit"),
    ...autoExtendProblems(mount),
  ]);
}

function sizeProblem(
  mount: TomlMount,
  key: "auto_extend_size_increment" | "auto_extend_size_limit",
): Findings[] {
  const size = mount[key];
  if (!size) return [];
  try {
    if (parseSize(size, gigabytesOfDisk) >= 1) return [];
    return [problem(`mount '${mount.source}' has an ${key} '${size}' value which is smaller than 1GB\n`)];
  } catch (error) {
    return [
      problem(`mount '${mount.source}' with ${key} '${size}' will fail because of: ${messageOf(error)}\n`),
    ];
  }
}

function autoExtendProblems(mount: TomlMount): Findings[] {
  const threshold = mount.auto_extend_size_threshold;
  const increment = gigabytes(mount.auto_extend_size_increment);
  const limit = gigabytes(mount.auto_extend_size_limit);
  if (!threshold && !increment && !limit) return [];
  const findings: string[] = [];
  if (threshold && !increment && !limit) {
    findings.push(
      "auto_extend_size_threshold, auto_extend_size_increment and auto_extend_size_limit must be all defined or none",
    );
  }
  if (threshold < 50 || threshold > 99) findings.push("auto_extend_size_threshold must be between 50 and 99");
  if (increment < 1 || increment > 100) {
    findings.push("auto_extend_size_increment must be between 1GB and 100GB");
  }
  if (limit !== 0 && (limit < 1 || limit > 500)) {
    findings.push("auto_extend_size_limit must be between 1GB and 500GB");
  }
  return findings.map((text) => problem(`mount '${mount.source}' ${text}\n`));
}

import { readFileSync } from "node:fs";
import type { GraphqlShape } from "./graphqlShape.ts";

/** One request of a recorded run and the answer that was enough for flyctl. */
export interface RecordedRequest {
  /** `api`: one of Fly's three APIs. `proxy`: a tunnel asked of the HTTPS proxy. */
  via: string;
  method: string;
  url: string;
  body?: unknown;
  graphql?: GraphqlShape;
  variables?: Record<string, unknown> | null;
  /** Value of the `fly-machine-lease-nonce` header. */
  leaseNonce?: string;
  /** Value of the `authorization` header. Recordings do not contain it. */
  authorization?: string;
  /** Absent if flyctl did not wait for the answer. */
  status?: number;
  response?: unknown;
}

/** One recorded run of flyctl. */
export interface Probe {
  probe: string;
  argv: string[];
  exit: number;
  stdout: string;
  stderr: string;
  requests: RecordedRequest[];
  /** Input of the run besides its arguments. */
  given?: ProbeInput;
}

/** Keys of `files` are paths in the working directory. `environment` is added to the suite's own. */
export interface ProbeInput {
  files?: Record<string, string>;
  stdin?: string;
  environment?: Record<string, string>;
  /** Content of `config.yml` in FLY_CONFIG_DIR before the run. */
  config?: string;
}

export function readProbes(file: string): Probe[] {
  return readFileSync(new URL(`../recordings/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Probe);
}

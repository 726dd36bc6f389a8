// What a stand-in for a provider plugin consists of, without gRPC.
import { status } from "@grpc/grpc-js";
import type { PropertyMap } from "./properties.ts";

export type Severity = "debug" | "info" | "warning" | "error";

export interface Context {
  /** Fires when the engine cancels, hangs up, or the call's timeout is over. */
  signal: AbortSignal;
  /** @param options.ephemeral shown only while it is the newest line of its resource */
  log(severity: Severity, message: string, options?: { ephemeral?: boolean }): Promise<void>;
}

export interface ResourceCall {
  urn: string;
  type: string;
  name: string;
}

export interface CheckCall extends ResourceCall {
  news: PropertyMap;
}
export interface DiffCall extends ResourceCall {
  id: string;
  /** The old state: inputs and outputs. */
  olds: PropertyMap;
  oldInputs: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
}
export interface CreateCall extends ResourceCall {
  properties: PropertyMap;
  preview: boolean;
}
export interface ReadCall extends ResourceCall {
  id: string;
  properties: PropertyMap;
  inputs: PropertyMap;
}
export interface UpdateCall extends DiffCall {
  preview: boolean;
}
export interface DeleteCall extends ResourceCall {
  id: string;
  properties: PropertyMap;
}

export interface CheckFailure {
  property: string;
  reason: string;
}
export interface CheckResult {
  inputs: PropertyMap;
  failures?: CheckFailure[];
}
type DiffKind = "ADD" | "ADD_REPLACE" | "DELETE" | "DELETE_REPLACE" | "UPDATE" | "UPDATE_REPLACE";
export interface DiffResult {
  /** Absent: the plugin does not say. */
  changes?: "DIFF_NONE" | "DIFF_SOME";
  diffs?: string[];
  replaces?: string[];
  detailedDiff?: Record<string, { kind: DiffKind; inputDiff?: boolean }>;
  hasDetailedDiff?: boolean;
}
export interface CreateResult {
  id: string;
  properties: PropertyMap;
}
export interface ReadResult extends CreateResult {
  inputs: PropertyMap;
}

export interface Resource {
  /** What a program is allowed to set. Check refuses every other property. */
  inputs: readonly string[];
  check(call: CheckCall, context: Context): Promise<CheckResult>;
  diff(call: DiffCall, context: Context): Promise<DiffResult>;
  create(call: CreateCall, context: Context): Promise<CreateResult>;
  read(call: ReadCall, context: Context): Promise<ReadResult>;
  update(call: UpdateCall, context: Context): Promise<PropertyMap>;
  delete(call: DeleteCall, context: Context): Promise<void>;
}

interface Capabilities {
  acceptSecrets?: boolean;
  acceptResources?: boolean;
  acceptOutputs?: boolean;
  supportsAutonamingConfiguration?: boolean;
}

export interface Provider {
  /** As in pulumi-resource-NAME and @pulumi/NAME. */
  name: string;
  /** By type token. */
  resources: Record<string, Resource>;
  /** Answered by Configure. */
  capabilities: Capabilities;
  checkConfig(call: CheckCall): Promise<CheckResult>;
  diffConfig(call: DiffCall): Promise<DiffResult>;
  configure(config: PropertyMap, variables: Record<string, string>, context: Context): Promise<void>;
}

/** An error with a gRPC code; every other error reaches the engine as UNKNOWN. */
export class ProviderError extends Error {
  readonly code: status;
  constructor(message: string, code: status = status.UNKNOWN) {
    super(message);
    this.code = code;
  }
}

/** Something the real plugin serves and the stand-in does not. */
export function notServed(provider: string, what: string): ProviderError {
  return new ProviderError(notServedText(provider, what), status.UNIMPLEMENTED);
}

export function notServedText(provider: string, what: string): string {
  const remedy = `Install the real plugin instead: pulumi plugin install resource ${provider}`;
  return `the stand-in for pulumi-resource-${provider} does not serve ${what}. ${remedy}`;
}

/** For Check: inputs that the stand-in does not serve. */
export function notServedFailures(provider: string, properties: string[]): CheckFailure[] {
  return properties.map((property) => ({
    property,
    reason: notServedText(provider, `the property "${property}"`),
  }));
}

/** The new inputs, with the old value of each input whose changes are to be ignored. */
export function withIgnoredChanges(
  provider: string,
  { news, olds, ignoreChanges }: Pick<DiffCall, "news" | "olds" | "ignoreChanges">,
): PropertyMap {
  const nested = ignoreChanges.find((path) => !/^\w+$/.test(path));
  if (nested !== undefined) throw notServed(provider, `ignoreChanges inside a property (${nested})`);
  const others = Object.entries(news).filter(([input]) => !ignoreChanges.includes(input));
  const kept = Object.entries(olds).filter(([input]) => ignoreChanges.includes(input));
  return Object.fromEntries([...others, ...kept]);
}

import { findUser } from "../store/accounts.ts";
import { isInProgress, type Release } from "../store/releases.ts";
import type { GraphqlContext } from "./context.ts";

export function releaseObject({ platform }: GraphqlContext, release: Release) {
  const user = findUser(platform.database, release.userId);
  return {
    id: release.id,
    evaluationId: "",
    version: release.version,
    description: "Release",
    reason: "change",
    status: release.status,
    imageRef: release.imageRef,
    stable: false,
    inProgress: isInProgress(release),
    configDefinition: () => JSON.parse(release.definition),
    user: { ...user, enablePaidHobby: false },
    createdAt: release.createdAt,
  };
}

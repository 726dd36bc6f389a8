import { createLimitedAccessToken } from "./accessToken.ts";
import type { GraphqlContext } from "./context.ts";
import { allocateIpAddress, releaseIpAddress } from "./ipAddressMutations.ts";
import { addWireGuardPeer, validateWireGuardPeers } from "./wireGuard.ts";

/** The fields of Mutation. */
export function mutations(context: GraphqlContext) {
  return {
    allocateIpAddress: (input: Parameters<typeof allocateIpAddress>[1]) => allocateIpAddress(context, input),
    releaseIpAddress: (input: Parameters<typeof releaseIpAddress>[1]) => releaseIpAddress(context, input),
    createLimitedAccessToken: (input: Parameters<typeof createLimitedAccessToken>[1]) =>
      createLimitedAccessToken(context, input),
    validateWireGuardPeers: (input: Parameters<typeof validateWireGuardPeers>[1]) =>
      validateWireGuardPeers(context, input),
    addWireGuardPeer: (input: Parameters<typeof addWireGuardPeer>[1]) => addWireGuardPeer(context, input),
  };
}

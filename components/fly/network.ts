/** The app's own private network (6PN), and who gets to the app through which address. */
import { BlockList } from "node:net";
import type { AppAddress } from "./answers.ts";

/** The name of an app's own network. It also marks an app as made by this program. */
export const privateNetwork = (appName: string) => `paperclip-${appName}`;

export const isPrivate = ({ Type }: AppAddress) => Type === "private_v6";

/** Types of the addresses at which the internet reaches an app. */
const publicTypes = new Set(["v4", "v6", "shared_v4"]);

/**
 * Whether two private addresses are of one network: it is in the 32 bits after fdaa, of Flycast addresses as of machines.
 * Source: https://fly.io/docs/networking/custom-private-networks/
 */
export function sameNetwork(address: string, other: string): boolean {
  const network = new BlockList();
  network.addSubnet(other, 48, "ipv6");
  return network.check(address, "ipv6");
}

/**
 * The addresses of an app by who comes in there.
 *
 * @param machineIp 6PN address of the app's machine, which tells the app's own network. Without it that network is unknown, and no private
 *   address counts as foreign.
 */
export function sortAddresses(addresses: readonly AppAddress[], machineIp: string | undefined) {
  const ofApp = addresses.filter(isPrivate);
  const isOwn = ({ Address }: AppAddress) => !machineIp || sameNetwork(Address, machineIp);
  const texts = (some: readonly AppAddress[]) => some.map(({ Address }) => Address);
  return {
    /** The app's own network. */
    own: texts(ofApp.filter(isOwn)),
    /** Another network: every app and every WireGuard peer in it. */
    foreign: texts(ofApp.filter((address) => !isOwn(address))),
    /** The internet. */
    open: texts(addresses.filter(({ Type }) => publicTypes.has(Type))),
  };
}

import type * as pulumi from "@pulumi/pulumi";
import { FlyCommand } from "./flyCommand.ts";

/**
 * The app, in a private network of its own, so that no other app of the organization reaches it. Another name, organization or network
 * is another app: the old one, with its volume, is destroyed.
 */
export function flyApp(
  name: string,
  args: { appName: string; organization: string },
  opts: pulumi.CustomResourceOptions,
) {
  const environment = {
    APP: args.appName,
    ORGANIZATION: args.organization,
    NETWORK: privateNetwork(args.appName),
  };
  return new FlyCommand(
    name,
    "app",
    { environment },
    { ...opts, replaceOnChanges: ["environment"], deleteBeforeReplace: true },
  );
}

/** The name of an app's own network; also the mark by which an app is known to be this program's. */
export const privateNetwork = (appName: string) => `paperclip-${appName}`;

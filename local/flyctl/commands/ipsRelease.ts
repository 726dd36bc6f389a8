import { isIP } from "node:net";
import { document } from "../api/graphql.ts";
import { atLeast, type Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import { FlyError } from "../errors.ts";
import { any } from "../go/json.ts";

const mutation = document`
  mutation($input: ReleaseIPAddressInput!) { releaseIpAddress(input: $input) { clientMutationId } }`;

export const ipsRelease: Command = {
  name: "release",
  app: "required",
  arguments: atLeast(1),
  flags: [app],
  async run({ appName, args, graphql, streams }) {
    for (const address of args) {
      if (isIP(address) === 0) throw new FlyError(`Invalid IP address: '${address}'`);
      const input = { appId: appName, ipAddressId: null, ip: address };
      await graphql.run(mutation, "releaseIpAddress", any, { input });
      streams.out(`Released ${address} from ${appName}\n`);
    }
  },
};

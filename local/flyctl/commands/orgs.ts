import type { Command } from "../cli/command.ts";
import { orgsList } from "./orgsList.ts";

export const orgs: Command = {
  name: "orgs",
  short: "Commands for managing Fly organizations",
  long:
    "Commands for managing Fly organizations. list, create, show and destroy organizations. Organization admins can " +
    "also invite or remove users from Organizations.",
  commands: [orgsList],
  notEmulated: {
    create: "Create an organization",
    "cross-network-replays": "Manage cross-network replay settings",
    delete: "Delete an organization",
    invite: "Invite user (by email) to organization",
    remove: "Remove a user from an organization",
    "replay-sources": "Manage allowed replay source organizations",
    show: "Show information about an organization",
  },
};

import type { Command } from "../cli/command.ts";
import { ipsAllocateV6 } from "./ipsAllocateV6.ts";
import { ipsList } from "./ipsList.ts";
import { ipsRelease } from "./ipsRelease.ts";

export const ips: Command = {
  name: "ips",
  aliases: ["ip"],
  short: "Manage IP addresses for apps",
  long: "Commands for managing IP addresses associated with an application",
  commands: [ipsAllocateV6, ipsList, ipsRelease],
  notEmulated: {
    allocate: "Allocate recommended IP addresses",
    "allocate-egress": "Allocate app-scoped egress IPs",
    "allocate-v4": "Allocate an IPv4 address",
    private: "List instances private IP addresses",
    "release-egress": "Release egress IP addresses",
  },
};

import { randomBytes } from "node:crypto";
import type { Command } from "../cli/command.ts";
import { app, dnsChecks, yes } from "../cli/commonFlags.ts";
import { deployApp } from "../deploy/deployApp.ts";
import { optionsFromFlags } from "../deploy/options.ts";

export const deploy: Command = {
  name: "deploy",
  app: "required",
  arguments: "none",
  flags: [
    app,
    yes,
    dnsChecks,
    { name: "config", type: "string" },
    { name: "image", type: "string" },
    { name: "ha", type: "bool", default: "true" },
    { name: "no-public-ips", type: "bool" },
    { name: "wait-timeout", type: "string" },
    { name: "deploy-retries", type: "string" },
    { name: "wg", type: "bool", default: "true" },
    { name: "now", type: "bool" },
    { name: "smoke-checks", type: "bool", default: "true" },
    { name: "strategy", type: "string" },
  ],
  async run(invocation) {
    invocation.trace.id = randomBytes(16).toString("hex");
    await deployApp(invocation, optionsFromFlags(invocation.flags));
  },
};

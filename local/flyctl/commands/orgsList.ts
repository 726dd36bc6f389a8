import { organizationsOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";

export const orgsList: Command = {
  name: "list",
  async run(invocation) {
    const organizations = await organizationsOf(invocation);
    const rows = organizations.map(({ Name, Slug, Type }) => [Name, Slug, Type]);
    if (rows.length > 0) rows.unshift(["Name", "Slug", "Type"], ["----", "----", "----"]);
    for (const [name = "", slug = "", type = ""] of rows) {
      invocation.streams.out(`${name.padEnd(20)} ${slug.padEnd(20)} ${type.padEnd(10)}\n`);
    }
  },
};

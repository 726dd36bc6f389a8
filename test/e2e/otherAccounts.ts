import { beforeAll, describe, expect, test } from "vitest";
import { expectSuccess } from "../engine/testStack.ts";
import type { Story } from "./story.ts";

/** An update gives the stack another credential, and the image another program of agents. */
export function otherAccounts(story: () => Story): void {
  describe("after pulumi up with a subscription's token instead of the key, and with Codex,", () => {
    beforeAll(async () => {
      const { phases, stack, keys, laptop, outputs } = story();
      story().acceptAll();
      expectSuccess(await stack.pulumi(["config", "rm", "anthropicKey"]));
      await stack.configureSecret(["claudeToken"], keys.token);
      await stack.configure({ agents: ["claude", "codex"] });
      await phases.run("pulumi up with Codex", async () => expectSuccess(await stack.up()));
      await laptop.eventually(`${outputs.url}/api/health`);
      // A machine with another image begins with a new one's balance.
      await story().idlesForAnHour();
    });

    test("a new organization's first agent gets the operator's subscription, and does its task", async () => {
      const { phases, person, office, wizard, check, anthropic, outputs } = story();
      await person.open(outputs.url ?? "", person.page.getByRole("button", { name: "New Task" }));
      anthropic.forgetRequests();
      await phases.run("an agent with the operator's subscription", async () => {
        await office.organizations("Create organization");
        await wizard.nameOrganization("Combine");
        await wizard.nameAgent("Dot");
        await wizard.model.tile("Claude", "Subscription").click();
        await wizard.agentIsReady("Dot");
        await person.screenshot("19-subscription");
        await wizard.getStarted();
        const task = "Combine: Count the words of our motto";
        await office.giveTask(task, "Dot");
        await office.done(task, check);
      });
      expect(story().credentials()).toEqual(new Set(["the stack's token"]));
    });

    test("Codex is offered, and the form asks for an account of OpenAI", async () => {
      const { person, office } = story();
      const model = await office.newAgent("Coder", "Codex");
      await model.wantKey();
      await model.tile("OpenAI", "API").click();
      await person.page.getByText("Provide your OpenAI API key to connect").waitFor();
      await person.screenshot("20-codex");
    });
  });
}

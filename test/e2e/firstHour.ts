import { expect, test } from "vitest";
import { signUp } from "../support/wizard.ts";
import type { Story } from "./story.ts";

const task = "Count the words of our motto";

/** From the invitation to a finished task and its costs by clicking only, on a machine that has saved no more CPU than a new one has. */
export function firstHour(story: () => Story): void {
  test("the invitation makes its reader the administrator, who names the organization and its first agent", async () => {
    const { phases, person, wizard, outputs } = story();
    const account = {
      name: "Operator",
      email: "operator@example.test",
      password: "correct horse battery staple",
    };
    await phases.run("the first administrator signs up", async () => {
      await signUp(person, outputs.inviteUrl ?? "", account, "01-invitation");
      await wizard.nameOrganization("Acme");
      await person.screenshot("02-organization");
    });
    await wizard.nameAgent("Clippy");
    await person.screenshot("03-model");
  });

  test("the operator's account for Claude is offered, and one click makes the agent ready", async () => {
    const { phases, person, wizard } = story();
    await phases.run("the agent gets its model", async () => {
      await wizard.model.tile("Claude", "API").click();
      expect(await wizard.model.proposedKey()).toBe("Claude, from your operator (Company shared)");
      await person.screenshot("04-account");
      await wizard.model.connect();
      await wizard.agentIsReady("Clippy");
    });
    await person.screenshot("05-ready");
    await wizard.getStarted();
    await person.screenshot("06-welcome");
  });

  test("the agent does its first task with the operator's account", async () => {
    const { phases, person, office, check } = story();
    await phases.run("an agent does its first task", async () => {
      await office.giveTask(task, "Clippy");
      await office.done(task, check);
    });
    expect(story().credentials()).toEqual(new Set(["the stack's"]));
    await person.page.getByText("Our motto has 7 words.").waitFor();
    await person.screenshot("07-task");
  });

  test("what it cost is in Paperclip's pages", async () => {
    const { person, office } = story();
    await office.openCosts();
    // 5,000 tokens in, 13,500 read from the cache and 450 out, at the price of Opus.
    await person.page.getByText("$0.04").first().waitFor();
    await person.screenshot("08-costs");
  });
}

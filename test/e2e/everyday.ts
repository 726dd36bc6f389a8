import { beforeAll, describe, expect, test } from "vitest";
import { Office } from "../support/office.ts";
import { signUp } from "../support/wizard.ts";
import type { Story } from "./story.ts";

/** What an organization does after its first hour, by clicking only. */
export function everyday(story: () => Story): void {
  describe("after an hour,", () => {
    beforeAll(() => story().idlesForAnHour());

    test("a second organization's first agent gets the operator's account, too, and does its task", async () => {
      const { phases, person, office, wizard, check } = story();
      await phases.run("a second organization", async () => {
        await office.organizations("Create organization");
        await wizard.nameOrganization("Bureau");
        await wizard.nameAgent("Bolt");
        await wizard.model.tile("Claude", "API").click();
        await person.screenshot("09-second-organization");
        await wizard.model.connect();
        await wizard.agentIsReady("Bolt");
        await wizard.getStarted();
        const task = "Bureau: Count the words of our motto";
        await office.giveTask(task, "Bolt");
        await office.done(task, check);
        await person.screenshot("10-second-task");
        await office.switchTo("Acme");
      });
    });

    test("a client's own key is checked: one that Anthropic refuses is said, the right one is what the agent uses", async () => {
      const { phases, person, office, check, anthropic, keys } = story();
      anthropic.forgetRequests();
      await phases.run("an agent with the client's own key", async () => {
        const model = await office.newAgent("Scribe", "Claude Code");
        await model.tile("Claude", "API").click();
        await model.chooseKey("Enter a new API key");
        await model.typeKey(keys.refused);
        await person.page.getByText("The provider rejected this API key.").waitFor();
        await person.screenshot("11-refused-key");
        await model.typeKey(keys.client);
        await office.finishAgent(model);
        const task = "Own key: Count the words of our motto";
        await office.createTask(task);
        await office.done(task, check);
        await person.screenshot("12-own-key");
      });
      expect(story().credentials()).toEqual(new Set(["the client's"]));
    });

    test("a colleague whose browser sends no referrer joins by a link, hires an agent, and gets a task done", async () => {
      const { phases, person, check } = story();
      const link = await story().office.invite("Admin");
      await person.screenshot("13-invite");
      const colleague = await story().newPerson({ sendsReferrer: false });
      const { page } = colleague;
      const office = new Office(colleague);
      const account = { name: "Colleague", email: "colleague@example.test", password: "let me in, please" };
      try {
        await phases.run("a colleague joins", async () => {
          const sent = page.waitForRequest(/\/api\/auth\/sign-up\//);
          await signUp(colleague, link, account, "14-colleague");
          expect(Object.keys(await (await sent).allHeaders())).not.toContain("referer");
          await page.getByRole("heading", { name: "Dashboard" }).waitFor();
          await colleague.screenshot("15-colleague-inside");
        });
        await phases.run("the colleague's agent", async () => {
          const model = await office.newAgent("Ruler", "Claude Code");
          await model.tile("Claude", "API").click();
          await model.chooseKey("Claude, from your operator (Company shared)");
          await colleague.screenshot("16-new-agent");
          await model.connect();
          await office.finishAgent(model);
          const task = "Colleague: Count the words of our motto";
          await office.createTask(task);
          await office.done(task, check);
          await colleague.screenshot("17-colleague-task");
        });
      } catch (error) {
        await colleague.screenshot("failed-colleague");
        throw error;
      } finally {
        await colleague.close();
      }
    });
  });
}

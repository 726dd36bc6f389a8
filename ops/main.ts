/** `npm run ops -- COMMAND`: what an operator does after `pulumi up`; `npm run doctor` is short for one of them. */
import { program } from "commander";
import { doctor } from "./doctor.ts";

program.name("ops").description("what an operator does after pulumi up");

program
  .command("doctor")
  .description("looks at app, machine, Paperclip and tailnet, and says how to fix what is wrong")
  .option("--stack <name>", "the stack; default: the one that is selected")
  .action(async (options: { stack?: string }) => {
    if (!(await doctor(options))) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  // Something is said of everything that goes wrong, also of an error without a message.
  console.error((error instanceof Error && error.message.trim()) || error);
  process.exitCode = 1;
});

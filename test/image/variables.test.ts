import { execa } from "execa";
import { expect, test } from "vitest";
import { secretNameProblem } from "../../components/settings/secretNames.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** The output of a program of the image, without a machine around it. */
async function printed(program: string, ...words: string[]): Promise<string> {
  const image = await paperclipImage();
  return (await execa("docker", ["run", "--rm", "--entrypoint", program, image, ...words])).stdout;
}

test("extraSecrets takes no name that the image's sudo takes out of an environment", async () => {
  const [, list = ""] =
    /^Environment variables to remove:\n((?:\t.*\n?)+)/m.exec(await printed("sudo", "-V")) ?? [];
  // The names of a shell's functions are not possible as names of settings.
  const names = list.split(/\s+/).filter((name) => name !== "" && !name.includes("("));
  expect(names).toEqual(expect.arrayContaining(["LD_*", "BASH_ENV", "PERL5OPT"]));
  expect(names.filter((name) => secretNameProblem(name.replace("*", "X")) === undefined)).toEqual([]);
});

test("and none that the image's bash uses for a variable of its own", async () => {
  const names = (await printed("bash", "--norc", "-c", "compgen -v")).split("\n");
  expect(names).toContain("SRANDOM");
  expect(names.filter((name) => secretNameProblem(name) === undefined)).toEqual([]);
});

import { type SecretVerbInputs, verbInputs } from "../../components/verbInputs.ts";

/** What a verb gets, made as its process makes it. */
export function inputsOf(
  values: Readonly<Record<string, string>>,
  { stdin = "", previous, said = [] }: { stdin?: string; previous?: object; said?: string[] } = {},
): SecretVerbInputs<string> {
  const printed = previous && { PULUMI_COMMAND_STDOUT: JSON.stringify(previous) };
  const progress = (line: string) => {
    said.push(line);
  };
  return verbInputs("this test's object", { environment: { ...values, ...printed }, stdin, progress });
}

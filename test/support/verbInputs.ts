import { type SecretVerbInputs, verbInputs } from "../../components/verbInputs.ts";

/** A verb's inputs, made as the verb's process makes them. */
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

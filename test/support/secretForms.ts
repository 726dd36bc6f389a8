/**
 * The forms in which programs write a value down: as it is, in JSON, in JSON within JSON, in a URL, in hexadecimal digits, and in base64.
 * In base64, what stands before the value (such as the user of `user:password`) decides which of three texts it becomes.
 */
export function secretForms(value: string): { form: string; text: string }[] {
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    { form: "as it is", text: value },
    { form: "JSON", text: json },
    { form: "JSON as Go writes it", text: json.replace(/[<>&]/g, escaped) },
    { form: "JSON within JSON", text: JSON.stringify(json).slice(1, -1) },
    { form: "URL", text: encodeURIComponent(value) },
    { form: "hexadecimal", text: Buffer.from(value).toString("hex") },
    ...[0, 1, 2].flatMap((offset) =>
      (["base64", "base64url"] as const).map((form) => ({ form, text: middle(value, offset, form) })),
    ),
    ...parts(value).map((text) => ({ form: "a part of it", text })),
  ];
  return forms.filter(({ text }, index) => forms.findIndex((other) => other.text === text) === index);
}

const escaped = (character: string) => `\\u00${character.charCodeAt(0).toString(16)}`;

/** The base64 of a value at some place in a text, without the digits that it shares with its neighbours. */
function middle(value: string, offset: number, encoding: "base64" | "base64url"): string {
  const bytes = Buffer.from(value);
  const whole = bytes.subarray((3 - offset) % 3);
  return whole.subarray(0, whole.length - (whole.length % 3)).toString(encoding);
}

const partLength = 16;

/** The parts of a value that an error could quote. The first characters are left out, because they only show the kind of secret. */
function parts(value: string): string[] {
  const count = Math.floor(value.length / partLength);
  return Array.from({ length: count }, (_, index) =>
    value.slice(value.length - (index + 1) * partLength, value.length - index * partLength),
  ).filter((part) => part !== value && !value.startsWith(part));
}

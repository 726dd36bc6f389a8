/**
 * The places where an answer lacks something that the recorded one has: a field, an element of a list, or a value of the same type.
 * A recorded null says nothing about the type. Additional fields of the answer are no difference.
 */
export function missingFrom(answer: unknown, recorded: unknown, path = "answer"): string[] {
  if (recorded === null || recorded === undefined) return [];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(answer)) return [`${path} is no list`];
    return recorded.flatMap((item, index) => {
      const found = answer.some((candidate) => missingFrom(candidate, item).length === 0);
      if (found) return [];
      const closest = answer[index] ?? answer[0];
      if (closest === undefined) return [`${path} has no element`];
      return missingFrom(closest, item, `${path}[${index}]`);
    });
  }
  if (typeof recorded === "object") {
    if (answer === null || typeof answer !== "object") return [`${path} is no object`];
    return Object.entries(recorded).flatMap(([key, value]) =>
      key in answer
        ? missingFrom((answer as Record<string, unknown>)[key], value, `${path}.${key}`)
        : [`${path}.${key} is missing`],
    );
  }
  if (typeof answer === typeof recorded) return [];
  return [`${path} is ${JSON.stringify(answer)} instead of a ${typeof recorded}`];
}

/** Fields whose value the server invents and the client sends back. */
const identities = new Set(["id", "nonce", "instance_id", "ip", "address", "gid"]);

/** Learns which identity in the answer corresponds to which one in the recorded answer. */
export function learnIdentities(
  answer: unknown,
  recorded: unknown,
  known: Map<string, string | number>,
  key = "",
): void {
  if (Array.isArray(recorded) && Array.isArray(answer)) {
    for (const [index, item] of recorded.entries()) learnIdentities(answer[index], item, known, key);
  } else if (
    recorded !== null &&
    typeof recorded === "object" &&
    answer !== null &&
    typeof answer === "object"
  ) {
    for (const [name, value] of Object.entries(recorded)) {
      learnIdentities((answer as Record<string, unknown>)[name], value, known, name);
    }
  } else if (identities.has(key) && (typeof answer === "string" || typeof answer === "number")) {
    known.set(JSON.stringify(recorded), answer);
  }
}

/** A recorded request with the identities of this server. */
export function withIdentities<Value>(value: Value, known: ReadonlyMap<string, string | number>): Value {
  if (typeof value === "string") {
    const whole = known.get(JSON.stringify(value));
    if (whole !== undefined) return whole as Value;
    let text: string = value;
    for (const [recorded, actual] of known) {
      const name = JSON.parse(recorded);
      // Short names, such as a build's number, also occur in other texts.
      if (typeof name === "string" && name.length > 8) text = text.replaceAll(name, String(actual));
    }
    return text as Value;
  }
  if (typeof value === "number") return (known.get(JSON.stringify(value)) ?? value) as Value;
  if (Array.isArray(value)) return value.map((item) => withIdentities(item, known)) as Value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withIdentities(item, known)]),
  ) as Value;
}

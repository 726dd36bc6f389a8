const hidden = "[redacted]";

/** Names of fields whose value is a secret, wherever they are in a request. */
const secretField = /token|password|authorization|^raw_value$|^stdin$|^values$|private_?key/i;

/** A copy of a request body without the values of secrets. Their names stay, so that a test can check them. */
export function redact(value: unknown, field = ""): unknown {
  if (secretField.test(field)) return hideValues(value);
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
}

function hideValues(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value == null ? value : hidden;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === null ? null : hidden]));
}

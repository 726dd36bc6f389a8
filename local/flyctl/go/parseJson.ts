/**
 * Parses JSON with the errors of Go's stream decoder.
 * @throws with the wording of Go's decoder
 */
export function parseGoJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const first = text.trimStart()[0];
    if (first !== undefined && !/[[{"\dtfn-]/.test(first)) {
      throw new Error(`invalid character '${first}' looking for beginning of value`);
    }
    throw new Error(first === undefined ? "EOF" : "unexpected EOF");
  }
}

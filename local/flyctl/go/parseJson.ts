/**
 * JSON with Go's errors, those of a stream.
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

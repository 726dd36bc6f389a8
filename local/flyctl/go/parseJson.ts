/**
 * JSON with Go's errors.
 * @param source whether Go would read a stream or a text it has: it calls an end too soon by different names
 * @throws with the wording of Go's decoder
 */
export function parseGoJson(text: string, source: "stream" | "text" = "stream"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const first = text.trimStart()[0];
    if (first !== undefined && !/[[{"\dtfn-]/.test(first)) {
      throw new Error(`invalid character '${first}' looking for beginning of value`);
    }
    if (source === "text") throw new Error("unexpected end of JSON input");
    throw new Error(first === undefined ? "EOF" : "unexpected EOF");
  }
}

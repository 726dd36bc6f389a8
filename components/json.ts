/**
 * Reads JSON that may hold secrets.
 *
 * @throws Error that says only what could not be read: JSON.parse itself would quote the text.
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON`);
  }
}

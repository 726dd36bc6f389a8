// Go's %q: how the real plugins show a string inside an error.

const short: Record<string, string> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u000b": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

// Letters, marks, numbers, punctuation and symbols appear as they are; of the separators, only the ASCII space does.
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

export function quote(text: string): string {
  const characters = [...text].map(
    (character) => short[character] ?? (printable.test(character) ? character : escapeCharacter(character)),
  );
  return `"${characters.join("")}"`;
}

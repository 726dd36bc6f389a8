/** The texts that are slowest for patterns and for loops over texts: long rows of what could always be the beginning of something. */

const rows: Record<string, string> = {
  "an unbroken word": "A",
  "letters and dashes": "A-",
  "references to tasks": "TASK-1 ",
  slashes: "/",
  spaces: " ",
  "line ends": "\n",
  "brackets that open": "[",
  "brackets that close": "]",
  "images that begin": "![",
  "links that begin": "[a](",
  "code that begins": "`a",
  "code that ends": "```\n",
  "marks of Markdown": "#",
  tags: "<a ",
  comments: "<!--",
  scripts: "<script>",
  "addresses of mail": "a@",
  "names of hosts": "a.",
  "parts of a token": "aaaaaaaa.",
  "names of a header": "Authorization",
  "names of a header with a value": "Authorization: Bearer ",
  "assignments of secrets": "token=",
  "options with secrets": "--token ",
  "private keys": "-----BEGIN A PRIVATE KEY-----",
  mentions: "[@a](agent://",
  "words of a confirmation": "please confirm  ",
  quotes: '\\"',
  plans: "<plan> ",
  "letters beyond ASCII": "é",
};

/** Runs of backticks that get shorter each time, so that none closes an earlier one. */
function unclosedCode(length: number): string {
  const most = Math.floor(Math.sqrt(2 * length));
  return Array.from({ length: most }, (_, n) => `${"`".repeat(most - n)}a`)
    .join("")
    .slice(0, length);
}

/** Each text with its description, all of the same length. Most end with something that cannot close what was opened. */
export const worstTexts = (length: number): [string, string][] => [
  ...Object.entries(rows).map(([name, part]): [string, string] => [
    name,
    `/${part.repeat(Math.ceil(length / part.length)).slice(0, length - 2)}!`,
  ]),
  ["closed brackets at the end", `/${"]".repeat(length - 1)}`],
  ["code that never ends", unclosedCode(length)],
];

import { parseDuration } from "../go/duration.ts";

// Arguments as Go's pflag reads them. Neither commander nor node:util does: both take `--no-public-ips` for the
// opposite of a `--public-ips`, and neither lets a boolean be given as `--ha=false` and as `--ha` alike.

export type FlagType = "bool" | "string" | "int" | "float" | "duration" | "strings" | "stringArray";

export interface Flag {
  name: string;
  short?: string;
  type: FlagType;
  help: string;
  default?: string;
  /** The value of the flag when none is given (`--depot`); a boolean's is `true`. */
  bare?: string;
  aliases?: string[];
  /** One-letter names of the aliases. */
  aliasShorts?: string[];
  /** Left out of the usage text. */
  hidden?: boolean;
  /** A flag of the real flyctl that this stand-in takes only in order to refuse it by name. */
  notEmulated?: boolean;
}

/** A wrong command line: flyctl shows the command's usage with it. */
export class UsageError extends Error {}
/** `-h` or `--help`. */
export class HelpRequested extends Error {}

export class FlagSet {
  readonly args: string[] = [];
  readonly #flags: Flag[];
  readonly #values = new Map<string, string[]>();

  constructor(flags: Flag[], argv: string[]) {
    this.#flags = flags;
    const rest = [...argv];
    while (rest.length > 0) {
      const word = rest.shift() ?? "";
      if (word === "--") this.args.push(...rest.splice(0));
      else if (word.startsWith("--")) this.#long(word, rest);
      else if (word.startsWith("-") && word !== "-") this.#short(word, rest);
      else this.args.push(word);
    }
  }

  /** Whether the flag, or one of its aliases, was given. */
  isGiven(name: string): boolean {
    return this.#given(name) !== undefined;
  }

  string(name: string): string {
    return this.#given(name)?.at(-1) ?? this.#flag(name).default ?? "";
  }

  bool(name: string): boolean {
    const flag = this.#flags.find((candidate) => candidate.name === name);
    return flag !== undefined && parseBool(this.string(name) || "false");
  }

  number(name: string): number {
    return Number(this.string(name) || 0);
  }

  /** @returns nanoseconds */
  duration(name: string): number {
    return parseDuration(this.string(name) || "0");
  }

  /** Every value given, in order. */
  strings(name: string): string[] {
    const values = this.#given(name) ?? [];
    return this.#flag(name).type === "strings" ? values.flatMap((value) => value.split(",")) : values;
  }

  /** Flags given that the stand-in does not emulate. */
  notEmulated(): string[] {
    return this.#flags.filter((flag) => flag.notEmulated && this.isGiven(flag.name)).map((flag) => flag.name);
  }

  #long(word: string, rest: string[]): void {
    const [, name = "", equals, value = ""] = /^--([^=]*)(=?)(.*)$/s.exec(word) ?? [];
    if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: ${word}`);
    const flag = this.#lookUp((candidate) => candidate.name === name || candidate.aliases?.includes(name));
    if (!flag && name === "help") throw new HelpRequested();
    if (!flag) throw new UsageError(`unknown flag: --${name}`);
    if (equals) this.#set(flag, value, name);
    else if (bareValue(flag) !== undefined) this.#set(flag, bareValue(flag) ?? "", name);
    else if (rest.length > 0) this.#set(flag, rest.shift() ?? "", name);
    else throw new UsageError(`flag needs an argument: ${word}`);
  }

  #short(word: string, rest: string[]): void {
    let letters = word.slice(1);
    while (letters !== "") letters = this.#firstLetter(letters, rest);
  }

  /** @returns the letters after the first one and its value */
  #firstLetter(letters: string, rest: string[]): string {
    const letter = letters[0] ?? "";
    const following = letters.slice(1);
    const flag = this.#lookUp(
      (candidate) => candidate.short === letter || candidate.aliasShorts?.includes(letter),
    );
    if (!flag && letter === "h") throw new HelpRequested();
    if (!flag) throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
    if (following.startsWith("=") && following.length > 1) this.#set(flag, following.slice(1));
    else if (bareValue(flag) !== undefined) {
      this.#set(flag, bareValue(flag) ?? "");
      return following;
    } else if (following !== "") this.#set(flag, following);
    else if (rest.length > 0) this.#set(flag, rest.shift() ?? "");
    else throw new UsageError(`flag needs an argument: '${letter}' in -${letters}`);
    return "";
  }

  #lookUp(matches: (flag: Flag) => boolean | undefined): Flag | undefined {
    return this.#flags.find((flag) => matches(flag));
  }

  #set(flag: Flag, value: string, usedName = flag.name): void {
    const problem = invalidValue(flag.type, value);
    if (problem) {
      const name = flag.short && usedName === flag.name ? `-${flag.short}, --${usedName}` : `--${usedName}`;
      throw new UsageError(`invalid argument ${JSON.stringify(value)} for "${name}" flag: ${problem}`);
    }
    // The flag itself goes before its aliases.
    const slot = usedName === flag.name ? flag.name : `${flag.name}\0alias`;
    this.#values.set(slot, [...(this.#values.get(slot) ?? []), value]);
  }

  #given(name: string): string[] | undefined {
    return this.#values.get(name) ?? this.#values.get(`${name}\0alias`);
  }

  #flag(name: string): Flag {
    const flag = this.#flags.find((candidate) => candidate.name === name);
    if (!flag) throw new Error(`BUG: no flag ${name}`);
    return flag;
  }
}

export const bareValue = (flag: Flag): string | undefined => (flag.type === "bool" ? "true" : flag.bare);

const parseBool = (value: string): boolean => /^(1|t|T|TRUE|true|True)$/.test(value);

function invalidValue(type: FlagType, value: string): string | undefined {
  const parsing = (parser: string) => `strconv.${parser}: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (type === "bool" && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value))
    return parsing("ParseBool");
  if (type === "int" && !/^[+-]?\d+$/.test(value)) return parsing("ParseInt");
  if (type === "float" && (value.trim() !== value || value === "" || Number.isNaN(Number(value))))
    return parsing("ParseFloat");
  if (type === "duration") return durationProblem(value);
  return undefined;
}

function durationProblem(value: string): string | undefined {
  try {
    parseDuration(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

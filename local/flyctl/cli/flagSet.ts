import { parseDuration } from "../go/duration.ts";

// Reads arguments like Go's pflag. commander and node:util cannot: both read `--no-public-ips` as the
// opposite of `--public-ips`, and neither accepts a boolean both as `--ha=false` and as `--ha`.

type FlagType = "bool" | "string" | "int" | "duration";

export interface Flag {
  name: string;
  short?: string;
  type: FlagType;
  default?: string;
}

/** An invalid command line. */
export class UsageError extends Error {}

export class FlagSet {
  readonly args: string[] = [];
  readonly #flags: Flag[];
  readonly #values = new Map<string, string>();

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

  isGiven(name: string): boolean {
    return this.#values.has(name);
  }

  string(name: string): string {
    return this.#values.get(name) ?? this.#flags.find((flag) => flag.name === name)?.default ?? "";
  }

  bool(name: string): boolean {
    return parseBool(this.string(name) || "false");
  }

  number(name: string): number {
    return Number(this.string(name) || 0);
  }

  /** @returns nanoseconds */
  duration(name: string): number {
    return parseDuration(this.string(name) || "0");
  }

  #long(word: string, rest: string[]): void {
    const [, name = "", equals, value = ""] = /^--([^=]*)(=?)(.*)$/s.exec(word) ?? [];
    if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: ${word}`);
    const flag = this.#flags.find((candidate) => candidate.name === name);
    if (!flag) throw new UsageError(`unknown flag: --${name}`);
    if (equals) this.#set(flag, value);
    else if (flag.type === "bool") this.#set(flag, "true");
    else if (rest.length > 0) this.#set(flag, rest.shift() ?? "");
    else throw new UsageError(`flag needs an argument: ${word}`);
  }

  #short(word: string, rest: string[]): void {
    let letters = word.slice(1);
    while (letters !== "") letters = this.#firstLetter(letters, rest);
  }

  /** Reads the first letter of a group such as `-ab`. @returns the letters that are left after it and its value */
  #firstLetter(letters: string, rest: string[]): string {
    const letter = letters[0] ?? "";
    const following = letters.slice(1);
    const flag = this.#flags.find((candidate) => candidate.short === letter);
    if (!flag) throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
    if (following.startsWith("=") && following.length > 1) this.#set(flag, following.slice(1));
    else if (flag.type === "bool") {
      this.#set(flag, "true");
      return following;
    } else if (following !== "") this.#set(flag, following);
    else if (rest.length > 0) this.#set(flag, rest.shift() ?? "");
    else throw new UsageError(`flag needs an argument: '${letter}' in -${letters}`);
    return "";
  }

  #set({ name, short, type }: Flag, value: string): void {
    const problem = invalidValue(type, value);
    if (problem) {
      const shown = short ? `-${short}, --${name}` : `--${name}`;
      throw new UsageError(`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${problem}`);
    }
    this.#values.set(name, value);
  }
}

const parseBool = (value: string): boolean => /^(1|t|T|TRUE|true|True)$/.test(value);

function invalidValue(type: FlagType, value: string): string | undefined {
  const parsing = (parser: string) => `strconv.${parser}: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (type === "bool" && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value))
    return parsing("ParseBool");
  if (type === "int" && !/^[+-]?\d+$/.test(value)) return parsing("ParseInt");
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

/** Reads environment variables like flyctl. */
export class Environment {
  readonly #variables: Record<string, string | undefined>;

  constructor(variables: Record<string, string | undefined> = process.env) {
    this.#variables = variables;
  }

  /** The first of these variables that is set, even if it is empty. */
  first(...names: string[]): string | undefined {
    return names.map((name) => this.#variables[name]).find((value) => value !== undefined);
  }

  /** The variable's value, or the default if it is absent or empty. */
  nonEmpty(name: string, fallback: string): string {
    return this.#variables[name] || fallback;
  }

  isTruthy(name: string): boolean {
    return ["1", "ok", "t", "true"].includes((this.#variables[name] ?? "").toLowerCase());
  }

  isSet(...names: string[]): boolean {
    return names.some((name) => this.#variables[name] !== undefined);
  }
}

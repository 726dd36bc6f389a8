/**
 * Access tokens, possibly several joined by commas: macaroons (`fm2_…`) and user tokens. Like flyctl, this silently drops a
 * macaroon that it cannot decode, even if the request then goes out without a token.
 */
export class Tokens {
  readonly #macaroons: string[];
  readonly #users: string[];

  constructor(text: string) {
    const pieces = text
      .replace(/^\s*((Bearer|FlyV1)\s+)+/i, "")
      .split(",")
      .map((piece) => piece.trim());
    this.#macaroons = pieces.filter(isMacaroon);
    this.#users = pieces.filter((piece) => piece !== "" && !isMacaroon(piece));
  }

  /** Whether there is no token at all, not even an unusable one. */
  get isEmpty(): boolean {
    return this.#macaroons.length + this.#users.length === 0;
  }

  /** All usable tokens, for GraphQL and uiex. */
  get all(): string {
    return [...this.#usableMacaroons, ...this.#users].join(",");
  }

  /** The usable macaroons if there are any, otherwise the user tokens. For the Machines API, the registry and traces. */
  get preferred(): string {
    return (this.#usableMacaroons.length > 0 ? this.#usableMacaroons : this.#users).join(",");
  }

  get scheme(): "FlyV1" | "Bearer" {
    return this.#usableMacaroons.length > 0 ? "FlyV1" : "Bearer";
  }

  get #usableMacaroons(): string[] {
    return this.#macaroons.filter(isDecodable);
  }
}

const isMacaroon = (piece: string): boolean => /^(fm1r|fm1a|fm2)_/.test(piece);

/** A macaroon is MessagePack in base64 and begins with an array of four. */
function isDecodable(macaroon: string): boolean {
  const encoded = macaroon.slice(macaroon.indexOf("_") + 1);
  return /^[\w+/-]+=*$/.test(encoded) && Buffer.from(encoded, "base64")[0] === 0x94;
}

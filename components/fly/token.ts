type Environment = Readonly<Record<string, string | undefined>>;

/** The Fly.io token as flyctl reads it: of the variable that is there first, even when it is empty. */
const flyToken = ({ FLY_ACCESS_TOKEN, FLY_API_TOKEN }: Environment) =>
  FLY_ACCESS_TOKEN ?? FLY_API_TOKEN ?? "";

/**
 * The password for Fly.io's registry, whose user is `x`: the token without `FlyV1` or `Bearer`, and of several tokens the macaroons,
 * where there are any. Source: fly-go, tokens.Docker.
 */
export function registryPassword(environment: Environment): string {
  const tokens = flyToken(environment)
    .replace(/^\s*((Bearer|FlyV1)\s+)*/i, "")
    .split(",")
    .map((token) => token.trim());
  const macaroons = tokens.filter((token) => /^(fm1r|fm1a|fm2)_/.test(token));
  return (macaroons.length > 0 ? macaroons : tokens).join(",");
}

/** Commands about settings that a person types. */

export const removal = (key: string): string => `pulumi config rm ${key}`;

export const setting = (key: string, value: string): string => `pulumi config set ${key} ${value}`;

/** It asks for the value, which so is in no history. */
export const settingSecret = (key: string): string => `pulumi config set --secret ${key}`;

/** One entry of an object, as `--path` and the shell take it. A name with a dot would be two. */
export const entryPath = (key: string, name: string): string =>
  /^[\w-]+$/.test(name)
    ? `--path ${key}.${name}`
    : `--path '${`${key}[${JSON.stringify(name)}]`.replaceAll("'", "'\\''")}'`;

/** Credentials as long as real ones, with a text that a test can look for. */
const whole = (begins: string, text: string) => `${begins}${text}`.padEnd(108, "x");

/** The token of a Claude subscription, as `claude setup-token` makes it. */
export const claudeToken = (text: string) => whole("sk-ant-oat01-", text);

export const anthropicKey = (text: string) => whole("sk-ant-api03-", text);

/** A token as `claude setup-token` prints it in a terminal of 80 columns. */
export const onTwoLines = (token: string) => `${token.slice(0, 80)}\n${token.slice(80)}\n`;

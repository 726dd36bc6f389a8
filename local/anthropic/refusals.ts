/** Refusals that depend on the account and not on the request: its limit, its rights, its plan. */
import { ApiError } from "./apiError.ts";

export interface Refusal {
  status: number;
  type: string;
  message: string;
  headers: Record<string, string>;
}

export const refuse = ({ status, type, message, headers }: Refusal) =>
  new ApiError(status, type, message, headers);

/** As users of the real API report them. */
export const refusals = {
  /** anthropics/claude-code#65101, 2026-06-03. */
  organizationNotAllowed: {
    status: 403,
    type: "permission_error",
    message: "OAuth authentication is currently not allowed for this organization.",
    headers: {},
  },
  /** A model that is retired, or that the account does not have. */
  modelGone: {
    status: 404,
    type: "not_found_error",
    message: "model: claude-haiku-4-5-20251001",
    headers: {},
  },
  /** What a subscription got from April 2026 on, for a use that did not pass for Claude Code's own (ianjwhite99/opencode-with-claude#137). */
  extraUsage: {
    status: 400,
    type: "invalid_request_error",
    message:
      "Third-party apps now draw from your extra usage, not your plan limits. Add more at claude.ai/settings/usage and keep going.",
    headers: {},
  },
  /** A subscription's window of five hours is used up (handarbeit/fabrik#1815, griffinwork40/agent-afk#490, 2026). */
  limitReached: (until: Date): Refusal => ({
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your account's rate limit. Please try again later.",
    headers: {
      "retry-after": String(Math.max(0, Math.round((until.getTime() - Date.now()) / 1000))),
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": seconds(until),
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-5h-status": "rejected",
      "anthropic-ratelimit-unified-5h-reset": seconds(until),
      "anthropic-ratelimit-unified-5h-utilization": "1",
      "anthropic-ratelimit-unified-overage-status": "rejected",
      "anthropic-ratelimit-unified-overage-disabled-reason": "org_level_disabled",
    },
  }),
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded", headers: {} },
} satisfies Record<string, Refusal | ((until: Date) => Refusal)>;

const seconds = (time: Date) => String(Math.floor(time.getTime() / 1000));

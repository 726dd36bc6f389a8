import { Interrupted } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { fetchLogs, type LogEntry, LogsRefused } from "./fetchLogs.ts";

const emptyPagePause = 128;
const longestPause = 4096;
const mostErrors = 9;

/**
 * Reads an app's logs page by page. After an empty page it pauses and asks again; after a page with entries it asks for the
 * next one immediately. Unless it is to follow the log, it ends after the first page with entries. If the app has no log
 * line, it waits for ever, like the real flyctl.
 */
export async function* pollLogs(
  invocation: Invocation,
  app: string,
  filter: { region?: string; instance?: string },
  goesOn: boolean,
): AsyncGenerator<LogEntry> {
  let token = "";
  let errors = 0;
  let pause = 64;
  for (;;) {
    let page: Awaited<ReturnType<typeof fetchLogs>>;
    try {
      page = await fetchLogs(invocation, app, token, filter);
    } catch (error) {
      errors++;
      if (error instanceof Interrupted || error instanceof LogsRefused || errors > mostErrors) throw error;
      pause = Math.min(longestPause, pause * 2);
      await invocation.http.pause(pause);
      continue;
    }
    errors = 0;
    if (page.entries.length === 0) {
      await invocation.http.pause(emptyPagePause);
      continue;
    }
    token = page.nextToken || token;
    yield* page.entries;
    if (!goesOn) return;
  }
}

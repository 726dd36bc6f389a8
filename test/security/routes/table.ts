import { agents } from "./agents.ts";
import { companies } from "./companies.ts";
import { extensions } from "./extensions.ts";
import type { Row } from "./row.ts";
import { runs } from "./runs.ts";
import { skills } from "./skills.ts";
import { tools } from "./tools.ts";
import { work } from "./work.ts";

/**
 * Every route of Paperclip's that takes, makes or gives a path, an address or a program. All other routes are in plain.txt, which `vitest
 * --update` writes. Whoever commits a new route there has read what it does.
 */
export const table: Row[] = [...agents, ...runs, ...work, ...skills, ...companies, ...tools, ...extensions];

/** A company whose people and agents have work in it, made through Paperclip's API. */
import pRetry from "p-retry";
import type { PaperclipClient } from "../../local/people/paperclipClient.ts";

export interface CompanySize {
  tasks: number;
  agents: number;
  people: number;
}

export const smallestCompany: CompanySize = { tasks: 10, agents: 2, people: 2 };

/** Tasks, with agents and people in proportion: half a dozen of each would not have a thousand tasks. */
export const companySizes: readonly CompanySize[] = [
  smallestCompany,
  { tasks: 100, agents: 5, people: 5 },
  { tasks: 1000, agents: 20, people: 20 },
];

const commentsATask = 2;

/** A company and its administrator. */
export interface Company {
  id: string;
  /** The first part of the addresses of its pages. */
  prefix: string;
  administrator: PaperclipClient;
  newPerson: () => PaperclipClient;
  size: CompanySize;
}

/** @param newPerson makes a person who is not signed in yet */
export async function foundCompany(newPerson: () => PaperclipClient, invitation: string): Promise<Company> {
  const administrator = newPerson();
  await administrator.becomeAdministrator(invitation);
  const { id, issuePrefix } = await administrator.ok<{ id: string; issuePrefix: string }>(
    "POST",
    "/api/companies",
    { name: "Acme" },
  );
  return { id, prefix: issuePrefix, administrator, newPerson, size: { tasks: 0, agents: 0, people: 1 } };
}

/** Title of a company's task. */
export const taskTitle = (number: number) => `Sort the letters of shelf ${number}`;

/** Adds what a company lacks of a size. None of the tasks is assigned to an agent. */
export async function grow(company: Company, to: CompanySize): Promise<void> {
  const { size } = company;
  for (let number = size.agents + 1; number <= to.agents; number++) await hire(company, `Agent ${number}`);
  for (let number = size.people + 1; number <= to.people; number++) await join(company, number);
  for (let number = size.tasks + 1; number <= to.tasks; number++) await addTask(company, number);
  company.size = to;
}

/** Hires an agent. Returns its id. */
export async function hire({ id, administrator }: Company, name: string): Promise<string> {
  const agent = { name, role: "engineer", adapterType: "claude_local", adapterConfig: {} };
  return (await administrator.ok<{ id: string }>("POST", `/api/companies/${id}/agents`, agent)).id;
}

async function join({ id, administrator, newPerson }: Company, number: number): Promise<void> {
  const invite = await administrator.ok<{ inviteUrl: string }>("POST", `/api/companies/${id}/invites`, {
    allowedJoinTypes: "human",
    humanRole: "operator",
  });
  const token = invite.inviteUrl.split("/").at(-1);
  const account = {
    email: `person-${number}@example.test`,
    password: "correct horse battery staple",
    name: `Person ${number}`,
  };
  const person = newPerson();
  // Paperclip lets three people sign up in ten seconds, and also limits how many invitations it looks up in a minute.
  await person.openInvitation(invite.inviteUrl);
  const signUp = () => person.ok("POST", "/api/auth/sign-up/email", account);
  await pRetry(signUp, { retries: 10, factor: 1.6, minTimeout: 3000, maxTimeout: 60_000 });
  await person.ok("POST", `/api/invites/${token}/accept`, { requestType: "human" });
}

async function addTask({ id, administrator }: Company, number: number): Promise<void> {
  const task = {
    title: taskTitle(number),
    description: `All letters of shelf ${number} are to be in the order of their dates, the oldest in front.`,
    status: (["backlog", "todo", "done"] as const)[number % 3],
  };
  const made = await administrator.ok<{ id: string }>("POST", `/api/companies/${id}/issues`, task);
  for (let comment = 1; comment <= commentsATask; comment++)
    await administrator.ok("POST", `/api/issues/${made.id}/comments`, {
      body: `Shelf ${number}, look ${comment}: the letters of the spring are missing, those of the autumn are there.`,
    });
}

/** The result of one part of the validation: text for the user, and whether it makes the file invalid. */
export interface Findings {
  text: string;
  invalid: boolean;
}

export const problem = (text: string): Findings => ({ text, invalid: true });
export const remark = (text: string): Findings => ({ text, invalid: false });

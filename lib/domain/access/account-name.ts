/** What an account may be called: nothing that the audit log uses for somebody else, such as `cli:<system account>`. */
export const accountNameForm = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,99}$/u;

/** Who stands in the audit log and is no person. */
const reserved: ReadonlySet<string> = new Set(['system', 'sluice', 'anonymous']);

export const isAccountName = (name: string): boolean =>
  accountNameForm.test(name) && !reserved.has(name.toLowerCase());

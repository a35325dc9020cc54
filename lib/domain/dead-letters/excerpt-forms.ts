/** What the text of an excerpt is. Apart, since the browser needs no more of it. */
export const excerptForms = ['json', 'text', 'hex'] as const;

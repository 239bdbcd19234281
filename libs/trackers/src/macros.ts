/** `{name}`, the commonest form of a macro. */
export const braces = (name: string) => `{${name}}`;

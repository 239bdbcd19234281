/**
 * The paths of members, at any depth, that class-transformer and Nest drop without a word: what every
 * object inherits, such as `__proto__`, `constructor` or `toString`, and `prototype`. No DTO has one.
 */
export function prototypeNamesIn(value: unknown, parent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const path = parent + name;
    return name === 'prototype' || name in Object.prototype
      ? [path]
      : prototypeNamesIn(value[name as keyof typeof value], `${path}.`);
  });
}

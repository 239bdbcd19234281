/**
 * The paths of members, at any depth, that class-transformer and Nest drop silently: names that every object
 * inherits, such as `__proto__`, `constructor` or `toString`, and `prototype`. No DTO has such a member.
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

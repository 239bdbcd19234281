import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import { sourcesOf } from './create-reader';
import type { TrackerAdapter } from './tracker-adapter';

/** One name that a tracker's own message may hold. */
export interface MessageName {
  readonly name: string;
  /** Fields that are read from it; none where it only tells what the message is. */
  readonly fields: readonly CanonicalField[];
  /** Without it a message is refused. */
  readonly required: boolean;
}

/** All names of a tracker's own message that are looked at, those that tell what it is first. */
export function describeMessage({
  fields,
  message,
}: TrackerAdapter): readonly MessageName[] {
  const names = new Map<
    string,
    { fields: CanonicalField[]; required: boolean }
  >();
  const note = (
    name: string,
    { field, required = false }: { field?: CanonicalField; required?: boolean },
  ) => {
    const known = names.get(name) ?? { fields: [], required: false };
    names.set(name, {
      fields: field ? [...known.fields, field] : known.fields,
      required: known.required || required,
    });
  };
  for (const { name, absent } of message?.installs ?? []) {
    const alternatives = [name].flat();
    for (const each of alternatives) {
      note(each, {
        required: absent === 'refused' && alternatives.length === 1,
      });
    }
  }
  for (const field of CANONICAL_FIELDS) {
    for (const source of sourcesOf(field, fields[field])) {
      note(source.name, { field });
    }
  }
  for (const { amount, currency, paidFor } of message?.costs ?? []) {
    note(amount, { field: 'cost' });
    note(currency, {});
    if (paidFor) note(paidFor.name, {});
  }
  return [...names].map(([name, { fields: read, required }]) => ({
    name,
    fields: read,
    required,
  }));
}

import type { FieldName } from '../../fields/install-fields';
import type { Postback } from './postback';

type Naming = Pick<Postback, 'namesOf'>;

/** The sender's name for a field; ours where it has none. */
export function nameOf({ namesOf }: Naming, field: FieldName): string {
  return namesOf(field)[0] ?? field;
}

/** All that the sender may call a field, and what we call it. */
export function describeName({ namesOf }: Naming, field: FieldName): string {
  const names = namesOf(field);
  if (names.length === 0 || names[0] === field) return field;
  return `${names.join(' or ')} (our ${field})`;
}

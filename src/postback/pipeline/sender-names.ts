import type { FieldName } from '../../fields/install-fields';
import type { AdaptedPostback } from './postback';

type Naming = Pick<AdaptedPostback, 'namesOf'>;

/** The sender's name for a field; the canonical name if the sender has none. */
export function nameOf({ namesOf }: Naming, field: FieldName): string {
  return namesOf(field)[0] ?? field;
}

/** All names that the sender may use for a field, with the canonical name. */
export function describeName({ namesOf }: Naming, field: FieldName): string {
  const names = namesOf(field);
  if (names.length === 0 || names[0] === field) return field;
  return `${names.join(' or ')} (our ${field})`;
}

import { rule } from '../../fields/field-rules';
import { IDENTIFIERS, type InstallFields } from '../../fields/install-fields';

/** What to send when no identifier was sent. `names`: of the identifiers, as the sender knows them. */
export function sendAnIdentifier(names: readonly string[]): string {
  return `Send at least one of ${names.join(', ')}`;
}

/**
 * Requires at least one of the identifiers. Decorates a marker property, because class-validator skips the rules of an
 * optional property without a value, so a rule on the identifiers would not run when all of them are missing.
 */
export const HasIdentifier = () =>
  rule(
    'no_identifier',
    (_marker, { object }) =>
      IDENTIFIERS.some(
        (name) => (object as Partial<InstallFields>)[name] !== undefined,
      ),
    sendAnIdentifier(IDENTIFIERS),
  );

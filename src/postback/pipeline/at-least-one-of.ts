import { ValidateBy } from 'class-validator';

/**
 * At least one of the named properties must have a value. Stands on a marker property of its
 * own: on the optional ones it would be silenced just when all of them are absent.
 */
export function AtLeastOneOf(...names: readonly string[]): PropertyDecorator {
  return ValidateBy({
    name: 'no_identifier',
    validator: {
      validate: (_value, args) =>
        names.some((name) => args!.object[name as never] !== undefined),
      defaultMessage: () => `Send at least one of ${names.join(', ')}`,
    },
  });
}

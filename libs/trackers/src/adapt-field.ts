import type { Draft } from './adapted-message';
import {
  hasValue,
  isOneOf,
  type SentValue,
  valuesAt,
  wordsOf,
} from './message';
import type { PlannedField, PlannedSource } from './plan';

/** Adds the values of a field to the draft: those of the first source that has a value. */
export function adaptField(
  { field, sources, nothing }: PlannedField,
  { sent, fields, names, warnings }: Draft,
): void {
  for (const source of sources) {
    const values = partsOf(valuesAt(sent, source), source.part);
    if (!values) continue;
    const isPlaceholder =
      nothing.length > 0 &&
      wordsOf(values).some((word) => isOneOf(nothing, word));
    if (isPlaceholder) {
      warnings.push({
        field: source.name,
        code: 'placeholder_value',
        message: `${source.name} contains a placeholder of the tracker, so it counts as not sent`,
      });
      continue;
    }
    // Without a value it is used for a warning, unless a later source has a value.
    if (!fields.has(field) || hasValue(values)) {
      fields.set(field, values);
      names.set(field, source.name);
    }
    if (hasValue(values)) return;
  }
}

/** The parts of the texts. Values that are not texts stay, for the validation to find. */
function partsOf(
  values: readonly SentValue[] | undefined,
  part: PlannedSource['part'],
): readonly SentValue[] | undefined {
  if (!values || !part) return values;
  const parts = values.map((value) =>
    typeof value === 'string' ? part(value) : value,
  );
  const found = parts.filter((each) => each !== undefined);
  return found.length > 0 ? found : undefined;
}

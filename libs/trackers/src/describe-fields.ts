import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import { sourcesOf } from './plan';
import { macroIn } from './postback-url';
import type { TrackerAdapter } from './tracker-adapter';

/** One field as a tracker provides it. */
export interface DescribedField {
  readonly field: CanonicalField;
  /** The names in its own message; the first one with a value is used. */
  readonly names: readonly string[];
  /** The macro as it is written in a URL; undefined if there is none. */
  readonly macro?: string;
}

/** The fields that a tracker can fill in, or that the user can write into its URL. */
export function describeFields(
  tracker: TrackerAdapter,
): readonly DescribedField[] {
  return CANONICAL_FIELDS.flatMap((field): DescribedField[] => {
    const mapping = tracker.fields[field];
    const costs = field === 'cost' ? (tracker.message?.costs ?? []) : [];
    if (mapping === undefined && costs.length === 0) return [];
    const names = tracker.message
      ? sourcesOf(field, mapping).map(({ name }) => name)
      : [];
    return [
      {
        field,
        names: [...names, ...costs.map(({ amount }) => amount)],
        macro: macroIn(tracker, field),
      },
    ];
  });
}

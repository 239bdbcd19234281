import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import { sourcesOf } from './create-reader';
import { macroIn } from './postback-url';
import type { TrackerAdapter } from './tracker-adapter';

/** What a tracker has for one field. */
export interface DescribedField {
  readonly field: CanonicalField;
  /** In its own message; the first one that says something is taken. */
  readonly names: readonly string[];
  /** As it stands in a URL; undefined where no macro gives it. */
  readonly macro?: string;
}

/** The fields that a tracker can fill in, or that can be written into its URL. */
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

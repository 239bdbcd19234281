import type { FieldName } from '../fields/install-fields';
import type { AdaptedPostback } from '../postback/pipeline/postback';

/** What is changed in a postback before it is read again, in our names of the fields, whatever the sender calls them. */
export interface Repair {
  readonly set?: Readonly<Partial<Record<FieldName, string>>>;
  readonly unset?: FieldName[];
  /** The source it is read as, instead of the one that its path names. */
  readonly as_tracker?: string;
}

/** Values that a postback must have carried to be repaired, by our names of the fields. */
export type SentValues = Readonly<Partial<Record<FieldName, string>>>;

/** The postback with its repair; what was said of the values that are gone is gone with them. */
export function repair(
  adapted: AdaptedPostback,
  { set = {}, unset = [] }: Repair,
): AdaptedPostback {
  const values = Object.entries(set) as [FieldName, string][];
  const changed = new Set([...values.map(([name]) => name), ...unset]);
  const gone = new Set([...changed].flatMap(adapted.namesOf));
  const stands = ({ field }: { readonly field: string }) => !gone.has(field);
  const fields = new Map(adapted.fields);
  for (const name of unset) fields.delete(name);
  for (const [name, value] of values) fields.set(name, [value]);
  return {
    ...adapted,
    fields,
    namesOf: (name) => (changed.has(name) ? [name] : adapted.namesOf(name)),
    warnings: adapted.warnings.filter(stands),
    faults: adapted.faults.filter(stands),
  };
}

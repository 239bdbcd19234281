export const WARNING_CODES = [
  'unexpanded_macro',
  'placeholder_value',
  'zero_identifier',
  'unknown_field',
  'click_after_install',
  'cost_not_usd',
  'cost_not_per_install',
] as const;

/** Something that looks wrong in a postback that is stored all the same. */
export interface Warning {
  readonly field: string;
  readonly code: (typeof WARNING_CODES)[number];
  readonly message: string;
}

/** Each code once. */
export function codesOf(warnings: readonly Warning[]): Warning['code'][] {
  return [...new Set(warnings.map(({ code }) => code))];
}

export const WARNING_CODES = [
  'unexpanded_macro',
  'placeholder_value',
  'zero_identifier',
  'unknown_field',
  'click_after_install',
  'cost_not_usd',
  'cost_not_per_install',
] as const;

/** Something in a postback that looks wrong but does not prevent storing it. */
export interface Warning {
  readonly field: string;
  readonly code: (typeof WARNING_CODES)[number];
  readonly message: string;
}

/** The codes without repeats. */
export function codesOf(warnings: readonly Warning[]): Warning['code'][] {
  return [...new Set(warnings.map(({ code }) => code))];
}

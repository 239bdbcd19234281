import { isMacro } from './macro';

/** Why a text counts as "not sent". All but `empty` are warning codes of the contract. */
export type Nothing =
  'empty' | 'placeholder_value' | 'zero_identifier' | 'unexpanded_macro';

const PLACEHOLDER = /^(?:null|\(null\)|undefined|none|nil|n\/a)$/i;
const ZERO_UUID = /^(?:(?:0{8}-0{4}|0{12})-0{4}-0{4}-0{12}|0{32})$/;

/**
 * Returns why a trimmed text means "not sent", or undefined if it is a value. `kind`: `text` is the plain text type of the
 * contract, where `[x]`, `(x)`, `$X`, `%x%` and `TS{x}` are real values; `value` is every other type, including key text.
 */
export function readNothing(
  text: string,
  kind: 'text' | 'value',
): Nothing | undefined {
  if (text === '') return 'empty';
  if (PLACEHOLDER.test(text)) return 'placeholder_value';
  if (ZERO_UUID.test(text)) return 'zero_identifier';
  return isMacro(text, kind) ? 'unexpanded_macro' : undefined;
}

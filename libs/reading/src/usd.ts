const DECIMAL = /^\+?(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;
const DECIMALS = 6;
// The largest double is below 1e309.
const MOST_INTEGER_DIGITS = 309;

/**
 * Reads decimal text (`1`, `+1.5`, `.5`, `5.`, `1.5e-3`) rounded half up at 6 decimals, on the text and
 * not on the double. The range is not checked: the result may be a large amount, up to `Infinity`.
 */
export function readUsd(text: string): number | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, integer = '', decimals = '', onlyDecimals = '', exponent = '0'] =
    match;
  const digits = integer + decimals + onlyDecimals;
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0;
  const leadingZeros = digits.length - significant.length;
  return roundHalfUp(
    significant,
    integer.length - leadingZeros + Number(exponent),
  );
}

/** The number 0.DIGITS * 10^point, where the first digit is not zero. */
function roundHalfUp(digits: string, point: number): number {
  if (point > MOST_INTEGER_DIGITS) return Infinity;
  const cut = point + DECIMALS;
  if (cut < 0) return 0;
  const kept = BigInt(digits.slice(0, cut).padEnd(cut, '0'));
  const millionths = digits.charAt(cut) >= '5' ? kept + 1n : kept;
  return Number(`${millionths}e-${DECIMALS}`);
}

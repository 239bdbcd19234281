import type { Draft, MessageFault } from './adapted-message';
import { isStructured, type Place, valuesAt, wordsOf } from './message';
import type { PlannedCondition } from './plan';

/** Whether a condition holds for a message. Adds to the faults of the draft if the message does not answer that clearly. */
export function holds(
  { places, condition }: PlannedCondition,
  { sent, faults }: Draft,
): boolean {
  const { is, exact, absent } = condition;
  let reason = '';
  for (const place of places) {
    const values = valuesAt(sent, place) ?? [];
    const words = wordsOf(values);
    if (values.some(isStructured) || words.length > 1) {
      const isWrongType = words.length < 2;
      // Elsewhere the field of such a value reports a fault, or no field reads it.
      if (absent === 'refused' || !isWrongType) {
        faults.push(isWrongType ? wrongType(place) : conflict(place));
      }
      return false;
    }
    if (words.length === 1) {
      const word = exact ? words[0] : words[0].toLowerCase();
      return is.includes(word);
    }
    if (values.length > 0) {
      reason = `. ${place.name} was sent, but it has no value, such as a macro that was not expanded`;
    }
  }
  if (absent === 'refused') {
    const names = places.map(({ name }) => name).join(' or ');
    faults.push({
      field: places[0].name,
      code: 'required',
      message: `${names} is required, with the value ${is.join(' or ')} for an install${reason}`,
    });
  }
  return absent === 'holds';
}

function conflict({ name }: Place): MessageFault {
  return {
    field: name,
    code: 'conflicting_values',
    message: `${name} was sent more than once with different values; send it once`,
  };
}

function wrongType({ name }: Place): MessageFault {
  return {
    field: name,
    code: 'invalid_type',
    message: `${name} must be a text, not an array or an object`,
  };
}

import type { Draft, MessageWarning } from './adapted-message';
import { hasValue, isOneOf, valuesAt, wordsOf } from './message';
import type { PlannedCost } from './plan';

/** Adds the first amount that is in US dollars and for an install. If there is none, adds a warning for each other amount. */
export function adaptCost(costs: readonly PlannedCost[], draft: Draft): void {
  const { sent, fields, names, warnings } = draft;
  const leftOut: MessageWarning[] = [];
  for (const cost of costs) {
    const values = valuesAt(sent, cost.amount);
    if (!values || !hasValue(values)) continue;
    const warning = warningOf(cost, draft);
    if (!warning) {
      fields.set('cost', values);
      names.set('cost', cost.amount.name);
      return;
    }
    leftOut.push(warning);
  }
  warnings.push(...leftOut);
}

/** Why an amount is not stored; undefined if it is the cost of an install in US dollars. */
function warningOf(
  { amount, currency, paidFor }: PlannedCost,
  { sent }: Draft,
): MessageWarning | undefined {
  if (!isOnly(wordsOf(valuesAt(sent, currency)), 'USD')) {
    return {
      field: amount.name,
      code: 'cost_not_usd',
      message: `${amount.name} was not stored: ${currency.name} does not state that it is in US dollars`,
    };
  }
  if (
    paidFor &&
    !isOnly(wordsOf(valuesAt(sent, paidFor.place)), paidFor.install)
  ) {
    return {
      field: amount.name,
      code: 'cost_not_per_install',
      message: `${amount.name} was not stored: ${paidFor.place.name} does not state that it was paid for an install (${paidFor.install})`,
    };
  }
  return undefined;
}

/** Whether the only word is this one, in any letter case. */
function isOnly(words: readonly string[], wanted: string): boolean {
  return words.length === 1 && isOneOf([wanted], words[0]);
}

import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import { sourcesOf } from './plan';
import type { Condition, TrackerAdapter } from './tracker-adapter';

/** One name that a tracker's own message may contain. */
export interface MessageName {
  readonly name: string;
  /** Fields that are read from it. */
  readonly fields: readonly CanonicalField[];
  /** What else it states. */
  readonly shows: readonly string[];
  /** Whether a message without it is rejected. */
  readonly required: boolean;
}

/** All names of a tracker's own message that are read; first those that decide whether it is an install. */
export function describeMessage({
  fields,
  message,
}: TrackerAdapter): readonly MessageName[] {
  const names = new Map<string, MessageName>();
  const note = (name: string, more: Partial<MessageName>) => {
    const known = names.get(name);
    names.set(name, {
      name,
      fields: [...(known?.fields ?? []), ...(more.fields ?? [])],
      shows: [...(known?.shows ?? []), ...(more.shows ?? [])],
      required: (known?.required ?? false) || (more.required ?? false),
    });
  };
  for (const condition of message?.installs ?? []) {
    const alternatives = [condition.name].flat();
    const required =
      condition.absent === 'refused' && alternatives.length === 1;
    for (const name of alternatives) {
      note(name, { shows: [kindOf(condition)], required });
    }
  }
  for (const field of CANONICAL_FIELDS) {
    for (const { name } of sourcesOf(field, fields[field])) {
      note(name, { fields: [field] });
    }
  }
  for (const { amount, currency, paidFor } of message?.costs ?? []) {
    note(amount, { fields: ['cost'] });
    note(currency, {
      shows: [`the currency of ${amount}, stored if it is \`USD\``],
    });
    if (paidFor) {
      note(paidFor.name, {
        shows: [
          `what ${amount} was paid for, stored if it is \`${paidFor.install}\``,
        ],
      });
    }
  }
  for (const name of message?.organic ? [message.organic.name].flat() : []) {
    note(name, {
      shows: ['whether an install without a publisher is organic'],
    });
  }
  return [...names.values()];
}

function kindOf({ name, is, exact, absent }: Condition): string {
  const values = is.map((each) => `\`${each}\``).join(' or ');
  const without = `a message without ${[name]
    .flat()
    .map((each) => `\`${each}\``)
    .join(' and ')}`;
  return `whether the message is an install: its value is then ${values}${exact ? ' in this letter case' : ''}; ${without} ${
    absent === 'refused' ? 'is rejected' : 'counts as an install'
  }`;
}

import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import {
  holdsMacro,
  isStructured,
  type Message,
  type Place,
  placeOf,
  saysSomething,
  type SentValue,
  valuesAt,
  wordsOf,
} from './message';
import type {
  Condition,
  Cost,
  Mapping,
  Source,
  TrackerAdapter,
  TrackerMessage,
} from './tracker-adapter';

/** Something about one name of the message, to be told to its sender. */
export interface Remark<Code extends string> {
  /** The tracker's name for it. */
  readonly field: string;
  readonly code: Code;
  readonly message: string;
}

export type MessageWarning = Remark<
  'placeholder_value' | 'cost_not_usd' | 'cost_not_per_install'
>;
export type MessageFault = Remark<
  'required' | 'conflicting_values' | 'invalid_type'
>;

/** A message in canonical fields. Its values are as they were sent: reading them is somebody else's business. */
export interface AdaptedMessage {
  readonly fields: ReadonlyMap<CanonicalField, readonly SentValue[]>;
  /** The tracker's names for a field: where its value stood, or all where it could have; none where it has none. */
  readonly namesOf: (field: CanonicalField) => readonly string[];
  /** Names that the adapter does not know. */
  readonly unknown: readonly string[];
  readonly warnings: readonly MessageWarning[];
  /** Why it cannot be told what the message is. */
  readonly faults: readonly MessageFault[];
}

/** The message in canonical fields; undefined when it is of the tracker, but no install. Never throws. */
export type MessageReader = (message: Message) => AdaptedMessage | undefined;

/** Makes the reader of a tracker's own messages out of what is declared of them. Pure, as the readers are. */
export function createReader(
  fields: TrackerAdapter['fields'],
  message: TrackerMessage,
): MessageReader {
  const plan = planOf(fields, message);
  return (sent) => {
    const draft: Draft = {
      sent,
      fields: new Map(),
      names: new Map(),
      warnings: [],
      faults: [],
    };
    // All of them are looked at, so that every fault is told at once.
    const verdicts = plan.installs.map((each) => holds(each, draft));
    if (draft.faults.length === 0 && verdicts.includes(false)) return undefined;
    for (const each of plan.fields) adaptField(each, draft);
    adaptCost(plan.costs, draft);
    const publisher = draft.fields.get('publisher_name') ?? [];
    if (
      plan.organic &&
      !saysSomething(publisher) &&
      !holdsMacro(publisher) &&
      holds(plan.organic, draft)
    ) {
      // Beside what was sent, which may be worth a warning.
      draft.fields.set('publisher_name', [...publisher, 'organic']);
    }
    draft.fields.set('event_name', ['install']);
    return {
      fields: draft.fields,
      namesOf: (field) => {
        const name = draft.names.get(field);
        return name === undefined ? (plan.namesOf.get(field) ?? []) : [name];
      },
      unknown: [...sent.keys()].filter((name) => !plan.known.has(name)),
      warnings: draft.warnings,
      faults: draft.faults,
    };
  };
}

/** What the reading of one message has come to. */
interface Draft {
  readonly sent: Message;
  readonly fields: Map<CanonicalField, readonly SentValue[]>;
  readonly names: Map<CanonicalField, string>;
  readonly warnings: MessageWarning[];
  readonly faults: MessageFault[];
}

interface PlannedSource extends Place {
  readonly part?: (text: string) => string | undefined;
}

interface PlannedField {
  readonly field: CanonicalField;
  readonly sources: readonly PlannedSource[];
  readonly nothing: readonly string[];
}

interface PlannedCondition {
  readonly places: readonly Place[];
  readonly condition: Condition;
}

interface PlannedCost {
  readonly amount: Place;
  readonly currency: Place;
  readonly paidFor?: { readonly place: Place; readonly install: string };
}

function planOf(fields: TrackerAdapter['fields'], message: TrackerMessage) {
  const { installs, organic, costs = [], nothing = {} } = message;
  const planned = CANONICAL_FIELDS.flatMap((field): PlannedField[] => {
    const sources = sourcesOf(field, fields[field]);
    if (sources.length === 0) return [];
    return [{ field, sources, nothing: nothing[field] ?? [] }];
  });
  const plan = {
    fields: planned,
    namesOf: new Map(
      planned.map(({ field, sources }) => [
        field,
        sources.map(({ name }) => name),
      ]),
    ),
    installs: installs.map(planCondition),
    organic: organic && planCondition(organic),
    costs: costs.map(planCost),
  };
  const places = [
    ...planned.flatMap(({ sources }) => sources),
    ...plan.installs.flatMap((each) => each.places),
    ...(plan.organic?.places ?? []),
    ...plan.costs.flatMap(({ amount, currency, paidFor }) => [
      amount,
      currency,
      ...(paidFor ? [paidFor.place] : []),
    ]),
  ];
  return {
    ...plan,
    known: new Set(places.flatMap(({ name, path }) => [name, path[0]])),
  };
}

function planCondition(condition: Condition): PlannedCondition {
  return { places: [condition.name].flat().map(placeOf), condition };
}

function planCost({ amount, currency, paidFor }: Cost): PlannedCost {
  return {
    amount: placeOf(amount),
    currency: placeOf(currency),
    paidFor: paidFor && {
      place: placeOf(paidFor.name),
      install: paidFor.install,
    },
  };
}

/** Where a field's value may stand in the tracker's own message. */
export function sourcesOf(
  field: CanonicalField,
  mapping: string | Mapping | undefined,
): PlannedSource[] {
  if (mapping === undefined) return [];
  if (typeof mapping === 'string') return [placeOf(mapping)];
  const sources: readonly Source[] = [mapping.from ?? []].flat();
  return [
    ...sources.map((source) =>
      typeof source === 'string'
        ? placeOf(source)
        : { ...placeOf(source.name), part: source.part },
    ),
    ...(mapping.written === undefined ? [] : [placeOf(field)]),
  ];
}

function holds(
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
      // Elsewhere such a value has a fault of its own, or is read by nobody.
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
      reason = `. ${place.name} was sent, but means nothing, such as a macro that was not expanded`;
    }
  }
  if (absent === 'refused') {
    const names = places.map(({ name }) => name).join(' or ');
    faults.push({
      field: places[0].name,
      code: 'required',
      message: `${names} is required: it tells whether the message is an install, with the value ${is.join(' or ')}${reason}`,
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

function adaptField(
  { field, sources, nothing }: PlannedField,
  { sent, fields, names, warnings }: Draft,
): void {
  for (const source of sources) {
    const values = partsOf(valuesAt(sent, source), source.part);
    if (!values) continue;
    const placeholder =
      nothing.length > 0 &&
      wordsOf(values).some((word) => isOneOf(nothing, word));
    if (placeholder) {
      warnings.push({
        field: source.name,
        code: 'placeholder_value',
        message: `${source.name} holds a word that means nothing there; it was read as not sent`,
      });
      continue;
    }
    // What says nothing is kept, for a warning, unless another name says something.
    if (!fields.has(field) || saysSomething(values)) {
      fields.set(field, values);
      names.set(field, source.name);
    }
    if (saysSomething(values)) return;
  }
}

/** The parts of the texts; what is no text is kept, for the rules to find. */
function partsOf(
  values: readonly SentValue[] | undefined,
  part: PlannedSource['part'],
): readonly SentValue[] | undefined {
  if (!values || !part) return values;
  const parts = values.map((value) =>
    typeof value === 'string' ? part(value) : value,
  );
  const found = parts.filter((each) => each !== undefined);
  return found.length > 0 ? found : undefined;
}

function isOneOf(words: readonly string[], word: string): boolean {
  const wanted = word.toLowerCase();
  return words.some((each) => each.toLowerCase() === wanted);
}

/** Takes the first amount that is in US dollars and for an install; others are left out, and never stored as what they are not. */
function adaptCost(costs: readonly PlannedCost[], draft: Draft): void {
  const { sent, fields, names, warnings } = draft;
  const leftOut: MessageWarning[] = [];
  for (const { amount, currency, paidFor } of costs) {
    const values = valuesAt(sent, amount);
    if (!values || !saysSomething(values)) continue;
    const currencies = wordsOf(valuesAt(sent, currency));
    const reasons = wordsOf(paidFor && valuesAt(sent, paidFor.place));
    if (currencies.length !== 1 || !isOneOf(['USD'], currencies[0])) {
      leftOut.push({
        field: amount.name,
        code: 'cost_not_usd',
        message: `${amount.name} was not stored: ${currency.name} does not say that it is in US dollars`,
      });
    } else if (
      paidFor &&
      !(reasons.length === 1 && isOneOf([paidFor.install], reasons[0]))
    ) {
      leftOut.push({
        field: amount.name,
        code: 'cost_not_per_install',
        message: `${amount.name} was not stored: ${paidFor.place.name} does not say that it was paid for an install (${paidFor.install})`,
      });
    } else {
      fields.set('cost', values);
      names.set('cost', amount.name);
      return;
    }
  }
  warnings.push(...leftOut);
}

import { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
import { type Place, placeOf } from './message';
import type {
  Condition,
  Cost,
  Mapping,
  Source,
  TrackerAdapter,
  TrackerMessage,
} from './tracker-adapter';

export interface PlannedSource extends Place {
  readonly part?: (text: string) => string | undefined;
}

export interface PlannedField {
  readonly field: CanonicalField;
  readonly sources: readonly PlannedSource[];
  readonly nothing: readonly string[];
}

export interface PlannedCondition {
  readonly places: readonly Place[];
  readonly condition: Condition;
}

export interface PlannedCost {
  readonly amount: Place;
  readonly currency: Place;
  readonly paidFor?: { readonly place: Place; readonly install: string };
}

/** The declaration of a message, prepared once for all messages. */
export interface MessagePlan {
  readonly fields: readonly PlannedField[];
  readonly namesOf: ReadonlyMap<CanonicalField, readonly string[]>;
  readonly installs: readonly PlannedCondition[];
  readonly organic?: PlannedCondition;
  readonly costs: readonly PlannedCost[];
  /** All names that the declaration contains. */
  readonly known: ReadonlySet<string>;
}

export function planOf(
  fields: TrackerAdapter['fields'],
  message: TrackerMessage,
): MessagePlan {
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
  const places = placesIn(plan);
  return {
    ...plan,
    known: new Set(places.flatMap(({ name, path }) => [name, path[0]])),
  };
}

/** The places in the tracker's own message where a field may have its value, in order of preference. */
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

function placesIn({
  fields,
  installs,
  organic,
  costs,
}: Omit<MessagePlan, 'known'>): Place[] {
  return [
    ...fields.flatMap(({ sources }) => sources),
    ...installs.flatMap((each) => each.places),
    ...(organic?.places ?? []),
    ...costs.flatMap(({ amount, currency, paidFor }) => [
      amount,
      currency,
      ...(paidFor ? [paidFor.place] : []),
    ]),
  ];
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

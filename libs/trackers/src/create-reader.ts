import { adaptCost } from './adapt-cost';
import { adaptField } from './adapt-field';
import type { AdaptedMessage, Draft, MessageReader } from './adapted-message';
import { holds } from './condition';
import { hasValue, holdsMacro, type Message } from './message';
import { type MessagePlan, planOf } from './plan';
import type { TrackerAdapter, TrackerMessage } from './tracker-adapter';

/** Creates the reader of a tracker's own messages from their declaration. Pure, as the readers are. */
export function createReader(
  fields: TrackerAdapter['fields'],
  message: TrackerMessage,
): MessageReader {
  const plan = planOf(fields, message);
  return (sent) => read(sent, plan);
}

function read(sent: Message, plan: MessagePlan): AdaptedMessage | undefined {
  const draft: Draft = {
    sent,
    fields: new Map(),
    names: new Map(),
    warnings: [],
    faults: [],
  };
  // Checks all conditions, so that all faults are reported at once.
  const results = plan.installs.map((each) => holds(each, draft));
  if (draft.faults.length === 0 && results.includes(false)) return undefined;
  for (const each of plan.fields) adaptField(each, draft);
  adaptCost(plan.costs, draft);
  addOrganicPublisher(plan, draft);
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
}

function addOrganicPublisher({ organic }: MessagePlan, draft: Draft): void {
  const publisher = draft.fields.get('publisher_name') ?? [];
  if (!organic || hasValue(publisher) || holdsMacro(publisher)) return;
  // The values that were sent stay, because they may need a warning.
  if (holds(organic, draft)) {
    draft.fields.set('publisher_name', [...publisher, 'organic']);
  }
}

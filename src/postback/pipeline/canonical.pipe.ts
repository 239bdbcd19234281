import type { PipeTransform } from '@nestjs/common';
import { INSTALL_FIELDS } from '../../fields/install-fields';
import type { AdaptedPostback, SentPostback } from './postback';

const KNOWN = new Set<string>(INSTALL_FIELDS.map(({ name }) => name));

/** The adapter for senders that use the canonical field names. */
export class CanonicalPipe implements PipeTransform<
  SentPostback,
  AdaptedPostback
> {
  transform(sent: SentPostback): AdaptedPostback {
    const unknown: string[] = [];
    for (const name of sent.fields.keys()) {
      if (!KNOWN.has(name)) unknown.push(name);
    }
    return {
      ...sent,
      tracker: 'custom',
      namesOf: (field) => [field],
      unknown,
      warnings: [],
      faults: [],
    };
  }
}

import { Injectable, type PipeTransform } from '@nestjs/common';
import { INSTALL_FIELDS } from '../../fields/install-fields';
import { readField, type Reading } from '../../fields/read-field';
import { InstallPostbackDto } from '../dto/install-postback.dto';
import type { Postback, SentPostback } from '../postback';
import type { Warning } from '../warning';

const KNOWN = new Set<string>(INSTALL_FIELDS.map(({ name }) => name));
const MAX_UNKNOWN_WARNINGS = 20;
/** Characters of an unknown name that are worth repeating. */
const MAX_UNKNOWN_NAME = 100;

const NOTHING = {
  unexpanded_macro: 'an unexpanded macro of the tracker',
  placeholder_value: 'a placeholder that means nothing',
  zero_identifier: 'a UUID of zeros',
} as const satisfies Record<NonNullable<Reading['nothing']>, string>;

/** Reads each field as its type says: trims, drops what means nothing, makes canonical. */
@Injectable()
export class NormalisePipe implements PipeTransform<SentPostback, Postback> {
  transform({ receivedAt, fields, ...envelope }: SentPostback): Postback {
    const install = new InstallPostbackDto();
    install.received_at = receivedAt;
    const warnings: Warning[] = [];
    for (const { name, type } of INSTALL_FIELDS) {
      const sent = fields.get(name);
      if (!sent) continue;
      const { value, nothing } = readField(type, sent);
      // What could not be read is kept as it is, for the rules to find.
      if (value !== undefined) install[name] = value as never;
      if (nothing) {
        warnings.push({
          field: name,
          code: nothing,
          message: `${name} holds ${NOTHING[nothing]}; it was read as not sent`,
        });
      }
    }
    warnings.push(...unknownFields(fields));
    return { ...envelope, install, defaulted: new Set(), warnings };
  }
}

function unknownFields(fields: SentPostback['fields']): Warning[] {
  const names: string[] = [];
  for (const name of fields.keys()) {
    if (!KNOWN.has(name) && names.length < MAX_UNKNOWN_WARNINGS) {
      names.push(name.slice(0, MAX_UNKNOWN_NAME).toWellFormed());
    }
  }
  return names.map((name) => ({
    field: name,
    code: 'unknown_field',
    message: `${name} is not a field of this endpoint; it was not stored`,
  }));
}

import type { PipeTransform } from '@nestjs/common';
import { INSTALL_FIELDS } from '../../fields/install-fields';
import { readField, type Reading } from '../../fields/read-field';
import { InstallPostbackDto } from './install-postback.dto';
import type { AdaptedPostback, DraftInstall, DraftPostback } from './postback';
import { nameOf } from './sender-names';
import type { Warning } from './warning';

const MAX_UNKNOWN_WARNINGS = 20;
/** Characters of an unknown name that a warning repeats. */
const MAX_UNKNOWN_NAME = 100;

const NOTHING = {
  unexpanded_macro: 'an unexpanded macro of the tracker',
  placeholder_value: 'a placeholder that means nothing',
  zero_identifier: 'a UUID of zeros',
} as const satisfies Record<NonNullable<Reading['nothing']>, string>;

/** Reads each field according to its type: trims, drops values that mean nothing, converts to the canonical form. */
export class NormalisePipe implements PipeTransform<
  AdaptedPostback,
  DraftPostback
> {
  transform({
    receivedAt,
    fields,
    unknown,
    ...adapted
  }: AdaptedPostback): DraftPostback {
    // All instances of the class have their fields in one order, which keeps property access fast in V8.
    const install: DraftInstall = new InstallPostbackDto();
    install.received_at = receivedAt;
    const warnings = [...adapted.warnings];
    for (const { name, type } of INSTALL_FIELDS) {
      const sent = fields.get(name);
      if (!sent) continue;
      const { value, nothing } = readField(type, sent);
      install[name] = value;
      if (nothing) {
        const sentAs = nameOf(adapted, name);
        warnings.push({
          field: sentAs,
          code: nothing,
          message: `${sentAs} contains ${NOTHING[nothing]}, so it counts as not sent`,
        });
      }
    }
    warnings.push(...unknownFields(unknown));
    return { ...adapted, install, warnings };
  }
}

function unknownFields(unknown: readonly string[]): Warning[] {
  return unknown.slice(0, MAX_UNKNOWN_WARNINGS).map((sent) => {
    const name = sent.slice(0, MAX_UNKNOWN_NAME).toWellFormed();
    return {
      field: name,
      code: 'unknown_field',
      message: `${name} is not a field of this endpoint, so it was not stored`,
    };
  });
}

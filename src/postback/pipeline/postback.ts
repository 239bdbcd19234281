import type { ApiKeyCaller } from '../../access/caller';
import type { FieldName } from '../../fields/install-fields';
import type { SentValue } from '../../fields/read-field';
import type { FieldFault } from '../../fields/field-fault';
import type { InstallPostbackDto } from './install-postback.dto';
import type { Warning } from './warning';

/** What is known of a postback besides its fields. */
interface Envelope {
  readonly caller: Pick<ApiKeyCaller, 'projectId' | 'dedupeWithoutId'>;
  /** When it arrived, by `performance.now()`. */
  readonly arrivedAt: number;
}

/** A postback as it was sent: for each name all the values that came with it. */
export interface SentPostback extends Envelope {
  readonly receivedAt: Date;
  readonly fields: ReadonlyMap<string, readonly SentValue[]>;
}

/** What an adapter says of a postback. */
interface Adaptation {
  /** `custom`, or the name of a tracker. */
  readonly tracker: string;
  /** The sender's names for a field: where its value stood, or all where it could have; none where it has none. */
  readonly namesOf: (field: FieldName) => readonly string[];
  readonly warnings: readonly Warning[];
  /** What no rule would find. */
  readonly faults: readonly FieldFault[];
}

/** A postback in our fields, whose values are as they were sent. */
export interface AdaptedPostback extends Envelope, Adaptation {
  readonly receivedAt: Date;
  /** May hold other names as well. */
  readonly fields: ReadonlyMap<string, readonly SentValue[]>;
  /** Names that mean nothing here. */
  readonly unknown: readonly string[];
}

/** A postback as far as it has been read. */
export interface Postback extends Envelope, Adaptation {
  readonly install: InstallPostbackDto;
  /** Fields that were not sent and have a value by default. */
  readonly defaulted: ReadonlySet<FieldName>;
}

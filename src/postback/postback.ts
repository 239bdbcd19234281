import type { ApiKeyCaller } from '../auth/caller';
import type { FieldName } from '../fields/install-fields';
import type { SentValue } from '../fields/read-field';
import type { InstallPostbackDto } from './dto/install-postback.dto';
import type { Warning } from './warning';

/** What is known of a postback besides its fields. */
interface Envelope {
  readonly caller: ApiKeyCaller;
  readonly tracker: string;
  /** When it arrived, by `performance.now()`. */
  readonly arrivedAt: number;
}

/** A postback as it was sent: for each name all the values that came with it. */
export interface SentPostback extends Envelope {
  readonly receivedAt: Date;
  readonly fields: ReadonlyMap<string, readonly SentValue[]>;
}

/** A postback as far as it has been read. */
export interface Postback extends Envelope {
  readonly install: InstallPostbackDto;
  /** Fields that were not sent and have a value by default. */
  readonly defaulted: ReadonlySet<FieldName>;
  readonly warnings: readonly Warning[];
}

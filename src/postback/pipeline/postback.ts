import type { ApiKeyCaller } from '../../access/caller';
import type { FieldName } from '../../fields/install-fields';
import type { FieldFault } from '../../fields/field-fault';
import type { ReadValue, SentValue } from '../../fields/read-field';
import type { InstallPostbackDto } from './install-postback.dto';
import type { Warning } from './warning';

/*
 * The states of a postback, in the order of the pipeline. Each step returns the next type, so that nothing can store a
 * postback that has not passed all steps:
 *
 *   SentPostback -> adapter -> AdaptedPostback -> NormalisePipe -> DraftPostback
 *     -> ValidatePipe -> ValidPostback -> TimestampDefaultsPipe -> Postback
 */

/** What the pipeline must know about the sender. A replay and an import have no API key, only a project. */
export type PostbackCaller = Pick<
  ApiKeyCaller,
  'projectId' | 'dedupeWithoutId'
>;

interface Envelope {
  readonly caller: PostbackCaller;
  /** Milliseconds of `performance.now()` at arrival. */
  readonly arrivedAt: number;
}

/** The names and values of a request. */
export interface SentPostback extends Envelope {
  readonly receivedAt: Date;
  /** All values of each name. */
  readonly fields: ReadonlyMap<string, readonly SentValue[]>;
}

/** What an adapter reports about a postback. */
interface Adaptation {
  /** `custom`, or the name of a tracker. */
  readonly tracker: string;
  /** The sender's names for a field: the one that had the value, else all that may have it; empty if there are none. */
  readonly namesOf: (field: FieldName) => readonly string[];
  readonly warnings: readonly Warning[];
  /** Faults that the rules of the DTO cannot find. */
  readonly faults: readonly FieldFault[];
}

/** A postback in canonical fields, with the values that were sent. */
export interface AdaptedPostback extends SentPostback, Adaptation {
  /** Names that the adapter does not know; `fields` may still hold them. */
  readonly unknown: readonly string[];
}

/** The fields of the DTO before validation: any of them may hold a value that could not be read. */
export type DraftInstall = Pick<InstallPostbackDto, 'received_at'> & {
  [Name in FieldName]?: ReadValue;
};

/** A normalised postback, not yet validated. */
export interface DraftPostback extends Envelope, Adaptation {
  readonly install: Readonly<DraftInstall>;
}

/** A postback that keeps all rules. */
export interface ValidPostback extends DraftPostback {
  readonly install: Readonly<InstallPostbackDto>;
}

/** A postback that is ready to be stored. */
export interface Postback extends Envelope, Adaptation {
  readonly install: CompleteInstall;
  /** Fields that were not sent and have a default value. */
  readonly defaulted: ReadonlySet<FieldName>;
}

type TimeField = 'install_timestamp' | 'click_timestamp';
export type CompleteInstall = Readonly<
  InstallPostbackDto & Required<Pick<InstallPostbackDto, TimeField>>
>;

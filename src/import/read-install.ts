import type { Install } from '../installs/install.entity';
import type { Postback } from '../postback/pipeline/postback';
import type { PostbackSource } from '../postback/pipeline/postback-source';
import type { SentParameter } from '../postback/pipeline/parameters';
import { readPostback } from '../postback/pipeline/read-postback';
import { describeName, nameOf } from '../postback/pipeline/sender-names';
import { toFields } from '../postback/pipeline/sent-fields';
import { toInstall } from '../postback/pipeline/to-install';
import type { Warning } from '../postback/pipeline/warning';
import { toProblem } from '../problems/to-problem';
import { RowRejectedError, type RowFault } from './row';

/** The project of the installs, and the source whose field names the rows have. */
export interface Origin {
  readonly projectId: number;
  readonly source: PostbackSource;
}

/** Reads a row as a postback. Throws the errors of reading a postback, and {@link RowRejectedError}. */
export function readInstall(
  sent: readonly SentParameter[],
  { projectId, source }: Origin,
  receivedAt: Date,
): { install: Install; warnings: readonly Warning[] } {
  const postback = readPostback(
    {
      // Regardless of the setting of the project: the same file may be imported again.
      caller: { projectId, dedupeWithoutId: true },
      arrivedAt: performance.now(),
      receivedAt,
      fields: toFields(sent, undefined),
    },
    source,
  );
  requireIdOrTime(postback);
  return { install: toInstall(postback), warnings: postback.warnings };
}

/** Without an id or a time, a second import of the row could not be recognised. */
function requireIdOrTime(postback: Postback): void {
  const { install, defaulted } = postback;
  if (install.id === undefined && defaulted.has('install_timestamp')) {
    const [id, time] = (['id', 'install_timestamp'] as const).map((field) =>
      describeName(postback, field),
    );
    throw new RowRejectedError({
      field: nameOf(postback, 'install_timestamp'),
      code: 'required',
      message: `An imported install needs ${id} or ${time}: without them another import would store it again`,
    });
  }
}

/** Why a row was rejected. Rethrows an error that the row did not cause. */
export function faultsOfReading(error: unknown): readonly RowFault[] {
  if (error instanceof RowRejectedError) return [error.fault];
  const { status, code, detail, errors } = toProblem(error);
  if (status >= 500) throw error;
  return errors ?? [{ code, message: detail }];
}

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
import { RefusedRow, type RowFault } from './row';

/** Whose installs they are, and in whose names. */
export interface Origin {
  readonly projectId: number;
  readonly source: PostbackSource;
}

/** Reads a row as a postback. Throws as that does, and {@link RefusedRow}. */
export function readInstall(
  sent: readonly SentParameter[],
  { projectId, source }: Origin,
  receivedAt: Date,
): { install: Install; warnings: readonly Warning[] } {
  const postback = readPostback(
    {
      // Whatever the project has set: the same file may be imported again.
      caller: { projectId, dedupeWithoutId: true },
      arrivedAt: performance.now(),
      receivedAt,
      fields: toFields(sent, undefined),
    },
    source,
  );
  requireRecognisable(postback);
  return { install: toInstall(postback), warnings: postback.warnings };
}

/** Nothing else tells a row that is imported again from another install. */
function requireRecognisable(postback: Postback): void {
  const { install, defaulted } = postback;
  if (install.id === undefined && defaulted.has('install_timestamp')) {
    const [id, time] = (['id', 'install_timestamp'] as const).map((field) =>
      describeName(postback, field),
    );
    throw new RefusedRow({
      field: nameOf(postback, 'install_timestamp'),
      code: 'required',
      message: `An imported install needs ${id} or ${time}: without them another import would store it again`,
    });
  }
}

/** Why a row was refused. Throws on what is no fault of the row. */
export function faultsOf(error: unknown): readonly RowFault[] {
  if (error instanceof RefusedRow) return [error.fault];
  const { status, code, detail, errors } = toProblem(error);
  if (status >= 500) throw error;
  return errors ?? [{ code, message: detail }];
}

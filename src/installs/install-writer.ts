import { Batcher, type BatcherOptions } from '@app/batching';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Install } from './install.entity';
import { InstallRepository, type NewInstall } from './install.repository';

export interface WrittenInstall {
  readonly status: 'created' | 'duplicate';
  /** The install that is kept: this one, or the first one of its kind. */
  readonly install: Install;
}

/** What a batcher does about errors of the database. */
export const INSERT_FAULTS = {
  isItemFault: (error) => /^(22|23|54)...$/.test(sqlStateOf(error)),
  culpritOf: (error, sent) => {
    const id = refusedIdOf(error);
    return sent.find(({ install }) => install.install_id === id);
  },
  isTransient: (error) => /^(40001|40P01)$/.test(sqlStateOf(error)),
  maxRetries: 3,
} satisfies Partial<BatcherOptions<NewInstall, unknown>>;

export type WriterLimits = Pick<
  BatcherOptions<NewInstall, WrittenInstall>,
  'maxBatchSize' | 'maxInFlight' | 'maxWaiting' | 'deadlineMs'
>;

/** Groups of postbacks that are committed at the same time. */
export const GROUPS_IN_FLIGHT = 4;

const POSTBACKS: WriterLimits = {
  maxBatchSize: 100,
  // So that a slow group, or one that is searched for what the database refuses, does not stop
  // everything; more make the groups smaller, not faster.
  maxInFlight: GROUPS_IN_FLIGHT,
  // What a fast machine commits until the deadline.
  maxWaiting: 4_000,
  // Under overload a wait helps nobody: a repeat later does.
  deadlineMs: 400,
};

/**
 * Commits installs, each exactly once, in groups: what arrives while a group is on its way forms
 * the next one, so that one COMMIT serves many postbacks under load and a lone one waits for nothing. Projects take turns.
 */
export class InstallWriter implements OnApplicationShutdown {
  private readonly batcher: Batcher<NewInstall, WrittenInstall>;

  constructor(
    private readonly repository: InstallRepository,
    limits: WriterLimits = POSTBACKS,
  ) {
    this.batcher = new Batcher({
      run: (sent) => this.commit(sent),
      ownerOf: ({ install }) => install.project_id,
      ...limits,
      ...INSERT_FAULTS,
    });
  }

  /** Resolves after the COMMIT. Rejects with the errors of the batcher and of the database. */
  write(sent: NewInstall): Promise<WrittenInstall> {
    return this.batcher.submit(sent);
  }

  /** The server has closed, and the connections are about to. */
  async onApplicationShutdown(): Promise<void> {
    await this.batcher.drain();
  }

  private async commit(sent: readonly NewInstall[]): Promise<WrittenInstall[]> {
    const inserted = await this.repository.insertNew(sent);
    const installs = sent.map(({ install }) => install);
    const duplicates = installs.filter(
      ({ install_id }) => !inserted.has(install_id),
    );
    const firstOf = await this.findFirsts(duplicates);
    return installs.map((install) =>
      inserted.has(install.install_id)
        ? { status: 'created', install }
        : { status: 'duplicate', install: firstOf.get(install)! },
    );
  }

  /** The install that is there in place of each. */
  private async findFirsts(
    duplicates: readonly Install[],
  ): Promise<Map<Install, Install>> {
    const keyed = duplicates.filter(hasKey);
    const firsts =
      keyed.length > 0 ? await this.repository.findFirsts(keyed) : [];
    const byKey = new Map(firsts.map((first) => [uniqueKey(first), first]));
    // By its name one is there that an earlier replay has stored, perhaps with another repair.
    const named = duplicates.filter((each) => !byKey.has(uniqueKey(each)));
    const same = named.length > 0 ? await this.repository.findSame(named) : [];
    const byName = new Map(same.map((each) => [each.install_id, each]));
    return new Map(
      duplicates.map((each) => [
        each,
        byKey.get(uniqueKey(each)) ?? byName.get(each.install_id)!,
      ]),
    );
  }
}

/** Whether it stands in one of the unique indexes besides the primary key. */
function hasKey({ id, fingerprint }: Install): boolean {
  return (id ?? fingerprint ?? undefined) !== undefined;
}

/** What the unique indexes see of an install. */
function uniqueKey({ project_id, tracker, id, fingerprint }: Install): string {
  return JSON.stringify([project_id, tracker, id ?? null, fingerprint ?? null]);
}

/** PostgreSQL tells of a constraint which row has broken it, from its first columns on. */
const REFUSED_ROW = /^Failing row contains \(\d+, ([0-9a-f-]+),/;

function refusedIdOf(error: unknown): string | undefined {
  const detail =
    error instanceof Error && 'detail' in error ? String(error.detail) : '';
  return REFUSED_ROW.exec(detail)?.[1];
}

function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

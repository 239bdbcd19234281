import { Batcher } from '@app/batching';
import { EntityManager } from '@mikro-orm/postgresql';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { StartupError } from '../config/startup-error';
import { DatabaseClock } from '../database/database-clock';
import {
  InstallRepository,
  type NewInstall,
} from '../installs/install.repository';
import { INSERT_FAULTS } from '../installs/install-writer';
import { ProjectSchema } from '../projects/project.entity';
import type { RowFault } from './row';

/** Installs in one statement; larger groups are not faster. */
const GROUP = 500;
/** One group is written while the next one is read. */
const IN_FLIGHT = 2;

/** Installs that may be submitted and not yet stored. The limit keeps memory independent of the size of the file. */
export const MAX_WAITING = IN_FLIGHT * GROUP;

export type StoreResult = 'created' | 'duplicate';

/** Stores imported installs in the same way as the service does, but without the deadlines of requests. */
@Injectable()
export class InstallStore implements BeforeApplicationShutdown {
  private readonly batcher: Batcher<NewInstall, StoreResult>;

  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
    repository: InstallRepository,
  ) {
    this.batcher = new Batcher({
      run: async (sent) => {
        const inserted = await repository.insertNew(sent);
        return sent.map(({ install }) =>
          inserted.has(install.install_id) ? 'created' : 'duplicate',
        );
      },
      maxBatchSize: GROUP,
      maxInFlight: IN_FLIGHT,
      maxWaiting: MAX_WAITING,
      deadlineMs: Number.MAX_SAFE_INTEGER,
      ...INSERT_FAULTS,
    });
  }

  /** The time of arrival of rows that are imported now. */
  now(): Date {
    return this.clock.now();
  }

  /** Resolves after the COMMIT. Of equal installs the first one is created. */
  write(sent: NewInstall): Promise<StoreResult> {
    return this.batcher.submit(sent);
  }

  /** Throws {@link StartupError} if the project does not exist. */
  async requireProject(projectId: number): Promise<void> {
    const project = await this.em.fork().findOne(ProjectSchema, projectId);
    if (!project) {
      throw new StartupError(
        `There is no project ${projectId}. The first start of the service creates project 1, POST /v1/projects creates others.`,
      );
    }
  }

  /** The connections close after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.batcher.drain();
  }
}

/** Why the database rejected a row that is a valid postback. Rethrows an error that the row did not cause. */
export function faultsOfWriting(error: unknown): readonly RowFault[] {
  if (!INSERT_FAULTS.isItemFault(error)) throw error;
  return [
    {
      code: 'not_storable',
      message:
        'The database rejected this row. The log of the database may contain the reason',
    },
  ];
}

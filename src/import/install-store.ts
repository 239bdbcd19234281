import { Batcher } from '@app/batching';
import { MikroORM } from '@mikro-orm/postgresql';
import { StartupError } from '../config/startup-error';
import { DatabaseClock } from '../database/database-clock';
import { importOptions } from '../orm-options';
import {
  InstallRepository,
  type NewInstall,
} from '../installs/install.repository';
import { INSERT_FAULTS } from '../installs/install-writer';
import { ProjectSchema } from '../projects/project.entity';
import type { RowFault } from './row';

/** Installs of one statement; more make it no faster. */
const GROUP = 500;
/** One is written while the next one is read. */
const IN_FLIGHT = 2;

/** Installs that may be submitted and not yet stored, so that memory does not grow with the file. */
export const MAX_WAITING = IN_FLIGHT * GROUP;

export type Stored = 'created' | 'duplicate';

/** Where imported installs go: as those of the service do, but without the deadlines of requests. */
export class InstallStore {
  private readonly batcher: Batcher<NewInstall, Stored>;

  private constructor(
    private readonly orm: MikroORM,
    private readonly clock: DatabaseClock,
  ) {
    const repository = new InstallRepository(orm.em);
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

  /** Throws {@link StartupError} when there is no such project. */
  static async open(url: string, projectId: number): Promise<InstallStore> {
    const orm = await MikroORM.init(importOptions(url));
    const store = new InstallStore(orm, new DatabaseClock(orm.em));
    try {
      await store.requireProject(projectId);
      await store.clock.onModuleInit();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The time of arrival of what is imported now. */
  now(): Date {
    return this.clock.now();
  }

  /** Resolves after the COMMIT; of equal installs the first one is created. */
  write(sent: NewInstall): Promise<Stored> {
    return this.batcher.submit(sent);
  }

  async close(): Promise<void> {
    await this.batcher.drain();
    await this.clock.beforeApplicationShutdown();
    await this.orm.close();
  }

  private async requireProject(projectId: number): Promise<void> {
    const project = await this.orm.em.fork().findOne(ProjectSchema, projectId);
    if (!project) {
      throw new StartupError(
        `There is no project ${projectId}. The first start of the service makes project 1, POST /v1/projects makes others.`,
      );
    }
  }
}

/** Why the database refused a row that is a fine postback. Throws on what is no fault of the row. */
export function faultsOfWriting(error: unknown): readonly RowFault[] {
  if (!INSERT_FAULTS.isItemFault(error)) throw error;
  return [
    {
      code: 'not_storable',
      message: 'The database refuses this row; its log may say why',
    },
  ];
}

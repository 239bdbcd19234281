import { MikroOrmModule } from '@mikro-orm/nestjs';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { divideConnections, PostbackEntityManager } from './connections';
import { DatabaseClock } from './database-clock';
import { DatabaseGate } from './database-gate';
import { postbackOptions, sharedOptions } from '../orm-options';

/** The connections to the database: some for postbacks only, the others shared by everything else. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly postbacks: PostbackEntityManager) {}

  /** `size`: all connections together, 2 or more. */
  static forRoot(url: string, size: number): DynamicModule {
    const { postbacks, shared } = divideConnections(size);
    return {
      module: DatabaseModule,
      imports: [
        MikroOrmModule.forRoot({
          ...sharedOptions(url, shared),
          // Repositories fork the EntityManager themselves.
          registerRequestContext: false,
        }),
      ],
      providers: [
        DatabaseClock,
        { provide: DatabaseGate, useValue: new DatabaseGate(shared) },
        {
          // Not by `contextName`, whose names are global: a process could then run only one app.
          provide: PostbackEntityManager,
          useFactory: async () =>
            (await MikroORM.init(postbackOptions(url, postbacks))).em,
        },
      ],
      exports: [DatabaseClock, DatabaseGate, PostbackEntityManager],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.postbacks.getDriver().close();
  }
}

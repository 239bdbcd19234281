import { MikroOrmModule } from '@mikro-orm/nestjs';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { divideConnections, PostbackEntityManager } from './connections';
import { DatabaseClock } from './database-clock';
import { DatabaseGate } from './database-gate';
import { ExpiredRows } from './expired-rows';

/** Builds the options of the ORM for a pool of so many connections to the database at a URL. */
type PoolOptions = (url: string, connections: number) => Options;

/** The connections to the database: some for postbacks only, the others shared by everything else. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly postbacks: PostbackEntityManager) {}

  /** `size`: connections of both pools together, 2 or more. */
  static forRoot(
    url: string,
    size: number,
    options: { readonly postbacks: PoolOptions; readonly shared: PoolOptions },
  ): DynamicModule {
    const { postbacks, shared } = divideConnections(size);
    return {
      module: DatabaseModule,
      imports: [
        MikroOrmModule.forRoot({
          ...options.shared(url, shared),
          // Repositories fork the EntityManager themselves.
          registerRequestContext: false,
        }),
      ],
      providers: [
        DatabaseClock,
        ExpiredRows,
        { provide: DatabaseGate, useValue: new DatabaseGate(shared) },
        {
          // Not by `contextName`, whose names are global: a process could then run only one app.
          provide: PostbackEntityManager,
          useFactory: async () =>
            (await MikroORM.init(options.postbacks(url, postbacks))).em,
        },
      ],
      exports: [
        DatabaseClock,
        DatabaseGate,
        ExpiredRows,
        PostbackEntityManager,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.postbacks.getDriver().close();
  }
}

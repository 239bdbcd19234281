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

/** The connections to the database: those for postbacks, and those that everything else shares. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly postbacks: PostbackEntityManager) {}

  /** `size`: connections in all, 2 or more. */
  static forRoot(url: string, size: number): DynamicModule {
    const { postbacks, shared } = divideConnections(size);
    return {
      module: DatabaseModule,
      imports: [
        MikroOrmModule.forRoot({
          ...sharedOptions(url, shared),
          // The repositories fork for themselves: a context for each request would go unused.
          registerRequestContext: false,
        }),
      ],
      providers: [
        DatabaseClock,
        { provide: DatabaseGate, useValue: new DatabaseGate(shared) },
        {
          // Not by `contextName`: its names are global, so that a process could hold one app only.
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

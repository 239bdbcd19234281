import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager, type Options } from '@mikro-orm/postgresql';
import { type DynamicModule, Module } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { DatabaseClock } from '../database/database-clock';
import { InstallRepository } from '../installs/install.repository';
import { InstallStore } from './install-store';

/** The part of the service that an import needs, without HTTP. */
@Module({})
export class ImportModule {
  /** `options`: of the ORM, for a database that is migrated. */
  static forRoot(options: Options): DynamicModule {
    return {
      module: ImportModule,
      imports: [
        MikroOrmModule.forRoot({ ...options, registerRequestContext: false }),
      ],
      providers: [
        InstallRepository,
        InstallStore,
        DatabaseClock,
        // There are no postbacks to reserve connections for.
        { provide: PostbackEntityManager, useExisting: EntityManager },
      ],
    };
  }
}

import { Module } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { ProjectsModule } from '../projects/projects.module';
import { BackgroundInstallWriter } from './background-install-writer';
import { InstallWriter } from './install-writer';
import { InstallRepository } from './install.repository';
import { InstallsController } from './installs.controller';

@Module({
  imports: [ProjectsModule],
  controllers: [InstallsController],
  providers: [
    InstallRepository,
    BackgroundInstallWriter,
    {
      provide: InstallWriter,
      inject: [PostbackEntityManager],
      useFactory: (em: PostbackEntityManager) =>
        new InstallWriter(new InstallRepository(em)),
    },
  ],
  exports: [BackgroundInstallWriter, InstallRepository, InstallWriter],
})
export class InstallsModule {}

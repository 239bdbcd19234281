import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module';
import { InstallWriter } from './install-writer';
import { InstallRepository } from './install.repository';
import { InstallsController } from './installs.controller';

@Module({
  imports: [ProjectsModule],
  controllers: [InstallsController],
  providers: [InstallRepository, InstallWriter],
  exports: [InstallRepository, InstallWriter],
})
export class InstallsModule {}

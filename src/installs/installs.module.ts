import { Module } from '@nestjs/common';
import { InstallWriter } from './install-writer';
import { InstallRepository } from './install.repository';
import { InstallsController } from './installs.controller';

@Module({
  controllers: [InstallsController],
  providers: [InstallRepository, InstallWriter],
  exports: [InstallWriter],
})
export class InstallsModule {}

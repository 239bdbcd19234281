import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ProblemFilter } from './problem.filter';
import { ProblemsController } from './problems.controller';

@Module({
  controllers: [ProblemsController],
  providers: [
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
  ],
  exports: [ProblemFilter],
})
export class ProblemsModule {}

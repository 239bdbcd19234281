import { Global, Module } from '@nestjs/common';
import { DatabaseClock } from './database-clock';

@Global()
@Module({ providers: [DatabaseClock], exports: [DatabaseClock] })
export class DatabaseClockModule {}

import { Injectable } from '@nestjs/common';
import { InstallRepository } from './install.repository';
import { InstallWriter } from './install-writer';

/** Commits installs of background work, such as replays: not in the queue of postbacks, nor on their connections. */
@Injectable()
export class BackgroundInstallWriter extends InstallWriter {
  constructor(repository: InstallRepository) {
    super(repository, {
      // Small groups on one connection: postbacks compete with them for the disk and the CPU.
      maxBatchSize: 50,
      maxInFlight: 1,
      maxWaiting: 1_000,
      deadlineMs: 1_500,
    });
  }
}

import { Injectable } from '@nestjs/common';
import { InstallRepository } from './install.repository';
import { InstallWriter } from './install-writer';

/** Stores installs of background work, such as replays, outside the queue and the connections of postbacks. */
@Injectable()
export class BackgroundInstallWriter extends InstallWriter {
  constructor(repository: InstallRepository) {
    super(repository, {
      // Small groups on one connection, because they compete with postbacks for disk and CPU.
      maxBatchSize: 50,
      maxInFlight: 1,
      maxWaiting: 1_000,
      deadlineMs: 1_500,
    });
  }
}

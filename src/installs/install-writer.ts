import { Injectable } from '@nestjs/common';
import type { Install } from './install.entity';
import { InstallRepository } from './install.repository';

export interface WrittenInstall {
  readonly status: 'created' | 'duplicate';
  /** The install that is kept: this one, or the first one of its kind. */
  readonly install: Install;
}

/** Commits installs, each exactly once. The one place that decides how they are grouped. */
@Injectable()
export class InstallWriter {
  constructor(private readonly repository: InstallRepository) {}

  /** Resolves after the COMMIT. */
  async write(install: Install): Promise<WrittenInstall> {
    const inserted = await this.repository.insertNew([install]);
    return inserted.has(install.install_id)
      ? { status: 'created', install }
      : {
          status: 'duplicate',
          install: await this.repository.findFirst(install),
        };
  }
}

import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DatabaseGate } from '../database/database-gate';
import { toInstallDto } from '../installs/dto/install.dto';
import { InstallRepository } from '../installs/install.repository';
import { faultsOf } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { DryRunResultDto } from './dto/dry-run-result.dto';
import { Ignored } from './pipeline/ignored';
import { CollectPipe } from './request/collect.pipe';
import type { Postback } from './pipeline/postback';
import type { PostbackSource } from './pipeline/postback-source';
import { readPostback } from './pipeline/read-postback';
import { toInstall } from './pipeline/to-install';
import { withinDeadline } from './within-deadline';

const NOTHING = {
  install: null,
  duplicate_of: null,
  warnings: [],
  errors: [],
} as const;

/** Says what would become of a postback, and stores nothing. */
@Injectable()
export class DryRunService {
  private readonly collect = new CollectPipe();

  constructor(
    private readonly installs: InstallRepository,
    private readonly gate: DatabaseGate,
  ) {}

  /** Throws what is no fault of the postback. */
  async judge(
    request: Request,
    source: PostbackSource,
  ): Promise<DryRunResultDto> {
    let postback: Postback;
    try {
      postback = readPostback(await this.collect.transform(request), source);
    } catch (error) {
      return withoutInstall(error);
    }
    const install = toInstall(postback);
    const first = await withinDeadline(
      postback.arrivedAt,
      this.gate.run(install.project_id, () => this.installs.findFirst(install)),
    );
    const { install_id: _, ...unstored } = toInstallDto(install);
    return {
      valid: true,
      status: first ? 'duplicate' : 'created',
      install: unstored,
      duplicate_of: first?.install_id ?? null,
      warnings: postback.warnings,
      errors: [],
    };
  }
}

function withoutInstall(error: unknown): DryRunResultDto {
  if (error instanceof Ignored) {
    return { ...NOTHING, valid: true, status: 'ignored' };
  }
  const problem = toProblem(error);
  // It could be sent again as it is.
  if (problem.status >= 500) throw error;
  return {
    ...NOTHING,
    valid: false,
    status: 'refused',
    errors: faultsOf(problem),
  };
}

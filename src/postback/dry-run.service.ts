import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DatabaseGate } from '../database/database-gate';
import { toInstallDto } from '../installs/dto/install.dto';
import { InstallRepository } from '../installs/install.repository';
import { faultsOf } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { DryRunResultDto } from './dto/dry-run-result.dto';
import { NotAnInstallError } from './pipeline/not-an-install.error';
import { CollectPipe } from './request/collect.pipe';
import type { Postback } from './pipeline/postback';
import type { PostbackSource } from './pipeline/postback-source';
import { readPostback } from './pipeline/read-postback';
import { toInstall } from './pipeline/to-install';
import { withinDeadline } from './request/within-deadline';

const NO_INSTALL = {
  install: null,
  duplicate_of: null,
  warnings: [],
  errors: [],
} as const;

const collect = new CollectPipe();

/** Validates a postback without storing it, and reports what would happen to it. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly installs: InstallRepository,
    private readonly gate: DatabaseGate,
  ) {}

  /** Throws problems that are not the fault of the postback, such as `overloaded`. */
  async run(
    request: Request,
    source: PostbackSource,
  ): Promise<DryRunResultDto> {
    let postback: Postback;
    try {
      postback = readPostback(await collect.transform(request), source);
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
  if (error instanceof NotAnInstallError) {
    return { ...NO_INSTALL, valid: true, status: 'ignored' };
  }
  const problem = toProblem(error);
  // Not the fault of the postback: it may be sent again unchanged.
  if (problem.status >= 500) throw error;
  return {
    ...NO_INSTALL,
    valid: false,
    status: 'refused',
    errors: faultsOf(problem),
  };
}

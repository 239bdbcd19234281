import {
  Body,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { DatabaseClock } from '../database/database-clock';
import { mapPage, type Page } from '../paging/page';
import { PageQueryDto } from '../paging/page.dto';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ApiPage } from '../management/api-page.decorator';
import { ProblemException } from '../problems/problem.exception';
import type { Project } from '../projects/project.entity';
import {
  ProjectParam,
  ProjectRoutes,
} from '../projects/project-routes.decorator';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import type { ApiKey } from './api-key.entity';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyDto, CreateApiKeyDto, NewApiKeyDto } from './dto/api-key.dto';

@ProjectRoutes('keys', 'Keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeyRepository,
    private readonly clock: DatabaseClock,
  ) {}

  @Post()
  @AdminAccess()
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'Only this response contains the key: the service stores only its hash. The key works within one second.',
    operationId: 'createKey',
  })
  @ApiAnswer(201, NewApiKeyDto, 'The new API key')
  @ApiProblems('invalid_request')
  async create(
    @ProjectParam() { project_id }: Project,
    @Body(RequestValidationPipe) wanted: CreateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    const { key, apiKey } = await this.apiKeys.create(project_id, wanted);
    return Object.assign(toDto(apiKey, this.clock.now()), { key });
  }

  @Get()
  @ReadAccess()
  @ApiOperation({ summary: 'List API keys', operationId: 'listKeys' })
  @ApiPage(ApiKeyDto, 'A page of API keys, oldest first')
  async list(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ApiKeyDto>> {
    const page = await this.apiKeys.list(project_id, query);
    const now = this.clock.now();
    return mapPage(page, (each) => toDto(each, now));
  }

  @Delete(':key_id')
  @HttpCode(204)
  @AdminAccess()
  @ApiOperation({
    summary: 'Revoke an API key',
    description:
      'Every instance rejects the key within two seconds. This cannot be undone. Revoking it again changes nothing.',
    operationId: 'revokeKey',
  })
  @ApiParam({ name: 'key_id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'The key is revoked' })
  async revoke(
    @ProjectParam() { project_id }: Project,
    @Param('key_id', UuidParamPipe) keyId: string,
  ): Promise<void> {
    if (!(await this.apiKeys.revoke(project_id, keyId))) {
      throw new ProblemException('not_found');
    }
  }
}

function toDto(apiKey: ApiKey, now: Date): ApiKeyDto {
  const { key_id, label, last_four, scopes, created_at } = apiKey;
  return {
    key_id,
    label,
    last_four,
    state: stateOf(apiKey, now),
    scopes,
    allowed_addresses: apiKey.allowed_addresses ?? null,
    refuse_with: apiKey.refuse_with ?? null,
    created_at,
    expires_at: apiKey.expires_at ?? null,
    revoked_at: apiKey.revoked_at ?? null,
    last_used_at: apiKey.last_used_at ?? null,
  };
}

function stateOf(
  { revoked_at, expires_at }: ApiKey,
  now: Date,
): ApiKeyDto['state'] {
  if (revoked_at) return 'revoked';
  return expires_at && expires_at <= now ? 'expired' : 'live';
}

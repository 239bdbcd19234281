import { EntityManager } from '@mikro-orm/postgresql';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DatabaseClock } from '../database/database-clock';
import { findPage } from '../paging/find-page';
import { ReadJsonBody } from '../http/json-body';
import { type Page, PageOf, PageQueryDto } from '../paging/page.dto';
import { RequestValidationPipe } from '../validation/request-validation.pipe';
import { UuidParamPipe } from '../validation/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import { ProjectIdPipe } from '../projects/project-id.pipe';
import { ProjectsService } from '../projects/projects.service';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import { type ApiKey, ApiKeySchema } from './api-key.entity';
import { ApiKeyService } from './api-key.service';
import { ApiKeyDto, CreateApiKeyDto, NewApiKeyDto } from './dto/api-key.dto';

@ApiTags('Keys')
@ApiParam({ name: 'project_id', type: 'integer', example: 1 })
@UseInterceptors(ReadJsonBody)
@Controller('v1/projects/:project_id/keys')
export class ApiKeysController {
  constructor(
    private readonly em: EntityManager,
    private readonly apiKeys: ApiKeyService,
    private readonly projects: ProjectsService,
    private readonly clock: DatabaseClock,
  ) {}

  @Post()
  @AdminAccess()
  @ApiOperation({
    summary: 'Make a key',
    description:
      'The key is in this answer and nowhere else: the service keeps only its hash. It works within a second.',
    operationId: 'createKey',
  })
  @ApiAnswer(201, NewApiKeyDto, 'The new key')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async create(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Body(RequestValidationPipe) wanted: CreateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    await this.projects.find(projectId);
    const { key, apiKey } = await this.apiKeys.create(
      this.em.fork(),
      projectId,
      wanted,
    );
    return Object.assign(toDto(apiKey, this.clock.now()), { key });
  }

  @Get()
  @ReadAccess()
  @ApiOperation({ summary: 'List keys', operationId: 'listKeys' })
  @ApiAnswer(200, PageOf(ApiKeyDto), 'A page of keys, oldest first')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async list(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ApiKeyDto>> {
    await this.projects.find(projectId);
    const { data, next_cursor } = await findPage(
      this.em.fork(),
      ApiKeySchema,
      {
        where: { project: projectId },
        sortBy: { key_id: 'uuid' },
        direction: 'asc',
      },
      query,
    );
    const now = this.clock.now();
    return { data: data.map((each) => toDto(each, now)), next_cursor };
  }

  @Delete(':key_id')
  @HttpCode(204)
  @AdminAccess()
  @ApiOperation({
    summary: 'Revoke a key',
    description:
      'The key is dead on every instance within two seconds, for ever. Revoking it again changes nothing.',
    operationId: 'revokeKey',
  })
  @ApiParam({ name: 'key_id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'The key is revoked' })
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  async revoke(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('key_id', UuidParamPipe) keyId: string,
  ): Promise<void> {
    if (!(await this.apiKeys.revoke(projectId, keyId))) {
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

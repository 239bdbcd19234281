import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { findPage } from '../paging/find-page';
import type { Page } from '../paging/page';
import type { PageQueryDto } from '../paging/page.dto';
import { ProblemException } from '../problems/problem.exception';
import type { CreateProjectDto, UpdateProjectDto } from './dto/project.dto';
import { type Project, ProjectSchema } from './project.entity';

@Injectable()
export class ProjectsService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  async create({ name }: CreateProjectDto): Promise<Project> {
    const em = this.em.fork();
    const project = em.create(ProjectSchema, {
      name,
      dedupe_without_id: true,
      rate_limit: null,
      refuse_with: null,
      created_at: this.clock.now(),
    });
    await em.persist(project).flush();
    return project;
  }

  list(query: PageQueryDto): Promise<Page<Project>> {
    return findPage(
      this.em.fork(),
      ProjectSchema,
      { where: {}, sortBy: { project_id: 'integer' }, direction: 'asc' },
      query,
    );
  }

  /** Throws the problem `not_found`. */
  find(projectId: number, em = this.em.fork()): Promise<Project> {
    return em.findOneOrFail(ProjectSchema, projectId, {
      failHandler: () => new ProblemException('not_found'),
    });
  }

  /** Changes only the given properties. Throws the problem `not_found`. */
  async update(projectId: number, changes: UpdateProjectDto): Promise<Project> {
    const em = this.em.fork();
    const project = await this.find(projectId, em);
    em.assign(project, changes, { ignoreUndefined: true });
    await em.flush();
    return project;
  }
}

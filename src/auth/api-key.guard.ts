import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { isInNetworks } from '../validation/network';
import { ProblemException } from '../problems/problem.exception';
import { ACCESS, type Access } from '../access/access.decorator';
import { AdminTokenService } from './admin-token.service';
import { ApiKeyService } from './api-key.service';
import { BadKeyLimiter } from './bad-key-limiter';
import type { ApiKeyCaller, Scope } from '../access/caller';
import { bearerOf, keyOf } from './credential';
import { untilRefusal } from './equal-timing';

/**
 * Admits the callers that a route declares with the decorators of `access/`; a route that declares nothing is for the
 * administrator. Throws the problems `invalid_key`, `address_not_allowed`, `scope_missing` and `too_many_requests`.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeyService,
    private readonly adminToken: AdminTokenService,
    private readonly badKeys: BadKeyLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const access = this.reflector.getAllAndOverride<Access | undefined>(
      ACCESS,
      [context.getHandler(), context.getClass()],
    );
    switch (access) {
      case 'public':
        return true;
      case 'optional-key':
        return this.admitOptionalKey(request);
      case 'ingest':
        return this.admitIngest(request);
      case 'read':
        return this.admitRead(request);
      case 'admin':
      default:
        return this.admitAdmin(request);
    }
  }

  private async admitOptionalKey(request: Request): Promise<true> {
    const key = keyOf(request);
    if (key && !this.adminToken.matches(key)) {
      request.apiKey = await this.requireKey(request, key);
    }
    return true;
  }

  private async admitIngest(request: Request): Promise<true> {
    request.apiKey = await this.requireKey(request, keyOf(request));
    requireScope(request.apiKey, 'ingest');
    return true;
  }

  private async admitRead(request: Request): Promise<true> {
    const token = bearerOf(request);
    if (token && this.adminToken.matches(token)) return true;
    request.apiKey = await this.requireKey(request, token);
    requireScope(request.apiKey, 'read');
    if (request.params.project_id !== String(request.apiKey.projectId)) {
      throw new ProblemException('scope_missing');
    }
    return true;
  }

  private async admitAdmin(request: Request): Promise<true> {
    const token = bearerOf(request);
    if (token && this.adminToken.matches(token)) return true;
    request.apiKey = await this.requireKey(request, token);
    throw new ProblemException('scope_missing');
  }

  private async requireKey(
    request: Request,
    key: string | undefined,
  ): Promise<ApiKeyCaller> {
    const arrival = performance.now();
    const address = request.ip ?? '';
    const caller =
      key && (await this.apiKeys.authenticate(key, request.receivedAt));
    if (!caller) return this.rejectKey(address, arrival);
    if (
      caller.allowedAddresses &&
      !isInNetworks(address, caller.allowedAddresses)
    ) {
      throw new ProblemException('address_not_allowed');
    }
    return caller;
  }

  private async rejectKey(address: string, arrival: number): Promise<never> {
    try {
      await this.badKeys.count(address);
      throw new ProblemException('invalid_key', {
        headers: { 'WWW-Authenticate': 'Bearer realm="postback"' },
      });
    } finally {
      await untilRefusal(arrival);
    }
  }
}

function requireScope(caller: ApiKeyCaller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) {
    throw new ProblemException('scope_missing');
  }
}

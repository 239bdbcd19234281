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

/** Lets in who may call a route, by what the route declares; a route that declares nothing is the administrator's. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeyService,
    private readonly adminToken: AdminTokenService,
    private readonly badKeys: BadKeyLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'admin';
    if (access === 'public') return true;

    const request = context.switchToHttp().getRequest<Request>();
    if (access === 'ingest') {
      request.apiKey = await this.requireKey(request, keyOf(request));
      requireScope(request.apiKey, 'ingest');
      return true;
    }

    const token = access === 'key if sent' ? keyOf(request) : bearerOf(request);
    if (token && this.adminToken.matches(token)) return true;
    if (!token && access === 'key if sent') return true;
    request.apiKey = await this.requireKey(request, token);
    if (access === 'key if sent') return true;
    requireScope(request.apiKey, access);
    if (request.params.project_id !== String(request.apiKey.projectId)) {
      throw new ProblemException('scope_missing');
    }
    return true;
  }

  private async requireKey(
    request: Request,
    key: string | undefined,
  ): Promise<ApiKeyCaller> {
    const arrival = performance.now();
    const address = request.ip ?? '';
    const caller =
      key && (await this.apiKeys.authenticate(key, request.receivedAt));
    if (!caller) return this.refuse(address, arrival);
    if (
      caller.allowedAddresses &&
      !isInNetworks(address, caller.allowedAddresses)
    ) {
      throw new ProblemException('address_not_allowed');
    }
    return caller;
  }

  private async refuse(address: string, arrival: number): Promise<never> {
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

function requireScope(caller: ApiKeyCaller, access: Scope | 'admin'): void {
  if (access === 'admin' || !caller.scopes.includes(access)) {
    throw new ProblemException('scope_missing');
  }
}

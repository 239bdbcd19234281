import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The input of the pipes: the request, which the guards have admitted. */
export const RawPostback = createParamDecorator(
  (_: unknown, context: ExecutionContext): Request =>
    context.switchToHttp().getRequest<Request>(),
);

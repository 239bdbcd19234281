import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The request itself, for the pipes to read a postback from; after the guards have let it in. */
export const RawPostback = createParamDecorator(
  (_: unknown, context: ExecutionContext): Request =>
    context.switchToHttp().getRequest<Request>(),
);

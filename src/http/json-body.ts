import { parseJsonObject } from '@app/reading';
import type {
  CallHandler,
  ExecutionContext,
  NestInterceptor,
} from '@nestjs/common';
import { parse as parseContentType } from 'content-type';
import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception';
import { MAX_JSON_DEPTH } from './request-limits';
import { withBody } from './with-body';

/** Bytes. */
const LIMIT = 100 * 1024;

/** The body of any other method has no meaning and is not read. */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const utf8 = new TextDecoder();

/**
 * Reads the JSON body of a management request, after the guards and before `@Body()`. It ignores the Content-Type,
 * because `curl -d` declares a form.
 */
export class ReadJsonBody implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<Request>();
    if (!WITH_BODY.has(request.method)) return next.handle();
    request.body = await withBody(
      request,
      // A few compressed bytes could take milliseconds to inflate.
      { limit: LIMIT, inflates: false },
      (bytes) => bytes && parse(utf8.decode(bytes), request),
    );
    return next.handle();
  }
}

/** Rejects JSON that is nested so deeply that walking it would overflow the stack. */
function parse(text: string, request: Request): unknown {
  const type = parseContentType(request.get('content-type') ?? '');
  if (!/^utf-?8$/i.test(type.parameters.charset ?? 'utf-8')) {
    throw new ProblemException('unsupported_media_type', {
      detail: 'Send JSON in UTF-8.',
    });
  }
  parseJsonObject(text, MAX_JSON_DEPTH);
  return text.trim() === '' ? {} : JSON.parse(text);
}

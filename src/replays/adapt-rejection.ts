import { parseIngestPath } from '../http/ingest-path';
import type {
  AdaptedPostback,
  SentPostback,
} from '../postback/pipeline/postback';
import { parametersOf } from '../postback/pipeline/parameters';
import { POSTBACK_SOURCES } from '../postback/pipeline/postback-source';
import { toFields } from '../postback/pipeline/sent-fields';
import type { ProblemCode } from '../problems/problem-codes';
import { ProblemException } from '../problems/problem.exception';
import { MASK } from '../rejections/mask-secrets';
import type { Rejection } from '../rejections/rejection.entity';

const utf8 = new TextDecoder();

/**
 * The refused postback as it would be read if it came now, with its time of arrival: as one of `tracker`, or of the tracker
 * that its path names, which may be known by now. Throws as the pipes of a request do.
 */
export function adaptRejection(
  rejection: Rejection,
  caller: SentPostback['caller'],
  tracker = parseIngestPath(rejection.path)?.tracker,
): AdaptedPostback {
  const source = POSTBACK_SOURCES.find(({ name }) => name === tracker);
  if (!source) throw new ProblemException('unknown_tracker');
  if (!rejection.body_complete) {
    throw new ProblemException(rejection.code as ProblemCode, {
      detail:
        'The body of the request was not kept, so it cannot be replayed. The sender must send it again, corrected.',
    });
  }
  if (parseIngestPath(rejection.path)?.action === 'batch') {
    throw new ProblemException(rejection.code as ProblemCode, {
      detail:
        'It is a batch that was refused as a whole, which cannot be replayed. Send it again, corrected.',
    });
  }
  const parameters = parametersOf({
    query: rejection.query,
    contentType: rejection.content_type ?? undefined,
    body: bodyOf(rejection),
  });
  return source.adapt.transform({
    caller,
    arrivedAt: performance.now(),
    receivedAt: rejection.first_seen_at,
    fields: toFields(parameters, MASK),
  });
}

function bodyOf({ body, body_encoding }: Rejection): string {
  return body_encoding === 'base64'
    ? utf8.decode(Buffer.from(body ?? '', 'base64'))
    : (body ?? '');
}

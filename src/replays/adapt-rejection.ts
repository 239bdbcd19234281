import type {
  AdaptedPostback,
  PostbackCaller,
} from '../postback/pipeline/postback';
import { parametersOf } from '../postback/pipeline/parameters';
import { POSTBACK_SOURCES } from '../postback/pipeline/postback-source';
import { toFields } from '../postback/pipeline/sent-fields';
import type { ProblemCode } from '../problems/problem-codes';
import { ProblemException } from '../problems/problem.exception';
import type { Rejection } from '../rejections/rejection.entity';
import { MASK } from '../rejections/stored-request/mask-secrets';
import { decodeRequest } from '../rejections/stored-request/stored-request';

/**
 * The rejected postback as it would be read if it arrived now, but with its time of arrival. It is read as a postback of
 * `asTracker`, or else of the tracker in its path, which may be known by now. Throws as the pipes of a request do.
 */
export function adaptRejection(
  rejection: Rejection,
  caller: PostbackCaller,
  asTracker?: string,
): AdaptedPostback {
  const { tracker, isBatch, text } = decodeRequest(rejection);
  const name = asTracker ?? tracker;
  const source = POSTBACK_SOURCES.find((each) => each.name === name);
  if (!source) throw new ProblemException('unknown_tracker');
  if (!text) {
    throw notReplayable(
      rejection,
      'The body of this request is not stored, so it cannot be replayed. Correct the request and send it again.',
    );
  }
  if (isBatch) {
    throw notReplayable(
      rejection,
      'This batch was rejected as a whole, so it cannot be replayed. Correct it and send it again.',
    );
  }
  return source.adapt.transform({
    caller,
    arrivedAt: performance.now(),
    receivedAt: rejection.first_seen_at,
    fields: toFields(parametersOf(text), MASK),
  });
}

/** Again the problem for which the request was rejected. */
function notReplayable({ code }: Rejection, detail: string): ProblemException {
  return new ProblemException(code as ProblemCode, { detail });
}

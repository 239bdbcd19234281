import { NormalisePipe } from './normalise.pipe';
import { TimestampDefaultsPipe } from './timestamp-defaults.pipe';
import { ValidatePipe } from './validate.pipe';
import type { AdaptedPostback, Postback, SentPostback } from './postback';
import type { PostbackSource } from './postback-source';

interface Step<Input, Output> {
  transform(input: Input): Output;
}

/** Three steps of which each takes what the one before returns: as pipes of a controller, and as one function. */
function inOrder<A, B, C, D>(
  first: Step<A, B>,
  second: Step<B, C>,
  third: Step<C, D>,
) {
  return {
    pipes: [first, second, third],
    run: (input: A): D =>
      third.transform(second.transform(first.transform(input))),
  };
}

/** The steps after the adapter. This is the only place that states their order. */
const STEPS = inOrder(
  new NormalisePipe(),
  new ValidatePipe(),
  new TimestampDefaultsPipe(),
);

/** All steps as the pipes of a request, after the one that collects what was sent. */
export function pipesOf({ adapt }: PostbackSource) {
  return [adapt, ...STEPS.pipes];
}

/** All steps for a postback that is not a request: of a batch, a dry run or an import. Throws what the pipes throw. */
export function readPostback(
  sent: SentPostback,
  { adapt }: PostbackSource,
): Postback {
  return readAdapted(adapt.transform(sent));
}

/** The steps after the adapter: a replay repairs the adapted postback first. */
export function readAdapted(adapted: AdaptedPostback): Postback {
  return STEPS.run(adapted);
}

import { NormalisePipe } from './normalise.pipe';
import { TimestampDefaultsPipe } from './timestamp-defaults.pipe';
import { ValidatePipe } from './validate.pipe';
import type { AdaptedPostback, Postback, SentPostback } from './postback';
import type { PostbackSource } from './postback-source';

const normalise = new NormalisePipe();
const defaults = new TimestampDefaultsPipe();
const validate = new ValidatePipe();

/** What the pipes of a request do behind the first one. Throws as they do. */
export function readPostback(
  sent: SentPostback,
  { adapt }: PostbackSource,
): Postback {
  return readAdapted(adapt.transform(sent));
}

/** What they do behind the adapter. */
export function readAdapted(adapted: AdaptedPostback): Postback {
  return validate.transform(defaults.transform(normalise.transform(adapted)));
}

import { ApiHideProperty } from '@nestjs/swagger';
import type { Received } from '../../fields/field-rules';
import { IDENTIFIERS, InstallFields } from '../../fields/install-fields';
import { AtLeastOneOf } from './at-least-one-of';

/** An install postback in canonical fields. */
export class InstallPostbackDto extends InstallFields implements Received {
  /** The moment it arrived; nobody sends it. */
  @ApiHideProperty()
  received_at: Date;

  @ApiHideProperty()
  @AtLeastOneOf(...IDENTIFIERS)
  readonly identifiers?: never;
}

import { ApiHideProperty } from '@nestjs/swagger';
import type { Received } from '../../fields/field-rules';
import { InstallFields } from '../../fields/install-fields';
import { HasIdentifier } from './has-identifier.decorator';

/** An install postback in canonical fields, with all the rules that it must keep. */
export class InstallPostbackDto extends InstallFields implements Received {
  /** Time of arrival, set by the service. */
  @ApiHideProperty()
  received_at: Date;

  /** Has no value: it carries the rule for all identifiers together. */
  @ApiHideProperty()
  @HasIdentifier()
  readonly identifiers?: never;
}

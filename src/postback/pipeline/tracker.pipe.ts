import type { PipeTransform } from '@nestjs/common';
import { createReader, type MessageReader } from '@app/trackers';
import { NotAnInstallError } from './not-an-install.error';
import type { AdaptedPostback, SentPostback } from './postback';
import type { TrackerWithMessage } from './tracker-with-message';

/** The adapter for the messages of one tracker. Throws {@link NotAnInstallError}. */
export class TrackerPipe implements PipeTransform<
  SentPostback,
  AdaptedPostback
> {
  private readonly tracker: string;
  private readonly read: MessageReader;

  constructor({ name, fields, message }: TrackerWithMessage) {
    this.tracker = name;
    this.read = createReader(fields, message);
  }

  transform(sent: SentPostback): AdaptedPostback {
    const message = this.read(sent.fields);
    if (!message) throw new NotAnInstallError(this.tracker);
    return {
      ...sent,
      ...message,
      tracker: this.tracker,
    };
  }
}

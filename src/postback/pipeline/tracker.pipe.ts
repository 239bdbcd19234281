import type { PipeTransform } from '@nestjs/common';
import { createReader, type MessageReader } from '@app/trackers';
import type { SentValue } from '../../fields/read-field';
import { Ignored } from './ignored';
import type { AdaptedPostback, SentPostback } from './postback';
import type { TrackerWithMessage } from './tracker-with-message';

/** Turns the message of one tracker into our fields. Throws {@link Ignored} for one that is no install. */
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
    if (!message) throw new Ignored(this.tracker);
    return {
      ...sent,
      ...message,
      // The reader hands the values on.
      fields: message.fields as ReadonlyMap<string, readonly SentValue[]>,
      tracker: this.tracker,
    };
  }
}

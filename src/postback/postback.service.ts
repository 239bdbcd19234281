import { Injectable } from '@nestjs/common';
import { INSTALL_FIELDS } from '../fields/install-fields';
import { BackgroundInstallWriter } from '../installs/background-install-writer';
import type { Install } from '../installs/install.entity';
import { InstallWriter } from '../installs/install-writer';
import type { PostbackResultDto } from './dto/postback-result.dto';
import type { Postback } from './pipeline/postback';
import { toInstall } from './pipeline/to-install';
import { codesOf } from './pipeline/warning';
import { withinDeadline } from './request/within-deadline';

@Injectable()
export class PostbackService {
  constructor(
    private readonly writer: InstallWriter,
    private readonly backgroundWriter: BackgroundInstallWriter,
  ) {}

  /**
   * Commits the install and returns the result. `replayId`: the `install_id` for a replay, the same in each attempt, so
   * that all attempts together store at most one install. Throws `overloaded` at the deadline of the request.
   */
  async record(
    postback: Postback,
    replayId?: string,
  ): Promise<PostbackResultDto> {
    const isReplay = replayId !== undefined;
    const writer = isReplay ? this.backgroundWriter : this.writer;
    const sent = toInstall(postback, replayId);
    const { status, install } = await withinDeadline(
      postback.arrivedAt,
      writer.write({
        install: sent,
        warnings: codesOf(postback.warnings),
        isReplay,
      }),
    );
    return {
      status,
      install_id: install.install_id,
      received_at: install.received_at,
      ...(status === 'duplicate' && {
        differs: differences(sent, install, postback.defaulted),
      }),
      warnings: postback.warnings,
    };
  }
}

/** The fields in which two installs differ. Fields with a default value do not count: they were not sent. */
function differences(
  sent: Install,
  first: Install,
  defaulted: Postback['defaulted'],
): string[] {
  return INSTALL_FIELDS.map(({ name }) => name).filter(
    (name) =>
      !defaulted.has(name) &&
      sent[name]?.valueOf() !== (first[name] ?? undefined)?.valueOf(),
  );
}

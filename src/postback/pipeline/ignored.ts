import type { IgnoredResultDto } from '../dto/postback-result.dto';

/** Thrown for a well-formed message of a tracker that is no install: there is nothing to store, and nothing to correct. */
export class Ignored extends Error {
  constructor(readonly tracker: string) {
    super(`No install, says ${tracker}`);
  }
}

/** How it is answered. */
export const IGNORED: IgnoredResultDto = {
  status: 'ignored',
  reason: 'not_an_install',
  warnings: [],
};

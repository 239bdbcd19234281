import { join } from 'node:path';

/** The service with one mistake: it answers before the COMMIT. The fault tests must find it. */
const built = join(__dirname, '../../../../src');

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
const { InstallWriter } = require(
  join(built, 'installs/install-writer.js'),
) as {
  InstallWriter: { prototype: Writer };
};

interface Writer {
  write(sent: { install: object }): Promise<object>;
}

const commit = Reflect.get(InstallWriter.prototype, 'write');
InstallWriter.prototype.write = function (sent) {
  void commit.call(this, sent).catch(() => undefined);
  return Promise.resolve({ status: 'created', install: sent.install });
};

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
require(join(built, 'main.js'));

import { parseArgs } from 'node:util';
import {
  CANONICAL_FIELDS,
  type CanonicalField,
  findTracker,
  messageUrl,
  postbackUrl,
  TRACKERS,
} from '@app/trackers';
import { StartupError } from '../config/startup-error';
import { run } from '../run';

const USAGE =
  'Usage: npm run --silent tracker:url -- adjust --host https://postback.example.com [--key KEY] [--fields id,publisher_name,…] [--own]';

/** `npm run tracker:url -- <tracker>`: prints the URL to paste; with `--own` the URL for messages in the tracker's own field names. */
run(async () => {
  const { name, host, key, fields, own } = readArguments(process.argv.slice(2));
  const tracker = findTracker(name);
  if (!tracker) {
    throw new StartupError(
      `Unknown tracker "${name}". Use one of: ${TRACKERS.map((each) => each.name).join(', ')}.`,
    );
  }
  const options = { origin: originOf(host), apiKey: key, fields };
  const url = own
    ? messageUrl(tracker, options)
    : postbackUrl(tracker, options);
  if (url === undefined) {
    throw new StartupError(
      `${tracker.title} sends no messages in its own field names. Leave out --own.`,
    );
  }
  process.stdout.write(`${url}\n`);
});

function readArguments(args: string[]) {
  const { values, positionals } = parse(args);
  const fields = values.fields?.split(',').map((each) => each.trim());
  const unknown = fields?.filter(
    (each) => !CANONICAL_FIELDS.includes(each as CanonicalField),
  );
  if (unknown?.length) {
    throw new StartupError(
      `Unknown field in --fields: ${unknown.join(', ')}. Use some of: ${CANONICAL_FIELDS.join(', ')}.`,
    );
  }
  if (positionals.length !== 1) throw new StartupError(USAGE);
  return {
    ...values,
    name: positionals[0],
    fields: fields as CanonicalField[] | undefined,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        host: { type: 'string', default: 'http://localhost:3000' },
        key: { type: 'string' },
        fields: { type: 'string' },
        own: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new StartupError(USAGE, { cause: error });
  }
}

/** A host without a scheme gets https. */
function originOf(host: string): string {
  const url = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (!URL.canParse(url)) throw new StartupError(USAGE);
  return new URL(url).origin;
}

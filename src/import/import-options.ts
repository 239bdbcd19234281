import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from '../config/startup-error';
import {
  POSTBACK_SOURCES,
  type PostbackSource,
} from '../postback/pipeline/postback-source';

const USAGE =
  'Usage: npm run import -- --file installs.csv|.ndjson --project 1 [--tracker custom] [--refused FILE]';

export interface ImportOptions {
  readonly file: string;
  readonly format: 'csv' | 'ndjson';
  readonly projectId: number;
  /** The source whose field names the columns or members have. */
  readonly source: PostbackSource;
  /** The path of the report of rejected rows. */
  readonly refused: string;
}

/** Reads the arguments of `npm run import -- …`. Throws {@link StartupError}. */
export function readOptions(args: readonly string[]): ImportOptions {
  const { file, project, tracker, refused } = parse(args);
  if (file === undefined || project === undefined) {
    throw new StartupError(USAGE);
  }
  const path = resolve(file);
  const report = resolve(refused ?? `${file}.refused.ndjson`);
  if (report === path) {
    throw new StartupError(
      '--refused names the file to import, which would be lost.',
    );
  }
  return {
    file: path,
    format: formatOf(file),
    projectId: toProjectId(project),
    source: findSource(tracker),
    refused: report,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        file: { type: 'string' },
        project: { type: 'string' },
        tracker: { type: 'string', default: 'custom' },
        refused: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new StartupError(USAGE, { cause: error });
  }
}

function formatOf(file: string): ImportOptions['format'] {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(file)) return 'ndjson';
  throw new StartupError(
    `${file}: the name must end in .csv, or in .ndjson or .jsonl for one JSON object per line.`,
  );
}

function toProjectId(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) {
    throw new StartupError(`--project must be a number. ${USAGE}`);
  }
  return Number(text);
}

function findSource(name: string): PostbackSource {
  const source = POSTBACK_SOURCES.find((each) => each.name === name);
  if (!source) {
    throw new StartupError(
      `"${name}" is not a tracker with messages in its own field names. Use one of: ${POSTBACK_SOURCES.map((each) => each.name).join(', ')}.`,
    );
  }
  return source;
}

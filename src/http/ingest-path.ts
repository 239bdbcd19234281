/** The address of a source is this and its name. */
const ROOT = '/track/install/v1/';
const UNDER_TRACK = /^\/+track\//i;
const INGEST_PATH =
  /^\/track\/install\/v1\/([^/]+)(?:\/(batch|validate))?\/?$/i;

export interface IngestPath {
  /** In lower case; there may be no such tracker. */
  readonly tracker: string;
  readonly action: 'receive' | 'batch' | 'validate';
}

/** The parts of a path in the form that {@link plainUrl} gives it; undefined for any other path. */
export function parseIngestPath(path: string): IngestPath | undefined {
  const match = INGEST_PATH.exec(path);
  if (!match) return undefined;
  const [, tracker, action = 'receive'] = match;
  return {
    tracker: tracker.toLowerCase(),
    action: action.toLowerCase() as IngestPath['action'],
  };
}

export function ingestPathOf(tracker: string): string {
  return ROOT + tracker;
}

/** Whether a URL in its plain form belongs to trackers. */
export function isForTrackers(url: string): boolean {
  return url.startsWith('/track/');
}

/**
 * The plain form of a URL for trackers: single slashes, the root in lower case, every percent sign
 * decodable. Express would refuse any other percent sign before it is known whose request it is.
 * Other URLs stay as they are.
 */
export function plainUrl(url: string): string {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (!UNDER_TRACK.test(path)) return url;
  const plain = decodable(withPlainRoot(withSingleSlashes(path)));
  return plain === path ? url : plain + url.slice(path.length);
}

function withSingleSlashes(path: string): string {
  return path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path;
}

function withPlainRoot(path: string): string {
  if (path.startsWith(ROOT)) return path;
  const root = path.slice(0, ROOT.length).toLowerCase();
  return root === ROOT
    ? ROOT + path.slice(ROOT.length)
    : `/track/${path.slice('/track/'.length)}`;
}

function decodable(path: string): string {
  if (!path.includes('%')) return path;
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    return path.replaceAll('%', '%25');
  }
}

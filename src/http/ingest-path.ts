/** The path of the ingest endpoint; below it each tracker has a path with its name. */
export const INGEST_ROOT = '/track/install/v1';
const ROOT = `${INGEST_ROOT}/`;
const UNDER_TRACK = /^\/+track\//i;
const INGEST_PATH =
  /^\/track\/install\/v1\/([^/]+)(?:\/(batch|validate))?\/?$/i;

export interface IngestPath {
  /** In lower case; it may be unknown. */
  readonly tracker: string;
  readonly action: 'receive' | 'batch' | 'validate';
}

/** Parses a path of the ingest endpoint, as {@link plainUrl} returns it; undefined for any other path. */
export function parseIngestPath(path: string): IngestPath | undefined {
  const match = INGEST_PATH.exec(path);
  if (!match) return undefined;
  const [, tracker, action = 'receive'] = match;
  return {
    tracker: tracker.toLowerCase(),
    action: action.toLowerCase() as IngestPath['action'],
  };
}

/** The path for postbacks of a tracker. */
export function ingestPathOf(tracker: string): string {
  return ROOT + tracker;
}

/** Whether a URL, as {@link plainUrl} returns it, is for trackers. */
export function isForTrackers(url: string): boolean {
  return url.startsWith('/track/');
}

/**
 * Normalizes a URL for trackers: single slashes, the ingest root in lower case, and no percent sign that cannot be decoded,
 * which Express would reject before the project of the request is known. Returns any other URL unchanged.
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

import { postbackUrl, TRACKERS } from '@app/trackers';
import { array, assert, constantFrom, property } from 'fast-check';
import { ingestPathOf, parseIngestPath, plainUrl } from './ingest-path';

describe('plainUrl', () => {
  it.each([
    '/track/install/v1/custom?apikey=a//b&x=%zz',
    '/track/install/v1/Custom/',
    '/track/install/v1/a%20b',
    '/track/',
    '/v1//projects/%zz',
    '/TRACKER//x',
    '//health/live',
    '*',
    '',
  ])('returns %j unchanged', (url) => {
    expect(plainUrl(url)).toBe(url);
  });

  it.each([
    ['/TRACK/Install/V1/Custom?A=//b', '/track/install/v1/Custom?A=//b'],
    ['//track///install/v1//custom//', '/track/install/v1/custom/'],
    ['/track/install/v1/%zz?a=%zz', '/track/install/v1/%25zz?a=%zz'],
    ['/Track/other', '/track/other'],
  ])('normalizes %j to %j', (url, plain) => {
    expect(plainUrl(url)).toBe(plain);
  });

  it('is idempotent', () => {
    const piece = constantFrom('/', 'track', 'TRACK', 'install', 'v1', '%z');
    assert(
      property(array(piece), (pieces) => {
        const plain = plainUrl(`/${pieces.join('')}`);
        expect(plainUrl(plain)).toBe(plain);
      }),
    );
  });
});

describe('parseIngestPath', () => {
  it.each([
    ['/track/install/v1/custom', 'custom', 'receive'],
    ['/track/install/v1/ADJUST/', 'adjust', 'receive'],
    ['/track/install/v1/custom/Batch/', 'custom', 'batch'],
    ['/track/install/v1/custom/validate', 'custom', 'validate'],
    ['/track/install/v1/batch', 'batch', 'receive'],
  ])('reads %s', (path, tracker, action) => {
    expect(parseIngestPath(path)).toEqual({ tracker, action });
  });

  it.each(['/track/install/v1/', '/track/install/v1/a/b', '/v1/projects', ''])(
    'returns undefined for %j',
    (path) => expect(parseIngestPath(path)).toBeUndefined(),
  );

  it('parses the path of a tracker', () => {
    expect(parseIngestPath(ingestPathOf('branch'))?.tracker).toBe('branch');
  });

  it('parses the postback URL that a tracker is set up with', () => {
    const url = new URL(
      postbackUrl(TRACKERS[0], { origin: 'https://example.com' }),
    );
    expect(parseIngestPath(url.pathname)?.action).toBe('receive');
  });
});

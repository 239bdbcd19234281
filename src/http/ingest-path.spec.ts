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
  ])('leaves %j as it is', (url) => {
    expect(plainUrl(url)).toBe(url);
  });

  it.each([
    ['/TRACK/Install/V1/Custom?A=//b', '/track/install/v1/Custom?A=//b'],
    ['//track///install/v1//custom//', '/track/install/v1/custom/'],
    ['/track/install/v1/%zz?a=%zz', '/track/install/v1/%25zz?a=%zz'],
    ['/Track/other', '/track/other'],
  ])('makes %j %j', (url, plain) => {
    expect(plainUrl(url)).toBe(plain);
  });

  it('changes no plain form', () => {
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
    'finds no tracker in %j',
    (path) => expect(parseIngestPath(path)).toBeUndefined(),
  );

  it('reads the path of a tracker', () => {
    expect(parseIngestPath(ingestPathOf('branch'))?.tracker).toBe('branch');
  });
});

import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FileImport } from './file-import';
import { readOptions } from './import-options';
import type { InstallStore, Stored } from './install-store';
import { RefusalReport } from './refusal-report';

const ROWS = 5_000;
const ROW = (n: number) => `P,u,row-${n}\n`;
const never = new AbortController().signal;

describe('FileImport', () => {
  let directory: string;
  let path: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postback-import-'));
    path = join(directory, 'installs.csv');
    const rows = Array.from({ length: ROWS }, (_, n) => ROW(n)).join('');
    await writeFile(path, `publisher_name,user_id,id\n${rows}`);
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function run(
    write: () => Promise<Stored>,
    signal = never,
    progressed = () => {},
  ) {
    const options = readOptions(['--file', path, '--project', '1']);
    const store = { now: () => new Date(), write } as unknown as InstallStore;
    const report = await RefusalReport.replace(options.refused);
    const work = new FileImport(options, store, report);
    const file = await open(path);
    try {
      await work.run(file, progressed, signal);
    } finally {
      await file.close();
      await report.close();
    }
    return work.tally;
  }

  it('reads no further than the database writes', async () => {
    let waiting = 0;
    let most = 0;
    const tally = await run(async () => {
      most = Math.max(most, ++waiting);
      await setTimeout(1);
      waiting--;
      return 'created';
    });
    expect(tally).toMatchObject({ rows: ROWS, created: ROWS });
    expect(most).toBeLessThanOrEqual(1_000);
    expect(most).toBeGreaterThanOrEqual(500);
  });

  it('tells every row of its verdict', async () => {
    let n = 0;
    const tally = await run(() =>
      Promise.resolve(n++ % 2 === 0 ? 'created' : 'duplicate'),
    );
    expect(tally).toMatchObject({ created: ROWS / 2, duplicate: ROWS / 2 });
  });

  it('refuses a row that the database refuses, and goes on', async () => {
    let n = 0;
    const refusal = Object.assign(new Error('check'), { code: '23514' });
    const tally = await run(() =>
      n++ === 7 ? Promise.reject(refusal) : Promise.resolve('created'),
    );
    expect(tally).toMatchObject({ created: ROWS - 1, refused: 1 });
  });

  it('fails with the database', async () => {
    const lost = Object.assign(new Error('gone'), { code: '57P01' });
    await expect(run(() => Promise.reject(lost))).rejects.toBe(lost);
  });

  it('reads nothing after the signal', async () => {
    const tally = await run(
      () => Promise.resolve('created'),
      AbortSignal.abort(),
    );
    expect(tally).toMatchObject({ rows: 0 });
  });
});

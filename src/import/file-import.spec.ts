import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FileImport } from './file-import';
import { readOptions } from './import-options';
import type { StoreResult } from './install-store';
import { RejectedRowsReport } from './rejected-rows-report';

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
    write: () => Promise<StoreResult>,
    signal = never,
    progressed = () => {},
  ) {
    const options = readOptions(['--file', path, '--project', '1']);
    const store = { now: () => new Date(), write };
    const report = await RejectedRowsReport.replace(options.refused);
    const fileImport = new FileImport(options, store, report);
    const file = await open(path);
    try {
      await fileImport.run(file, progressed, signal);
    } finally {
      await file.close();
      await report.close();
    }
    return fileImport.summary;
  }

  it('reads only a limited number of rows ahead of the database', async () => {
    let waiting = 0;
    let most = 0;
    const summary = await run(async () => {
      most = Math.max(most, ++waiting);
      await setTimeout(1);
      waiting--;
      return 'created';
    });
    expect(summary).toMatchObject({ rows: ROWS, created: ROWS });
    expect(most).toBeLessThanOrEqual(1_000);
    expect(most).toBeGreaterThanOrEqual(500);
  });

  it('counts the result of every row', async () => {
    let n = 0;
    const summary = await run(() =>
      Promise.resolve(n++ % 2 === 0 ? 'created' : 'duplicate'),
    );
    expect(summary).toMatchObject({ created: ROWS / 2, duplicate: ROWS / 2 });
  });

  it('rejects a row that the database rejects, and continues', async () => {
    let n = 0;
    const rejected = Object.assign(new Error('check'), { code: '23514' });
    const summary = await run(() =>
      n++ === 7 ? Promise.reject(rejected) : Promise.resolve('created'),
    );
    expect(summary).toMatchObject({ created: ROWS - 1, refused: 1 });
  });

  it('fails when the database fails', async () => {
    const lost = Object.assign(new Error('gone'), { code: '57P01' });
    await expect(run(() => Promise.reject(lost))).rejects.toBe(lost);
  });

  it('reads nothing after the signal', async () => {
    const summary = await run(
      () => Promise.resolve('created'),
      AbortSignal.abort(),
    );
    expect(summary).toMatchObject({ rows: 0 });
  });
});

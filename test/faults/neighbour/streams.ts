import type { Dispatcher } from 'undici';
import { anInstall } from '../exchange';

const INGEST = '/track/install/v1/custom';

/** What a quiet project sends, each at a steady rate. */
export type StreamName =
  'postbacks' | 'newcomers' | 'batches' | 'refused' | 'quiet mode' | 'reads';

/** The keys of a quiet project; all of one project. */
export interface QuietKeys {
  readonly projectId: number;
  readonly ingest: string;
  /** Of the quiet mode: what is refused is answered 200. */
  readonly forgiving: string;
  readonly read: string;
}

export type Request = Omit<Dispatcher.RequestOptions, 'origin'>;

export interface Stream {
  readonly perSecond: number;
  readonly request: (keys: QuietKeys, id: string) => Request;
  readonly isRight: (status: number, text: string) => boolean;
  /** Installs, and refusals, that a right answer promises. */
  readonly installs: number;
  readonly refusals: number;
}

const sent = (key: string, fields: Record<string, string>): Request => ({
  method: 'GET',
  path: `${INGEST}?${new URLSearchParams({ apikey: key, ...fields }).toString()}`,
});
const refused = (id: string) => ({ ...anInstall(id), country_code: 'Nowhere' });
const promises = { installs: 0, refusals: 0 };

export const STREAMS: Readonly<Record<StreamName, Stream>> = {
  postbacks: {
    ...promises,
    perSecond: 50,
    installs: 1,
    request: ({ ingest }, id) => sent(ingest, anInstall(id)),
    isRight: (status) => status === 200,
  },
  /** Each over a connection of its own. */
  newcomers: {
    ...promises,
    perSecond: 50,
    installs: 1,
    request: ({ ingest }, id) => ({
      ...sent(ingest, anInstall(id)),
      reset: true,
    }),
    isRight: (status) => status === 200,
  },
  /** Of ten. */
  batches: {
    ...promises,
    perSecond: 5,
    installs: 10,
    request: ({ ingest }, id) => ({
      method: 'POST',
      path: `${INGEST}/batch`,
      headers: { 'x-api-key': ingest, 'content-type': 'application/json' },
      body: JSON.stringify(
        Array.from({ length: 10 }, (_, n) => anInstall(`${id}-${n}`)),
      ),
    }),
    isRight: (status, text) =>
      status === 200 && text.split('"created"').length === 11,
  },
  refused: {
    ...promises,
    perSecond: 5,
    refusals: 1,
    request: ({ ingest }, id) => sent(ingest, refused(id)),
    isRight: (status) => status === 400,
  },
  'quiet mode': {
    ...promises,
    perSecond: 5,
    refusals: 1,
    request: ({ forgiving }, id) => sent(forgiving, refused(id)),
    isRight: (status, text) =>
      status === 200 && text.includes('"status":"refused"'),
  },
  reads: {
    ...promises,
    perSecond: 4,
    request: ({ projectId, read }) => ({
      method: 'GET',
      path: `/v1/projects/${projectId}/installs?limit=5`,
      headers: { authorization: `Bearer ${read}` },
    }),
    isRight: (status) => status === 200,
  },
};

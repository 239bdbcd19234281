import {
  parseForm,
  parseJsonObject,
  readCountry,
  readNothing,
  readTime,
  readUsd,
  readUuid,
  hasControlCharacter,
  splitJsonArray,
} from '@app/reading';
import { createReader } from '@app/trackers';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Request } from 'express';
import { isWellFormedApiKey } from '../../src/auth/api-key';
import { bearerOf, keyOf } from '../../src/auth/credential';
import { CreateApiKeyDto } from '../../src/auth/dto/api-key.dto';
import { FIELD_TYPES, type FieldTypeName } from '../../src/fields/field-types';
import { INSTALL_FIELDS } from '../../src/fields/install-fields';
import { readField } from '../../src/fields/read-field';
import { findPage } from '../../src/paging/find-page';
import { parseIngestPath, plainUrl } from '../../src/http/ingest-path';
import { isNetwork } from '../../src/validation/network';
import { RequestValidationPipe } from '../../src/management/request-validation.pipe';
import { toOriginForm } from '../../src/http/request-target';
import { csvRows } from '../../src/import/csv-rows';
import { linesOf } from '../../src/import/lines';
import { ndjsonRows } from '../../src/import/ndjson-rows';
import { InstallSchema } from '../../src/installs/install.entity';
import { ListInstallsDto } from '../../src/installs/dto/list-installs.dto';
import { toInstall } from '../../src/postback/pipeline/to-install';
import { parametersOf } from '../../src/postback/pipeline/parameters';
import { POSTBACK_SOURCES } from '../../src/postback/pipeline/postback-source';
import { readPostback } from '../../src/postback/pipeline/read-postback';
import {
  sentRequestOf,
  toRejection,
} from '../../src/postback/refused/to-rejection';
import { toFields } from '../../src/postback/pipeline/sent-fields';
import { ProblemException } from '../../src/problems/problem.exception';
import { readProjectId } from '../../src/projects/read-project-id';
import { UpdateProjectDto } from '../../src/projects/dto/project.dto';
import { maskSecrets } from '../../src/rejections/stored-request/mask-secrets';
import { RejectionStateFilterDto } from '../../src/rejections/dto/rejection-filter.dto';
import { ReplayRequestDto } from '../../src/replays/dto/replay-request.dto';
import { StatsQueryDto } from '../../src/stats/dto/stats.dto';
import { TrackersController } from '../../src/trackers/trackers.controller';
import { TrackerQueryDto } from '../../src/trackers/dto/tracker.dto';

const KEY = 'the-key-that-is-not-there';
/** What is done with a text. */
export type Work = (text: string) => unknown;

/** What is refused counts as well. */
export async function attempt(work: Work, text: string): Promise<void> {
  try {
    await work(text);
  } catch {
    // Only its time matters.
  }
}

function requestWith(parts: Partial<Request>): Request {
  const headers: Record<string, string | undefined> = {
    ...parts.headers,
  } as never;
  return {
    method: 'POST',
    path: '/track/install/v1/custom',
    url: '',
    originalUrl: '/track/install/v1/custom',
    headers,
    get: (name: string) => headers[name],
    apiKey: { keyId: 'k', projectId: 1 },
    receivedAt: new Date(),
    ...parts,
  } as unknown as Request;
}

const refused = new ProblemException('invalid_postback', { errors: [] });

function reject(parts: Partial<Request>): void {
  const request = requestWith(parts);
  toRejection(request, sentRequestOf(request), refused, [KEY, `${KEY}-2`]);
}

async function* chunksOf(text: string) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 128 * 1024) {
    yield bytes.subarray(at, at + 128 * 1024);
  }
}

const file =
  (rowsOf: typeof csvRows, begin: string): Work =>
  async (text) => {
    for await (const rows of rowsOf(linesOf(chunksOf(begin + text)))) {
      for (const row of rows) await attempt(() => row.read(), '');
    }
  };

const SENT = {
  caller: { projectId: 1, dedupeWithoutId: true },
  arrivedAt: 0,
  receivedAt: new Date(),
};

/** The way of a postback, from the text of the request to what is stored. */
const postback =
  (contentType: string): Work =>
  (body) =>
    toInstall(
      readPostback(
        {
          ...SENT,
          fields: toFields(parametersOf({ query: '', contentType, body }), KEY),
        },
        POSTBACK_SOURCES[0],
      ),
    );

/** The same text in each field, as often as it is known by a name. */
const everyField =
  (source: (typeof POSTBACK_SOURCES)[number], names: readonly string[]): Work =>
  (text) =>
    toInstall(
      readPostback(
        {
          ...SENT,
          fields: new Map(names.map((name) => [name, [text]])),
        },
        source,
      ),
    );

const namesOf = ({ tracker }: (typeof POSTBACK_SOURCES)[number]): string[] => {
  if (!tracker) return INSTALL_FIELDS.map(({ name }) => name);
  const reader = createReader(tracker.fields, tracker.message);
  const adapted = reader(new Map());
  return INSTALL_FIELDS.flatMap(
    ({ name }) => adapted?.namesOf(name as never) ?? [],
  );
};

const page = (text: string) =>
  findPage(
    {
      findByCursor: () => Promise.resolve({ items: [] }),
    } as unknown as EntityManager,
    InstallSchema,
    {
      where: {},
      sortBy: { received_at: 'time', install_id: 'uuid' },
      direction: 'asc',
    },
    { limit: 1, cursor: text },
  );

const pipe = new RequestValidationPipe();
const dto =
  (metatype: new () => object, ...names: string[]): Work =>
  async (text) => {
    const values = [text, [text, text], { [text]: text }];
    for (const value of values) {
      const sent = Object.fromEntries(names.map((name) => [name, value]));
      await attempt(() => pipe.transform(sent, { type: 'body', metatype }), '');
    }
  };

/** Every function of ours that meets a stranger's text. */
export const SUBJECTS: Record<string, Work> = {
  'masking: a text': (text) => maskSecrets(text, [KEY, undefined, `${KEY}-2`]),
  'masking: a body': (text) => reject({ body: Buffer.from(text) }),
  'masking: a query': (text) =>
    reject({ originalUrl: `/track/install/v1/custom?${text}` }),
  'masking: a path': (text) => reject({ path: `/track/install/v1/${text}` }),
  'masking: a content type': (text) =>
    reject({ headers: { 'content-type': text } }),
  'reading: a UUID': readUuid,
  'reading: a time': readTime,
  'reading: an amount': readUsd,
  'reading: a country': readCountry,
  'reading: nothing, or a macro': (text) => [
    readNothing(text, 'text'),
    readNothing(text, 'value'),
  ],
  'reading: a text': hasControlCharacter,
  'reading: a form': parseForm,
  'reading: a JSON object': (text) => parseJsonObject(text, 20),
  'reading: a JSON string': (text) =>
    parseJsonObject(JSON.stringify({ a: text, [text]: 1 }), 20),
  'reading: a JSON array': splitJsonArray,
  'reading: strings in a JSON array': (text) =>
    splitJsonArray(JSON.stringify([text, text.split('')])),
  ...Object.fromEntries(
    Object.keys(FIELD_TYPES).map((type): [string, Work] => [
      `a field: ${type}`,
      (text) => readField(type as FieldTypeName, [text, `${text} `]),
    ]),
  ),
  'a postback: JSON or form by its look': (text) =>
    parametersOf({ query: text, contentType: undefined, body: text }),
  'a postback: a content type': (text) =>
    parametersOf({ query: '', contentType: text, body: '{}' }),
  'a postback: a parameter of a content type': (text) =>
    parametersOf({
      query: '',
      contentType: `application/json; charset=${text}`,
      body: '{}',
    }),
  ...Object.fromEntries(
    POSTBACK_SOURCES.map((source): [string, Work] => [
      `a postback of ${source.name}`,
      everyField(source, namesOf(source)),
    ]),
  ),
  'a postback as a form': postback('application/x-www-form-urlencoded'),
  'a postback as JSON': postback('application/json'),
  'a postback with JSON in it': (text) =>
    postback('application/json')(
      JSON.stringify({ user_id: text, [text]: [text, { [text]: text }] }),
    ),
  'an import: CSV': file(csvRows, 'a,b\n'),
  'an import: the first line of CSV': file(csvRows, ''),
  'an import: NDJSON': file(ndjsonRows as never, ''),
  'HTTP: a path of the ingest endpoint': (text) => [
    plainUrl(text),
    parseIngestPath(plainUrl(`/track/install/v1/${text}`)),
  ],
  'HTTP: an absolute target': (text) =>
    toOriginForm(requestWith({ url: `http:${text}`, headers: { host: 'h' } })),
  'HTTP: a key in the query': (text) =>
    keyOf(requestWith({ originalUrl: `/x?${text}` })),
  'HTTP: a key in a header': (text) =>
    keyOf(requestWith({ headers: { 'x-api-key': text } })),
  'HTTP: a bearer token': (text) =>
    bearerOf(requestWith({ headers: { authorization: text } })),
  'HTTP: the shape of a key': isWellFormedApiKey,
  'HTTP: a network': (text) => [isNetwork(text), isNetwork(`1.2.3.4/${text}`)],
  'HTTP: a host': (text) =>
    new TrackersController().find(
      'adjust',
      {},
      requestWith({ protocol: 'http', host: text }),
    ),
  'HTTP: a tracker': (text) =>
    new TrackersController().find(
      text,
      {},
      requestWith({ protocol: 'http', host: 'x' }),
    ),
  'HTTP: the number of a project': (text) => readProjectId(text),
  'HTTP: a cursor': page,
  'HTTP: values in a cursor': (text) =>
    page(Buffer.from(JSON.stringify([text, text])).toString('base64url')),
  'management: a key': dto(
    CreateApiKeyDto,
    'label',
    'scopes',
    'expires_at',
    'allowed_addresses',
    'refuse_with',
  ),
  'management: a project': dto(
    UpdateProjectDto,
    'name',
    'refuse_with',
    'dedupe_without_id',
  ),
  'management: installs': dto(
    ListInstallsDto,
    'limit',
    'cursor',
    'received_from',
    'tracker',
    'id',
  ),
  'management: rejections': dto(
    RejectionStateFilterDto,
    'tracker',
    'code',
    'field',
    'from',
    'state',
  ),
  'management: a replay': dto(
    ReplayRequestDto,
    'filter',
    'set',
    'unset',
    'as_tracker',
    'sent',
  ),
  'management: stats': dto(StatsQueryDto, 'from', 'to'),
  'management: fields of a tracker': dto(TrackerQueryDto, 'fields'),
};

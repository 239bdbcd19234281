/** Stands in a path or a body for a UUID that no other request has, and no other postback of a batch. */
export const UUID = '__uuid__';

/** A request as the load generator sends it, many times. */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** The body, so many times, is the one that is sent. */
  readonly batch?: Batch;
}

export interface Batch {
  readonly postbacks: number;
  readonly format: 'array' | 'lines';
}

/** What an answer must be; anything else is an error. */
export interface ExpectedAnswer {
  readonly status: number;
  /** A part of the body. */
  readonly text: string;
  /** How often it must be there; once without it. */
  readonly times?: number;
}

export interface Exchange {
  readonly request: RequestTemplate;
  readonly expected: ExpectedAnswer;
}

const INGEST = '/track/install/v1/custom';

/** A time so many seconds ago, as trackers write it. */
function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}

/** What a tracker with good integration sends: 20 of the 29 fields. */
export function anInstall(): Record<string, string> {
  return {
    publisher_name: 'Publisher',
    install_timestamp: ago(60),
    click_timestamp: ago(100),
    campaign_name: 'Advertising campaign name',
    campaign_id: 'c-1001',
    country_code: 'US',
    s_publisher_name: 'Sub-publisher',
    s_publisher: 'sp-7',
    s_campaign_name: 'Sub-campaign',
    s_campaign: 'sc-7',
    s_site_name: 'Advertisement site',
    s_site: 'ss-7',
    s_ad_name: 'Sub-ad',
    s_placement_name: 'Feed',
    device_model: 'Pixel 4',
    device_brand: 'Google',
    event_name: 'install',
    cost: '0.12',
    id: UUID,
    google_aid: UUID,
  };
}

function get(
  apiKey: string,
  fields: Record<string, string>,
): Exchange['request'] {
  const query = new URLSearchParams({ apikey: apiKey, ...fields });
  return { method: 'GET', path: `${INGEST}?${query.toString()}`, headers: {} };
}

const answer = (status: number, name: string, value: string) => ({
  status,
  text: `"${name}":"${value}"`,
});

const CREATED = answer(200, 'status', 'created');

/** Each request makes an install. */
export function getCreated(apiKey: string): Exchange {
  return { request: get(apiKey, anInstall()), expected: CREATED };
}

/** Each request makes an install. */
export function postCreated(apiKey: string): Exchange {
  return {
    request: {
      method: 'POST',
      path: INGEST,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(anInstall()),
    },
    expected: CREATED,
  };
}

/** Each postback of each request makes an install. */
export function postBatch(apiKey: string, batch: Batch): Exchange {
  const { request, expected } = postCreated(apiKey);
  const type =
    batch.format === 'array' ? 'application/json' : 'application/x-ndjson';
  return {
    request: {
      ...request,
      path: `${INGEST}/batch`,
      headers: { ...request.headers, 'content-type': type },
      batch,
    },
    expected: { ...expected, times: batch.postbacks },
  };
}

/** Instead of the UUIDs, in requests that are all the same. */
const SAME = {
  id: 'install-1001',
  google_aid: '38400000-8cf0-11bd-b23e-10b96e40000d',
};

/** The same install each time; `first` makes it. */
export function getDuplicate(apiKey: string): {
  first: Exchange;
  again: Exchange;
} {
  const request = get(apiKey, { ...anInstall(), ...SAME });
  return {
    first: { request, expected: CREATED },
    again: { request, expected: answer(200, 'status', 'duplicate') },
  };
}

const INVALID = answer(400, 'code', 'invalid_postback');

/** Without its required field, and with a cost that cannot be read. */
function anInvalidInstall(): Record<string, string> {
  const { publisher_name: _, ...others } = anInstall();
  return { ...others, cost: '0,12' };
}

export function getInvalid(apiKey: string): Exchange {
  return { request: get(apiKey, anInvalidInstall()), expected: INVALID };
}

/** The same request each time. */
export function getInvalidAgain(apiKey: string): Exchange {
  const request = get(apiKey, { ...anInvalidInstall(), ...SAME });
  return { request, expected: INVALID };
}

export function getWithBadKey(): Exchange {
  return {
    request: get('not-a-key-of-anybody', anInstall()),
    expected: answer(401, 'code', 'invalid_key'),
  };
}

export function getThrottled(apiKey: string): Exchange {
  return {
    request: get(apiKey, anInstall()),
    expected: answer(429, 'code', 'too_many_requests'),
  };
}

export const LIST = '/v1/projects/1/installs?limit=50';

/** A page of 50 installs that has a next one. */
export function getPage(adminToken: string, cursor?: string): Exchange {
  const position = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return {
    request: {
      method: 'GET',
      path: LIST + position,
      headers: { authorization: `Bearer ${adminToken}` },
    },
    expected: { status: 200, text: '"next_cursor":"' },
  };
}

import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

export const keitaro: TrackerAdapter = {
  name: 'keitaro',
  title: 'Keitaro',
  documentation:
    'https://docs.keitaro.io/en/campaigns-and-streams/s2s-postback-placeholders.html',
  facts: {
    transport:
      'A GET or a POST from a URL template, for the conversion statuses that you choose.',
    retries: 'Not documented. Keitaro logs the response.',
    timeout: 'Not documented.',
    time: 'Only of the click, in the format that its macro selects: U means Unix seconds.',
    missing: 'Not documented.',
    installId: '`subid`, which identifies the click.',
  },
  gotchas: [
    'Keitaro sends no device identifier: user_id is read from external_id, so the tracking link must contain your user identifier there.',
    'Send only the status that means an install.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'cost is the cost of the click, in the currency of the account. Only if that is US dollars, add cost to `?fields=`, with the other fields that you need.',
    'No macro contains the time of the install: the time of arrival is stored.',
    'Do not write an underscore before a macro: then its value is not percent-encoded.',
    'Only newer versions fill in device_brand.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'subid' },
    click_timestamp: { macro: 'date:U' },
    publisher_name: { macro: 'traffic_source_name' },
    campaign_name: { macro: 'campaign_name' },
    campaign_id: { macro: 'campaign_id' },
    country_code: { macro: 'country' },
    s_campaign: { macro: 'ad_campaign_id' },
    s_site: { macro: 'source' },
    s_ad: { macro: 'creative_id' },
    s_keyword_name: { macro: 'keyword' },
    device_model: { macro: 'device_model' },
    device_brand: { macro: 'device_brand' },
    cost: { macro: 'cost', optional: true },
    user_id: { macro: 'external_id' },
  },
};

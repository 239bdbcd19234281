import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic source. */
export const voluum: TrackerAdapter = {
  name: 'voluum',
  title: 'Voluum',
  documentation: 'https://doc.voluum.com/en/traffic_source_postback_url.html',
  facts: {
    transport:
      'A GET or a POST from a URL template, when a conversion is registered.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which identifies the click.',
  },
  gotchas: [
    'Voluum sends no device identifier: user_id is read from externalid, so the tracking link must contain your user identifier there.',
    "Only clickid and externalid could be checked against Voluum's documents. Compare the other macros with the list in its form.",
    'country must contain a two-letter code. If it contains a name, remove it from the URL.',
    'No macro contains a time: the time of arrival is stored.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'The macro for the cost is not documented.',
    'You can add the values of var1 to var10 as any s_* field.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'clickid' },
    publisher_name: { macro: 'trafficsource.name' },
    campaign_name: { macro: 'campaign.name' },
    campaign_id: { macro: 'campaign.id' },
    country_code: { macro: 'country' },
    device_model: { macro: 'model' },
    device_brand: { macro: 'brand' },
    user_id: { macro: 'externalid' },
  },
};

import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic source. */
export const voluum: TrackerAdapter = {
  name: 'voluum',
  title: 'Voluum',
  documentation: 'https://doc.voluum.com/en/traffic_source_postback_url.html',
  facts: {
    transport:
      'A GET or a POST by a template, when a conversion is registered.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which is of the click.',
  },
  gotchas: [
    'It carries no device identifier: user_id comes from externalid, so the link must carry your identifier of the user there.',
    "Only clickid and externalid were read in Voluum's documents; compare the other macros with the list in its form.",
    'country must give a code of two letters; where it gives a name, take it out of the URL.',
    'No macro gives a time: the time of arrival is stored.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'The name of a macro for the cost is not documented.',
    'Values of var1 to var10 can be added as any s_* field.',
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

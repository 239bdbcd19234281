import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic source. */
export const binom: TrackerAdapter = {
  name: 'binom',
  title: 'Binom',
  documentation: 'https://docs.binom.org/conv-to-source.php',
  facts: {
    transport:
      'A URL template for a traffic source or for one campaign. The method is not documented.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Only of the click; its format is not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which identifies the click.',
  },
  gotchas: [
    'Binom sends no device identifier: user_id is read from externalid, so the tracking link must contain your user identifier there.',
    'If the traffic source and the campaign both have a postback, Binom sends both.',
    'No macro contains the time of the install: the time of arrival is stored. The macro time is the time of the click. It is not used, because its format is not documented.',
    'clickcost is the cost of the click, in the currency of the account. Only if that is US dollars, add cost to `?fields=`, with the other fields that you need.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'The macro for the country is not known.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'clickid' },
    publisher_name: { macro: 'trafficsource_name' },
    campaign_name: { macro: 'campaign_name' },
    campaign_id: { macro: 'campaign' },
    device_model: { macro: 'device_model' },
    device_brand: { macro: 'device_brand' },
    cost: { macro: 'clickcost', optional: true },
    user_id: { macro: 'externalid' },
  },
};
